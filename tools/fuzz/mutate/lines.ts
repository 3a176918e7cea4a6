import type { Mutator } from '../target.ts';
import { spoilBytes } from './bytes.ts';

/** Spoils a text of lines, as SDP is: lines dropped, repeated, swapped, taken from another; half of the time the bytes of one. */
export const spoilLines: Mutator = (input, other, dice, longest) => {
  const decoder = new TextDecoder('latin1');
  const lines = decoder.decode(input).split('\r\n');
  const theirs = decoder.decode(other).split('\r\n');
  for (let times = 1 + dice.below(3); times > 0; times--) {
    const at = dice.below(lines.length);
    const line = lines[at] ?? '';
    switch (dice.below(10)) {
      case 0:
        lines.splice(at, 1);
        break;
      case 1:
        lines.splice(dice.below(lines.length), 0, line);
        break;
      case 2:
        lines.splice(at, 0, theirs[dice.below(theirs.length)] ?? '');
        break;
      case 3: {
        const to = dice.below(lines.length);
        [lines[at], lines[to]] = [lines[to] ?? '', line];
        break;
      }
      case 4: {
        const words = line.split(' ');
        words.splice(dice.below(words.length), dice.below(2), WORDS[dice.below(WORDS.length)]!);
        lines[at] = words.join(' ');
        break;
      }
      default:
        lines[at] = decoder.decode(spoilBytes(Buffer.from(line, 'latin1'), Buffer.from(theirs[dice.below(theirs.length)] ?? '', 'latin1'), dice, dice.below(50) === 0 ? longest : 400));
    }
  }
  return new Uint8Array(Buffer.from(lines.join(dice.below(20) === 0 ? '\n' : '\r\n'), 'latin1').subarray(0, longest));
};

const WORDS = ['0', '1', '-1', '65536', '4294967296', '9'.repeat(30), 'NaN', '::', '127.0.0.1', 'fe80::1', 'a.local', 'udp', 'TCP', 'typ', 'host', 'raddr', '', 'apt=96', 'BUNDLE', '*', '(a+)+$', 'x'.repeat(300)];
