import { describe, expect, it } from 'vitest';
import { SeededEntropy } from '../../src/base/seeded-entropy.ts';
import { ms } from '../../src/base/units.ts';
import { encodeMessage, handle, parseMessage, stateOf, type Message, type StateName } from '../../src/econn/index.ts';
import { roadOf } from '../../src/econn/chart-event.ts';
import { sameOffer } from '../../src/econn/offer-id.ts';
import { seed } from '../seed.ts';
import { captures } from './capture.ts';
import { a1, a2, b1, b2, offer, s1 } from './cast.ts';
import { busy, cancel, hangup, ping, propsync, propsyncAnswer, reject, setup, setupAnswer, update, updateAnswer } from './letters.ts';
import { monsters, mutated } from './mutation.ts';
import { inState, ours, stateNames, theirs } from './states.ts';

const MUTATIONS = 100_000;

/** Why a text can be refused. A refusal for any other reason is a throw that was not meant. */
const FAILURES = ['too-large', 'too-deep', 'not-json', 'not-an-object', 'wrong-version', 'unknown-type', 'missing-field', 'malformed-field'];

const originals: readonly string[] = [
  ...[ours, theirs].flatMap((call) => [setup(call), setupAnswer(call), cancel(call), reject(call), busy(call), update(call, offer(b1, 9)), updateAnswer(call, offer(a1, 3)), hangup(call), hangup(call, true), propsync(call, 1), propsyncAnswer(call, 1), ping(call)]).map(encodeMessage),
  ...captures.flatMap(({ messages }) => messages.slice(0, 4).map(({ text }) => text)).filter((text) => text.length < 500 || text.includes('"resp":true')).slice(0, 12),
];

describe('a message that was tampered with', () => {
  it('K02 is refused for a named reason or handled, in any state, and never changes a call that it has no right to', () => {
    const dice = new SeededEntropy(seed);
    const people = [b1, b1, b2, a2, s1];
    const everywhere = stateNames.map((name) => inState[name]().econn);
    const before = JSON.stringify(everywhere);
    const count: Record<string, number> = { handled: 0 };

    for (let number = 0; number < MUTATIONS; number++) {
      const text = mutated(originals[dice.below(originals.length)]!, dice);
      const parsed = parseMessage(text);
      if (!parsed.ok) {
        if (!FAILURES.includes(parsed.failure)) expect.fail(`${parsed.failure} for ${text}`);
        count[parsed.failure] = (count[parsed.failure] ?? 0) + 1;
        continue;
      }
      count['handled'] = (count['handled'] ?? 0) + 1;
      const econn = everywhere[dice.below(everywhere.length)]!;
      const from = people[dice.below(people.length)]!;
      const [next, outputs] = handle(econn, { type: 'receive', from, via: roadOf(parsed.message), message: parsed.message, age: ms(0) });
      const right = mayChange(stateOf(econn), from.device, parsed.message);
      if (outputs.length > 8 || (stateOf(next) !== stateOf(econn) && !right)) expect.fail(`${stateOf(econn)} → ${stateOf(next)} by ${text} from ${from.device}`);
    }

    expect(JSON.stringify(everywhere)).toBe(before);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    // The mutations are worth their number only when all kinds come up.
    for (const kind of ['handled', 'not-json', 'wrong-version', 'unknown-type', 'missing-field', 'malformed-field', 'too-deep']) expect(count[kind], kind).toBeGreaterThan(100);
  }, 120_000);

  it('K02 is refused when it is a monster, after work in proportion to the largest message', () => {
    for (const text of monsters) {
      const parsed = parseMessage(text);
      expect(parsed.ok, text.slice(0, 60)).toBe(false);
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

/** Who may move a call where: the device it is with, those that ring, one's own, and offers of the peer user. */
function mayChange(state: StateName, device: string, message: Message): boolean {
  if (device === 's1') return false;
  if (message.type === 'SETUP' && !message.resp) return device !== 'a2';
  if (device === 'a2') return state === 'pendingIncoming';
  const named = 'call' in message ? message.call : undefined;
  const live = inState[state]().econn.memory.call?.id;
  const isLive = named !== undefined && live !== undefined && sameOffer(named, live);
  switch (state) {
    case 'idle':
      return false;
    case 'pendingOutgoing':
      return isLive || (message.type === 'SETUP' && message.resp);
    case 'pendingIncoming':
    case 'conflict':
      return device === 'b1' && (isLive || message.type === 'SETUP');
    case 'answered':
    case 'established':
    case 'updateSent':
    case 'updateReceived':
    case 'hangupSent':
    case 'terminating':
      return device === 'b1' && isLive;
    case 'declining':
      // Its peer writes no offer ids.
      return device === 'b1' && named === undefined && message.sessid.toLowerCase() === 's';
  }
}
