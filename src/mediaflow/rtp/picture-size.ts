import type { VideoCodec } from '../port.ts';
import { nalUnits } from './h264.ts';

/** In pixels, as coded. */
export type PictureSize = { readonly width: number; readonly height: number };

/** The size of a keyframe; `undefined` when it does not say or cannot be read. */
export function pictureSize(codec: VideoCodec, keyframe: Uint8Array): PictureSize | undefined {
  switch (codec) {
    case 'VP8':
      return vp8Size(keyframe);
    case 'VP9':
      return vp9Size(new Bits(keyframe));
    case 'H264':
      return h264Size(keyframe);
  }
}

/** RFC 6386 §9.1: the start code, then 14 bits each, little-endian. */
function vp8Size(picture: Uint8Array): PictureSize | undefined {
  if (picture.length < 10 || picture[3] !== 0x9d || picture[4] !== 0x01 || picture[5] !== 0x2a) return undefined;
  const view = new DataView(picture.buffer, picture.byteOffset, picture.byteLength);
  return { width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff };
}

/** VP9 bitstream §6.2: the uncompressed header of a keyframe of profile 0 or 2, the two that calls use. */
function vp9Size(bits: Bits): PictureSize | undefined {
  bits.skip(2);
  const profile = bits.read(1) + bits.read(1) * 2;
  // show_existing_frame, frame_type, show_frame, error_resilient_mode.
  bits.skip(4);
  if (profile % 2 === 1 || bits.read(24) !== 0x49_8342) return undefined;
  if (profile === 2) bits.skip(1);
  if (bits.read(3) !== RGB) bits.skip(1);
  const [width, height] = [bits.read(16) + 1, bits.read(16) + 1];
  return bits.exhausted ? undefined : { width, height };
}

const RGB = 7;

/** H.264 §7.3.2.1.1: the sequence parameter set, up to the size and how it is cropped. */
function h264Size(picture: Uint8Array): PictureSize | undefined {
  const unit = nalUnits(picture).find((candidate) => ((candidate[0] ?? 0) & 0x1f) === 7);
  if (unit === undefined) return undefined;
  const bits = new Bits(withoutEmulation(unit.subarray(1)));
  const profile = bits.read(8);
  bits.skip(16);
  bits.golomb();
  const chroma = HIGH_PROFILES.has(profile) ? highProfile(bits) : 1;
  if (chroma === undefined) return undefined;
  bits.golomb();
  const order = bits.golomb();
  if (order === 0) bits.golomb();
  // A cycle of picture order counts (type 1) is nothing that calls use.
  if (order === 1) return undefined;
  bits.golomb();
  bits.skip(1);
  const [columns, rows] = [bits.golomb() + 1, bits.golomb() + 1];
  const wholeFrames = bits.read(1);
  if (wholeFrames === 0) bits.skip(1);
  bits.skip(1);
  const cropped = bits.read(1) === 1;
  const [left, right, top, bottom] = cropped ? [bits.golomb(), bits.golomb(), bits.golomb(), bits.golomb()] : [0, 0, 0, 0];
  const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
  const unitY = (chroma === 1 ? 2 : 1) * (2 - wholeFrames);
  const size = { width: columns * 16 - (left + right) * unitX, height: rows * 16 * (2 - wholeFrames) - (top + bottom) * unitY };
  return bits.exhausted || size.width <= 0 || size.height <= 0 || size.width > MOST || size.height > MOST ? undefined : size;
}

/** Returns chroma_format_idc; `undefined` for scaling matrices, which no call has. */
function highProfile(bits: Bits): number | undefined {
  const chroma = bits.golomb();
  if (chroma === 3) bits.skip(1);
  bits.golomb();
  bits.golomb();
  bits.skip(1);
  return bits.read(1) === 1 ? undefined : chroma;
}

const HIGH_PROFILES: ReadonlySet<number> = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128]);
/** The largest of any level. */
const MOST = 16_384;

/** H.264 §7.4.1.1: a 3 after two zeros is there to keep start codes out. */
function withoutEmulation(unit: Uint8Array): Uint8Array {
  return unit.filter((byte, index) => !(byte === 3 && unit[index - 1] === 0 && unit[index - 2] === 0));
}

/** Reads bits from the front; past the end they are zeros. */
class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get exhausted(): boolean {
    return this.#at > this.#bytes.length * 8;
  }

  read(count: number): number {
    let value = 0;
    for (let left = count; left > 0; left--, this.#at++) value = value * 2 + (((this.#bytes[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1);
    return value;
  }

  skip(count: number): void {
    this.#at += count;
  }

  /** Unsigned Exp-Golomb (H.264 §9.1). */
  golomb(): number {
    let zeros = 0;
    while (zeros < 32 && !this.exhausted && this.read(1) === 0) zeros += 1;
    return 2 ** zeros - 1 + this.read(zeros);
  }
}
