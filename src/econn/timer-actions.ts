import { ms, type DurationMs } from '../base/units.ts';
import type { Action } from './action.ts';
import { live } from './guards.ts';
import type { Memory } from './memory.ts';
import type { ChartEvent } from './chart-event.ts';
import type { TimerName } from './timers.ts';

/** Deadlines: started on entry or by a row, all stopped by the exit of the state that they belong to. */
export const timerActions = {
  startSetup: start('setup', ({ timeouts }) => timeouts.setup),
  /** The caller has been waiting since the SETUP was sent, not since it arrived. */
  startRing: start('setup', ({ timeouts }, event) => {
    const age = event.type === 'SETUP' ? Math.max(0, event.age) : 0;
    return ms(Math.max(timeouts.shortestRing, timeouts.setup - age));
  }),
  startChannel: start('channel', ({ timeouts }) => timeouts.channel),
  startPing: start('ping', ({ timeouts }) => timeouts.ping),
  startDisconnect: start('disconnect', ({ timeouts }) => timeouts.disconnect),
  startReconnect: start('reconnect', ({ timeouts }) => timeouts.reconnect),
  startUpdate: start('update', (memory) => {
    const waits = memory.timeouts.update;
    return waits[Math.min(live(memory).tries, waits.length) - 1] ?? memory.timeouts.reconnect;
  }),
  startPause: start('update', ({ timeouts }) => timeouts.update[0] ?? timeouts.reconnect),
  startHangup: start('hangup', ({ timeouts }) => timeouts.hangup),
  startHangupAck: start('hangupAck', ({ timeouts }) => timeouts.hangupAck),
  startDecline: start('decline', ({ call, timeouts }) => timeouts.decline[(call?.tries ?? 0) - 1] ?? timeouts.hangup),
  stopDisconnect: stop('disconnect'),
  stopUpdate: stop('update'),
  stopTimers: (memory, _event, out) => {
    out.push({ type: 'stop-timers' });
    return memory;
  },
} satisfies Record<string, Action>;

function start(timer: TimerName, span: (memory: Memory, event: ChartEvent) => DurationMs): Action {
  return (memory, event, out) => {
    out.push({ type: 'start-timer', timer, in: span(memory, event) });
    return memory;
  };
}

function stop(timer: TimerName): Action {
  return (memory, _event, out) => {
    out.push({ type: 'stop-timer', timer });
    return memory;
  };
}
