import { ms } from '../../../src/base/units.ts';
import { roadOf } from '../../../src/econn/chart-event.ts';
import { encodeMessage, handle, parseMessage, type Message } from '../../../src/econn/index.ts';
import { a2, b1, b2, offer, s1 } from '../../../test/econn/cast.ts';
import { busy, cancel, hangup, ping, propsync, propsyncAnswer, reject, setup, setupAnswer, update, updateAnswer } from '../../../test/econn/letters.ts';
import { inState, ours, stateNames, theirs } from '../../../test/econn/states.ts';
import { recordedMessages } from '../fixture.ts';
import { spoilJson } from '../mutate/json.ts';
import { demand, type Target } from '../target.ts';

/** A message of anybody, through the parser into an ECONN in every state. */
export const target: Target = {
  name: 'econn-message',
  what: 'ECONN message texts, and what an ECONN in each of its states does with them',
  mutator: spoilJson,
  longest: 40_000,
  prepare: () => {
    const everywhere = stateNames.map((name) => inState[name]().econn);
    const before = JSON.stringify(everywhere);
    const letters = [ours, theirs].flatMap((call) => [setup(call), setupAnswer(call), cancel(call), reject(call), busy(call), update(call, offer(b1, 9)), updateAnswer(call, call), hangup(call), hangup(call, true), propsync(call, 1), propsyncAnswer(call, 1), ping(call)]);
    const recorded = recordedMessages().filter((text) => text.length < 6_000).slice(0, 40);
    const utf8 = new TextDecoder();
    return {
      seeds: [...letters.map(encodeMessage), ...recorded].map((text) => new TextEncoder().encode(text)),
      feed: (input) => {
        const parsed = parseMessage(utf8.decode(input));
        if (!parsed.ok) return;
        const again = parseMessage(encodeMessage(parsed.message));
        demand(again.ok && encodeMessage(again.message) === encodeMessage(parsed.message), 'what was read and written reads the same');
        const at = input.length % everywhere.length;
        for (const [index, from] of PEOPLE.entries()) if (index === input.length % PEOPLE.length) hear(everywhere[at]!, from, parsed.message);
      },
      check: () => {
        demand(JSON.stringify(everywhere) === before, 'no ECONN was changed in place');
        demand(({} as { polluted?: unknown }).polluted === undefined, 'no prototype was polluted');
        const [econn] = handle(inState.pendingIncoming().econn, { type: 'receive', from: b1, via: 'backend', message: cancel(theirs), age: ms(0) });
        demand(econn.state === 'idle', 'an honest CANCEL ends the ringing');
      },
    };
  },
};

const PEOPLE = [b1, b1, b2, a2, s1];

function hear(econn: Parameters<typeof handle>[0], from: (typeof PEOPLE)[number], message: Message): void {
  const [next, outputs] = handle(econn, { type: 'receive', from, via: roadOf(message), message, age: ms(0) });
  demand(outputs.length <= 8, 'one message asks for little');
  demand(JSON.stringify(next).length < 400_000, 'one message is not kept many times over');
}
