import { ms } from '../../../src/base/units.ts';
import { handle, restore, save, type Input } from '../../../src/econn/index.ts';
import { roadOf } from '../../../src/econn/chart-event.ts';
import { a2, b1, b2 } from '../../../test/econn/cast.ts';
import { busy, cancel, hangup, ping, propsync, reject, setup, setupAnswer, update, updateAnswer } from '../../../test/econn/letters.ts';
import { inState, ours, stateNames, theirs } from '../../../test/econn/states.ts';
import { answer, end, newOffer, opened, renew, start } from '../../../test/econn/subject.ts';
import { spoilJson } from '../mutate/json.ts';
import { demand, type Target } from '../target.ts';

/** A stored ECONN after something happened to it, and everything that may happen to it afterwards. */
export const target: Target = {
  name: 'econn-saved',
  what: 'stored ECONNs, and every kind of input after they were restored',
  mutator: spoilJson,
  longest: 20_000,
  prepare: () => {
    const letters = [ours, theirs].flatMap((call) => [setup(call), setupAnswer(call), cancel(call), reject(call), busy(call), update(call, call), updateAnswer(call, call), hangup(call), propsync(call, 3), ping(call)]);
    const inputs: Input[] = [
      ...letters.flatMap((message) => [b1, b2, a2].map((from): Input => ({ type: 'receive', from, via: roadOf(message), message, age: ms(0) }))),
      answer, end, newOffer, opened, renew, start, { type: 'restarted' }, { type: 'channel-closed' }, { type: 'link-lost' }, { type: 'drained' }, { type: 'flow-failed', failure: 'no-path' },
      ...(['setup', 'channel', 'update', 'reconnect', 'hangupAck', 'hangup', 'ping', 'props', 'disconnect'] as const).map((timer): Input => ({ type: 'timer-fired', timer })),
    ];
    return {
      seeds: stateNames.map((name) => new TextEncoder().encode(JSON.stringify(save(inState[name]().econn)))),
      feed: (input) => {
        let stored: unknown;
        try {
          stored = JSON.parse(new TextDecoder().decode(input));
        } catch {
          return;
        }
        const econn = restore(stored);
        if (econn === undefined) return;
        demand(restore(JSON.parse(JSON.stringify(save(econn)))) !== undefined, 'what was restored can be saved and restored');
        for (const one of inputs) handle(econn, one);
        const [ended] = handle(econn, { type: 'restarted' });
        demand(ended.state === 'idle', 'whatever was stored, a restart ends it');
      },
    };
  },
};
