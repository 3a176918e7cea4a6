/**
 * The most a VP8 RTP payload may have: with RTP header, extensions, SRTP, UDP and IPv6 it fits into the 1 280
 * bytes every path carries, and into AVS's and libwebrtc's 1 200.
 */
export const MAX_VP8_PAYLOAD = 1_160;

/** Cuts pictures into RTP payloads (RFC 7741), with a 15-bit picture id that grows by one for each. */
export class Vp8Packetizer {
  #pictureId: number;

  constructor(firstPictureId: number) {
    this.#pictureId = firstPictureId & 0x7fff;
  }

  /** The payloads of one picture, in order; the last is the one to carry the marker. */
  split(picture: Uint8Array): Uint8Array[] {
    const room = MAX_VP8_PAYLOAD - DESCRIPTOR_BYTES;
    const count = Math.max(1, Math.ceil(picture.length / room));
    // Pieces of even size: a last piece of a few bytes is as easily lost as a full one.
    const size = Math.ceil(picture.length / count);
    const id = this.#pictureId;
    this.#pictureId = (id + 1) & 0x7fff;
    return Array.from({ length: count }, (_, index) => {
      const piece = picture.subarray(index * size, (index + 1) * size);
      const payload = new Uint8Array(DESCRIPTOR_BYTES + piece.length);
      payload.set([index === 0 ? 0x90 : 0x80, 0x80, 0x80 | (id >> 8), id & 0xff]);
      payload.set(piece, DESCRIPTOR_BYTES);
      return payload;
    });
  }
}

/** X and S; I; M and the picture id in two bytes. */
const DESCRIPTOR_BYTES = 4;
