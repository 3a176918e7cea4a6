import type { SeededEntropy } from '../../../src/base/seeded-entropy.ts';
import type { Mutator } from '../target.ts';
import { joined, spoilBytes } from './bytes.ts';

/** An input that is several packets in a row: each has its length in two bytes before it. Total. */
export function packetsOf(input: Uint8Array): Buffer[] {
  const packets: Buffer[] = [];
  for (let at = 0; at + 2 <= input.length && packets.length < MOST_PACKETS; ) {
    const size = (input[at]! << 8) | input[at + 1]!;
    packets.push(Buffer.from(input.subarray(at + 2, at + 2 + size)));
    at += 2 + size;
  }
  return packets;
}

export function inputOf(packets: readonly Uint8Array[]): Uint8Array {
  return joined(...packets.flatMap((packet) => [Uint8Array.of(packet.length >> 8, packet.length), packet.subarray(0, 0xffff)]));
}

/** Spoils one packet of several with `spoil`, or their order and number. */
export function spoilPackets(spoil: Mutator = spoilBytes): Mutator {
  return (input, other, dice, longest) => {
    const packets: Uint8Array[] = packetsOf(input);
    const theirs = packetsOf(other);
    for (let times = 1 + dice.below(2); times > 0; times--) once(packets, theirs, spoil, dice, longest);
    return inputOf(packets.slice(0, MOST_PACKETS)).subarray(0, longest + 2 * MOST_PACKETS);
  };
}

function once(packets: Uint8Array[], theirs: readonly Uint8Array[], spoil: Mutator, dice: SeededEntropy, longest: number): void {
  const at = dice.below(packets.length);
  const one = packets[at] ?? new Uint8Array();
  const foreign = theirs[dice.below(theirs.length)] ?? one;
  switch (dice.below(10)) {
    case 0:
      packets.splice(at, 1);
      return;
    case 1:
      packets.splice(dice.below(packets.length + 1), 0, one);
      return;
    case 2:
      packets.splice(dice.below(packets.length + 1), 0, foreign);
      return;
    case 3: {
      const to = dice.below(packets.length);
      if (packets.length > 0) [packets[at], packets[to]] = [packets[to]!, one];
      return;
    }
    default:
      packets[at] = spoil(one, foreign, dice, Math.min(longest, 0xffff));
  }
}

const MOST_PACKETS = 24;
