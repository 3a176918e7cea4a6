import type { Device } from '../../src/base/device.ts';
import { chartEvent, DEFAULT_PROPS, handle, openEconn, type Econn, type Input, type OfferId, type Output, type TimerName } from '../../src/econn/index.ts';
import { chart } from '../../src/econn/chart.ts';
import { guards } from '../../src/econn/guards.ts';
import { a1, a2, b1, b2, LATER_LIFE, LIFE, offer } from './cast.ts';
import { busy, cancel, from, hangup, ping, propsync, propsyncAnswer, reject, setup, setupAnswer, update, updateAnswer } from './letters.ts';

/** A way from a new ECONN through one row of the chart, by what a host may feed: the row is that of its last input. */
export type Path = { readonly row: string; readonly inputs: readonly Input[] };

type Place = { readonly econn: Econn; readonly timers: readonly TimerName[]; readonly inputs: readonly Input[] };

/** Every row of the chart as `state event index`. */
export function rowsOfChart(): readonly string[] {
  return Object.entries(chart.states).flatMap(([state, { on }]) => Object.entries(on).flatMap(([event, rows]) => rows.map((_, index) => `${state} ${event} ${index}`)));
}

/** The row that an input takes, if any. */
export function rowTaken({ state, memory }: Econn, input: Input): string | undefined {
  const event = chartEvent(memory, input);
  const index = event === undefined ? -1 : (chart.states[state].on[event.type]?.findIndex((row) => (row.if ?? []).every((guard) => guards[guard](memory, event))) ?? -1);
  return event === undefined || index < 0 ? undefined : `${state} ${event.type} ${index}`;
}

/**
 * Walks breadth first from a new ECONN through all that may befall it in a small world, and keeps the first way
 * through each row: none is shorter. Timers fire only while they run.
 */
export function pathsThroughChart(most: number): readonly Path[] {
  const found = new Map<string, Path>();
  const seen = new Set<string>();
  const places: Place[] = [{ econn: openEconn({ self: a1, peerUser: b1.user, incarnation: LIFE }), timers: [], inputs: [] }];
  for (let at = 0; at < places.length && at < most; at++) {
    const place = places[at]!;
    for (const input of inputsAt(place)) {
      const row = rowTaken(place.econn, input);
      if (row === undefined) continue;
      const inputs = [...place.inputs, input];
      if (!found.has(row)) found.set(row, { row, inputs });
      const [econn, outputs] = handle(place.econn, input);
      const timers = outputs.reduce(timersAfter, input.type === 'timer-fired' ? place.timers.filter((timer) => timer !== input.timer) : place.timers);
      const key = keyOf(econn, timers);
      if (seen.has(key)) continue;
      seen.add(key);
      places.push({ econn, timers, inputs });
    }
  }
  return [...found.values()];
}

function timersAfter(timers: readonly TimerName[], output: Output): readonly TimerName[] {
  if (output.type === 'start-timer') return [...timers.filter((timer) => timer !== output.timer), output.timer];
  if (output.type === 'stop-timer') return timers.filter((timer) => timer !== output.timer);
  return output.type === 'stop-timers' ? [] : timers;
}

/** What a row can depend on; descriptions, sessions and numbers of props are alike. */
function keyOf({ state, memory: { call, ledger } }: Econn, timers: readonly TimerName[]): string {
  const sessions = ledger.endedSessions.length > 0;
  const facts = call === undefined ? [] : [call.id, call.offer, call.peer, call.sent !== undefined, call.answer !== undefined, call.legs, call.busy, call.ignored, call.contact, call.pings, Math.min(call.tries, 4), call.toldSeq === call.ourSeq, call.ackedSeq < call.ourSeq, call.theirSeq > 0, call.protocol];
  return JSON.stringify([state, facts, ledger.own, ledger.marks, sessions, timers.toSorted()]);
}

/** All that may come next: of the user, the host, and of Bob's two devices and Alice's other one. */
function inputsAt({ econn, timers }: Place): readonly Input[] {
  const { call } = econn.memory;
  const about = [...new Set([call?.id, offer(a1, 1), offer(b1, 1), offer(b1, 2)].filter((id) => id !== undefined))];
  const props = { ...DEFAULT_PROPS, muted: true };
  return [
    { type: 'start', sdp: 'a', props: DEFAULT_PROPS }, { type: 'answer', sdp: 'b', props: DEFAULT_PROPS }, { type: 'reject', tellCaller: 'always' }, { type: 'end' }, { type: 'destroy' },
    { type: 'set-props', props }, { type: 'set-props', props: DEFAULT_PROPS }, { type: 'renew' }, { type: 'offer', sdp: 'c' }, { type: 'restarted' },
    { type: 'channel-opened' }, { type: 'channel-closed' }, { type: 'link-lost' }, { type: 'link-restored' }, { type: 'heard' }, { type: 'drained' },
    { type: 'flow-failed', failure: 'no-path' }, { type: 'flow-failed', failure: 'bad-description' },
    ...timers.map((timer): Input => ({ type: 'timer-fired', timer })),
    ...(call === undefined ? [] : settlings(call.id)),
    ...about.flatMap((id) => [b1, b2, a2].flatMap((device) => lettersOf(device, id, call?.offer ?? id))),
    from(b1, setup(offer(b1, 1)), 61_000), { ...from(b1, setup(offer(b1, 1))), busy: true } as Input,
    from(b1, update(offer(b1, 1), offer(b1, 3))), from(b1, update(call?.id ?? offer(a1, 1), offer(b1, 3))), from(b1, updateAnswer(offer(a1, 9, LATER_LIFE), offer(a1, 9, LATER_LIFE))),
    from(b1, setupAnswer(offer(a1, 1), { incarnation: LIFE, counter: 2 })), from(b1, setupAnswer(offer(b2, 1), { incarnation: LIFE, counter: 2 })),
    from(b1, updateAnswer(offer(b1, 9), offer(b1, 9))), from(b2, setup(offer(b2, 1))), from(SHOUTED, setup(offer(SHOUTED, 1))), from(SHOUTED, update(call?.id ?? offer(a1, 1), offer(SHOUTED, 4))),
    ...(call !== undefined && call.offer.device === b1.device ? [from(b1, setup(call.offer))] : []),
    // As Wire's clients write them.
    ...[setup(offer(b1, 1)), setupAnswer(offer(a1, 1)), update(offer(b1, 1), offer(b1, 3)), cancel(offer(b1, 1)), { ...cancel(offer(b1, 1)), dest: a1 }].map((letter) => {
      const { call: _call, offer: _offer, withdrawn: _withdrawn, ...bare } = letter as unknown as Record<string, unknown>;
      return from(b1, bare as typeof letter);
    }),
  ];
}

/** Bob as another backend spells him: the same user, but one who loses a glare against Alice. */
const SHOUTED: Device = { user: 'BOB', device: 'b1' };

function settlings(call: OfferId): readonly Input[] {
  const settled = (message: 'SETUP' | 'CANCEL', resp: boolean, outcome: 'taken' | 'refused', devices: readonly Device[]): Input => ({ type: 'settled', message, resp, call, outcome, devices });
  return [settled('SETUP', false, 'taken', [b1, b2]), settled('SETUP', false, 'taken', [b1]), settled('SETUP', false, 'taken', []), settled('SETUP', false, 'refused', []), settled('SETUP', true, 'refused', []), settled('SETUP', true, 'taken', [b1]), settled('CANCEL', false, 'taken', [b1])];
}

function lettersOf(device: Device, call: OfferId, open: OfferId): readonly Input[] {
  const fromHere = [setupAnswer(call), reject(call), busy(call)].map((letter) => from(device, letter));
  if (device === a2) return fromHere;
  const talk = [cancel(call), hangup(call), hangup(call, true), propsync(call, 1), propsyncAnswer(call, 1), ping(call), ping(call, true), updateAnswer(call, open)];
  return [...fromHere, ...talk.map((letter) => from(device, letter)), ...(call.device === device.device ? [from(device, setup(call))] : [])];
}
