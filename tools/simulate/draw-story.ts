import type { SeededEntropy } from '../../src/base/seeded-entropy.ts';
import { ms, seconds, type DurationMs } from '../../src/base/units.ts';
import type { Climate, Deed, Line, Story } from './story.ts';

/** Who is in a circle: device `d` of user `u` has the number `u * devices + d`. */
export type Shape = { readonly users: number; readonly devices: number };

/** What a circle lives through next. Nearly half of all stories go without a fault of a device. */
export function drawStory(dice: SeededEntropy, { users, devices }: Shape): Story {
  const caller = dice.below(users * devices);
  const callerUser = Math.floor(caller / devices);
  const callee = (callerUser + 1 + dice.below(users - 1)) % users;
  const calleeDevice = (): number => callee * devices + dice.below(devices);
  const lines: Line[] = [at(0, caller, { type: 'call', whom: callee })];
  drawReception(dice, lines, caller, callee, devices);
  drawSecondCall(dice, lines, { caller, callerUser, callee, users, devices });
  drawTalk(dice, lines, caller, callee, devices);
  for (let faults = pick(dice, FAULTS); faults > 0; faults--) {
    const who = dice.below(8) === 0 ? dice.below(users * devices) : dice.below(2) === 0 ? caller : calleeDevice();
    lines.push(at(span(dice, 0, 25_000), who, drawFault(dice)));
  }
  return { climate: pick(dice, CLIMATES), lines, goodbye: dice.below(8) > 0 };
}

/** What the people who are called do, on each of their devices. */
function drawReception(dice: SeededEntropy, lines: Line[], caller: number, callee: number, devices: number): void {
  const first = callee * devices;
  const one = first + dice.below(devices);
  const moment = span(dice, 200, 9000);
  switch (pick(dice, RECEPTIONS)) {
    case 'answer':
      lines.push(rung(moment, one, { type: 'answer' }));
      return;
    case 'all answer':
      for (let device = 0; device < devices; device++) lines.push(rung(ms(moment + dice.below(2) * dice.below(40)), first + device, { type: 'answer' }));
      return;
    case 'answer and reject':
      lines.push(rung(moment, first, { type: 'answer' }), rung(ms(moment + dice.below(30)), first + devices - 1, { type: 'reject' }));
      return;
    case 'reject':
      lines.push(rung(moment, one, { type: 'reject' }));
      return;
    case 'answer and end':
      lines.push(rung(moment, one, { type: 'answer-and-end' }));
      return;
    case 'give up':
      lines.push(at(span(dice, 0, 8000), caller, { type: 'end' }));
      if (dice.below(3) === 0) lines.push(rung(moment, one, { type: 'answer' }));
      return;
    case 'ignore':
  }
}

type Parties = { readonly caller: number; readonly callerUser: number; readonly callee: number; readonly users: number; readonly devices: number };

/** Glare, call-backs, a third party. */
function drawSecondCall(dice: SeededEntropy, lines: Line[], { caller, callerUser, callee, users, devices }: Parties): void {
  const back: Deed = { type: 'call', whom: callerUser };
  const device = callee * devices + dice.below(devices);
  switch (pick(dice, SECONDS)) {
    case 'glare':
      lines.push(at(dice.below(2) * dice.below(600), device, back));
      return;
    case 'glare of all':
      for (let each = 0; each < devices; each++) lines.push(at(dice.below(300), callee * devices + each, back));
      if (devices > 1) lines.push(at(dice.below(300), callerUser * devices + ((caller + 1) % devices), { type: 'call', whom: callee }));
      return;
    case 'call back':
      lines.push({ when: 'missed', after: span(dice, 100, 8000), who: device, does: back });
      lines.push(rung(span(dice, 300, 5000), caller, { type: 'answer' }));
      return;
    case 'call again':
      lines.push({ when: 'unanswered', after: span(dice, 0, 5000), who: caller, does: { type: 'call', whom: callee } });
      return;
    case 'third':
      if (users > 2) lines.push(at(span(dice, 0, 15_000), ((callee + 1) % users === callerUser ? (callee + 2) % users : (callee + 1) % users) * devices, { type: 'call', whom: callee }));
      return;
    case 'none':
  }
}

/** What happens once they talk. Whoever of the callee's devices took the call, nearly every talk ends. */
function drawTalk(dice: SeededEntropy, lines: Line[], caller: number, callee: number, devices: number): void {
  const callees = Array.from({ length: devices }, (_, device) => callee * devices + device);
  const parting = pick(dice, TALKS)(dice);
  const parties = pick(dice, [[caller], callees, callees, [caller, ...callees]]);
  for (const who of parties) lines.push({ when: 'connected', after: parting, who, does: { type: 'end' } });
  const small = pick(dice, SMALL);
  if (small !== 'none') lines.push({ when: 'connected', after: span(dice, 0, 5000), who: pick(dice, [caller, ...callees]), does: { type: small } });
}

function drawFault(dice: SeededEntropy): Deed {
  const type = pick(dice, KINDS);
  switch (type) {
    case 'crash':
      return { type, back: span(dice, 50, 20_000), memory: pick(dice, MEMORIES) };
    case 'roam':
      return { type, back: span(dice, 0, 4000), told: dice.below(3) > 0 };
    case 'throttle':
      return { type, grain: dice.below(8) === 0 ? seconds(60) : seconds(1), back: span(dice, 5000, 40_000) };
    case 'skew':
      return { type, by: ms((dice.below(2) === 0 ? -1 : 1) * dice.below(dice.below(8) === 0 ? 300_000 : 15_000)) };
    case 'reload':
      return { type, back: span(dice, 200, 6000) };
    case 'sleep':
    case 'offline':
    case 'cut':
      return { type, back: span(dice, 300, pick(dice, [3000, 12_000, 40_000])) };
  }
}

function at(after: number, who: number, does: Deed): Line {
  return { when: 'story', after: ms(after), who, does };
}

function rung(after: DurationMs, who: number, does: Deed): Line {
  return { when: 'rung', after, who, does };
}

function span(dice: SeededEntropy, shortest: number, longest: number): DurationMs {
  return ms(shortest + dice.below(longest - shortest + 1));
}

export function pick<T>(dice: SeededEntropy, choices: readonly T[]): T {
  const choice = choices[dice.below(choices.length)];
  if (choice === undefined) throw new Error('nothing to choose from');
  return choice;
}

/** As often as `count` says. */
function times<const T>(count: number, what: T): readonly T[] {
  return Array.from({ length: count }, () => what);
}

const RECEPTIONS = [...times(11, 'answer'), ...times(2, 'all answer'), 'answer and reject', ...times(2, 'reject'), 'answer and end', ...times(3, 'give up'), ...times(2, 'ignore')] as const;
const SECONDS = [...times(14, 'none'), ...times(2, 'glare'), 'glare of all', 'call back', 'call again', 'third'] as const;
const FAULTS = [...times(9, 0), ...times(6, 1), ...times(2, 2), 3];
const KINDS = ['crash', 'crash', 'roam', 'roam', 'cut', 'offline', 'sleep', 'throttle', 'skew', 'reload'] as const;
const MEMORIES = ['stored', 'stored', 'stored', 'older', 'none'] as const;
const SMALL = [...times(6, 'none'), 'mute', 'camera', 'renew'] as const;
/** Most talks are short: a long one is the same but for signs of life. */
const TALKS: readonly ((dice: SeededEntropy) => DurationMs)[] = [
  ...times(2, (dice: SeededEntropy) => span(dice, 0, 200)),
  ...times(4, (dice: SeededEntropy) => span(dice, 200, 4000)),
  ...times(4, (dice: SeededEntropy) => span(dice, 3000, 12_000)),
  (dice) => span(dice, 12_000, 30_000),
];

const CALM: Climate = { name: 'calm', weather: { loss: 0, duplication: 0, delay: [ms(10), ms(80)], reordering: 0 }, loss: 0, refusals: 0, latency: ms(15) };
const WIRELESS: Climate = { name: 'wireless', weather: { loss: 0, duplication: 0.02, delay: [ms(20), ms(400)], reordering: 0.1 }, loss: 0.01, refusals: 0, latency: ms(30) };
const SHUFFLE: Climate = { name: 'shuffle', weather: { loss: 0, duplication: 0.2, delay: [ms(0), ms(2000)], reordering: 0.5 }, loss: 0, refusals: 0, latency: ms(5) };
const HILLS: Climate = { name: 'hills', weather: { loss: 0, duplication: 0.1, delay: [ms(20), ms(2000)], reordering: 0.4 }, loss: 0.1, refusals: 0.02, latency: ms(80) };

const CLIMATES = [...times(3, CALM), ...times(4, WIRELESS), ...times(2, SHUFFLE), ...times(2, HILLS)];

/** When a story is over. */
export const FAIR: Climate = { ...CALM, name: 'fair' };
