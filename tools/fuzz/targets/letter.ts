import { backendTime } from '../../../src/base/units.ts';
import { decodeLetter, encodeLetter } from '../../../src/transport/letter.ts';
import { spoilBytes } from '../mutate/bytes.ts';
import { demand, type Target } from '../target.ts';

/** What is in an envelope once it is open: anybody can seal anything for us. */
export const target: Target = {
  name: 'letter',
  what: 'letters, as they are inside of an opened envelope, and their padding',
  mutator: spoilBytes,
  longest: 33_000,
  prepare: () => ({
    seeds: ['', 'a short one', 'ä\u{1F600} unicode', 'x'.repeat(300)].map((text) => written(text, 26 + new TextEncoder().encode(text).length + 40)),
    feed: (input) => {
      const letter = decodeLetter('c', input);
      if (letter === undefined) return;
      const again = encodeLetter(letter, input.length);
      demand(again !== undefined && Buffer.compare(again, input) === 0, 'a letter has one form only');
    },
    check: () => demand(decodeLetter('c', written('hello', 500))?.text === 'hello', 'an honest letter is read'),
  }),
};

function written(text: string, size: number): Uint8Array {
  return encodeLetter({ id: new Uint8Array(16).fill(7), sentAt: backendTime(1_800_000_000_000), text }, size)!;
}
