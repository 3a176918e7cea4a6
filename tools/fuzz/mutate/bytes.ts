import type { SeededEntropy } from '../../../src/base/seeded-entropy.ts';
import type { Mutator } from '../target.ts';

/** Knows nothing of structure: bits, bytes, numbers at the edges of their ranges, pieces moved, repeated, cut and taken from elsewhere. */
export const spoilBytes: Mutator = (input, other, dice, longest) => {
  let bytes = Uint8Array.from(input);
  for (let times = 1 << dice.below(4); times > 0; times--) bytes = once(bytes, other, dice, longest);
  return bytes.length > longest ? bytes.subarray(0, longest) : bytes;
};

function once(bytes: Uint8Array<ArrayBuffer>, other: Uint8Array, dice: SeededEntropy, longest: number): Uint8Array<ArrayBuffer> {
  const at = dice.below(bytes.length + 1);
  const size = Math.min(bytes.length - at, 1 + dice.below(1 << dice.below(8)));
  switch (dice.below(12)) {
    case 0:
    case 1:
      if (at < bytes.length) bytes[at]! ^= 1 << dice.below(8);
      return bytes;
    case 2:
      if (at < bytes.length) bytes[at] = dice.below(256);
      return bytes;
    case 3:
      return number(bytes, at, dice);
    case 4:
      if (at < bytes.length) bytes[at]! += dice.below(2) === 0 ? 1 : -1;
      return bytes;
    case 5:
      return joined(bytes.subarray(0, at), bytes.subarray(at + size));
    case 6:
      return joined(bytes.subarray(0, at), bytes.subarray(at, at + size), bytes.subarray(at));
    case 7:
      return joined(bytes.subarray(0, at), dice.bytes(1 + dice.below(8)), bytes.subarray(at));
    case 8:
      return bytes.slice(0, at);
    case 9: {
      const from = dice.below(other.length + 1);
      return joined(bytes.subarray(0, at), other.subarray(from, from + 1 + dice.below(64)), bytes.subarray(dice.below(2) === 0 ? at : at + size));
    }
    case 10: {
      const to = dice.below(bytes.length + 1);
      bytes.copyWithin(to, at, at + size);
      return bytes;
    }
    default:
      return dice.below(60) === 0 ? swollen(bytes, at, size, longest) : joined(bytes.subarray(0, at), other.subarray(dice.below(other.length + 1)));
  }
}

/** A number at the edge of a range, in one, two or four bytes, in either order. */
function number(bytes: Uint8Array<ArrayBuffer>, at: number, dice: SeededEntropy): Uint8Array<ArrayBuffer> {
  const width = 1 << dice.below(3);
  if (at + width > bytes.length) return bytes;
  const value = EDGES[dice.below(EDGES.length)]! + (dice.below(3) === 0 ? bytes.length : 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const little = dice.below(4) === 0;
  if (width === 1) view.setUint8(at, value);
  else if (width === 2) view.setUint16(at, value, little);
  else view.setUint32(at, value, little);
  return bytes;
}

const EDGES = [0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 127, 128, 254, 255, 256, 1023, 1024, 0x7fff, 0x8000, 0xfffe, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff, -4, -12];

/** One piece again and again, to the full length: whatever costs more than in proportion shows here. */
function swollen(bytes: Uint8Array, at: number, size: number, longest: number): Uint8Array<ArrayBuffer> {
  const piece = bytes.subarray(at, at + Math.max(1, size));
  if (piece.length === 0) return Uint8Array.from(bytes);
  const times = Math.floor((longest - bytes.length) / piece.length);
  return joined(bytes.subarray(0, at), ...Array.from({ length: Math.max(0, times) }, () => piece), bytes.subarray(at));
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
