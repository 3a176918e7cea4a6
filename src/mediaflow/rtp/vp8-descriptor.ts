import type { PicturePiece } from './video-codec.ts';

/** What stands before the picture's bytes in an RTP payload (RFC 7741 §4.2), and where they begin. */
export type Vp8Descriptor = { readonly startsPicture: boolean; readonly headerBytes: number };

/** Reads the descriptor of a payload; `undefined` when it is longer than the payload or nothing follows it. */
export function readVp8Descriptor(payload: Uint8Array): Vp8Descriptor | undefined {
  const first = payload[0];
  if (first === undefined) return undefined;
  let at = 1;
  if ((first & 0x80) !== 0) {
    const extension = payload[at++];
    if (extension === undefined) return undefined;
    if ((extension & 0x80) !== 0) at += ((payload[at] ?? 0) & 0x80) === 0 ? 1 : 2;
    if ((extension & 0x40) !== 0) at += 1;
    if ((extension & 0x30) !== 0) at += 1;
  }
  if (at >= payload.length) return undefined;
  return { startsPicture: (first & 0x10) !== 0 && (first & 0x07) === 0, headerBytes: at };
}

/** What follows the descriptor. */
export function vp8Piece(payload: Uint8Array): PicturePiece | undefined {
  const descriptor = readVp8Descriptor(payload);
  return descriptor && { startsPicture: descriptor.startsPicture, bytes: [payload.subarray(descriptor.headerBytes)] };
}

/** True when a VP8 picture stands on its own: the inverse P bit of its first byte (RFC 6386 §9.1). */
export function isVp8Keyframe(picture: Uint8Array): boolean {
  const first = picture[0];
  return first !== undefined && (first & 0x01) === 0;
}
