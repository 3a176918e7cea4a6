import { evenPieces, MAX_VIDEO_PAYLOAD } from './even-pieces.ts';

/** Cuts pictures into RTP payloads (RFC 7741), with a 15-bit picture id that grows by one for each. */
export class Vp8Packetizer {
  #pictureId: number;

  constructor(firstPictureId: number) {
    this.#pictureId = firstPictureId & 0x7fff;
  }

  split(picture: Uint8Array): Uint8Array[] {
    const id = this.#pictureId;
    this.#pictureId = (id + 1) & 0x7fff;
    return evenPieces(picture, MAX_VIDEO_PAYLOAD - DESCRIPTOR_BYTES).map((piece, index) => {
      const payload = new Uint8Array(DESCRIPTOR_BYTES + piece.length);
      payload.set([index === 0 ? 0x90 : 0x80, 0x80, 0x80 | (id >> 8), id & 0xff]);
      payload.set(piece, DESCRIPTOR_BYTES);
      return payload;
    });
  }
}

/** X and S; I; M and the picture id in two bytes. */
const DESCRIPTOR_BYTES = 4;
