import { evenPieces, MAX_VIDEO_PAYLOAD } from './even-pieces.ts';
import type { PicturePiece } from './video-codec.ts';

/** Cuts pictures into RTP payloads (RFC 9628 §4.2), in flexible mode: each builds on the one before it. */
export class Vp9Packetizer {
  #pictureId: number;

  constructor(firstPictureId: number) {
    this.#pictureId = firstPictureId & 0x7fff;
  }

  split(picture: Uint8Array, keyframe: boolean): Uint8Array[] {
    const id = this.#pictureId;
    this.#pictureId = (id + 1) & 0x7fff;
    const references = keyframe ? [] : [ONE_BEFORE];
    const pieces = evenPieces(picture, MAX_VIDEO_PAYLOAD - 3 - references.length);
    return pieces.map((piece, index) => {
      const flags = HAS_ID | FLEXIBLE | (keyframe ? 0 : PREDICTED) | (index === 0 ? BEGINS : 0) | (index === pieces.length - 1 ? ENDS : 0);
      const descriptor = [flags, 0x80 | (id >> 8), id & 0xff, ...references];
      const payload = new Uint8Array(descriptor.length + piece.length);
      payload.set(descriptor);
      payload.set(piece, descriptor.length);
      return payload;
    });
  }
}

/** What follows the payload descriptor. With several layers a picture is the frames of all of them, one after the other. */
export function vp9Piece(payload: Uint8Array): PicturePiece | undefined {
  const flags = payload[0];
  if (flags === undefined) return undefined;
  let at = 1;
  if ((flags & HAS_ID) !== 0) at += ((payload[at] ?? 0) & 0x80) === 0 ? 1 : 2;
  const layer = (flags & LAYERED) === 0 ? 0 : ((payload[at] ?? 0) >> 1) & 0x07;
  if ((flags & LAYERED) !== 0) at += (flags & FLEXIBLE) === 0 ? 2 : 1;
  if ((flags & PREDICTED) !== 0 && (flags & FLEXIBLE) !== 0) {
    for (let count = 1; count <= MAX_REFERENCES && ((payload[at++] ?? 0) & 0x01) !== 0; count++);
  }
  if ((flags & STRUCTURED) !== 0) at = afterStructure(payload, at);
  if (at >= payload.length) return undefined;
  return { startsPicture: (flags & BEGINS) !== 0 && layer === 0, bytes: [payload.subarray(at)] };
}

/** The scalability structure (RFC 9628 §4.2.1): sizes of the layers, then the pictures of a group. */
function afterStructure(payload: Uint8Array, start: number): number {
  const head = payload[start] ?? 0;
  let at = start + 1;
  if ((head & 0x10) !== 0) at += 4 * ((head >> 5) + 1);
  if ((head & 0x08) === 0) return at;
  const pictures = payload[at++] ?? 0;
  for (let count = 0; count < pictures; count++) at += 1 + (((payload[at] ?? 0) >> 2) & 0x03);
  return at;
}

/** The first bits of the uncompressed header (VP9 bitstream §6.2): marker, profile, show_existing_frame, frame_type. */
export function isVp9Keyframe(picture: Uint8Array): boolean {
  const first = picture[0] ?? 0;
  if (first >> 6 !== 2) return false;
  const shift = (first & 0x30) === 0x30 ? 1 : 0;
  return ((first >> (3 - shift)) & 1) === 0 && ((first >> (2 - shift)) & 1) === 0;
}

const HAS_ID = 0x80;
const PREDICTED = 0x40;
const LAYERED = 0x20;
const FLEXIBLE = 0x10;
const BEGINS = 0x08;
const ENDS = 0x04;
const STRUCTURED = 0x02;
const MAX_REFERENCES = 3;
/** A reference to the picture before, and no further one. */
const ONE_BEFORE = 1 << 1;
