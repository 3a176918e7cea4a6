/**
 * The most a video payload may have: with RTP header, extensions, SRTP, UDP and IPv6 it fits into the 1 280
 * bytes every path carries, and into AVS's and libwebrtc's 1 200.
 */
export const MAX_VIDEO_PAYLOAD = 1_160;

/** Cuts bytes into as few pieces of even size as fit: a last piece of a few bytes is as easily lost as a full one. */
export function evenPieces(bytes: Uint8Array, room: number): Uint8Array[] {
  const count = Math.max(1, Math.ceil(bytes.length / room));
  const size = Math.ceil(bytes.length / count);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}
