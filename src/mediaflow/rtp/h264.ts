import { evenPieces, MAX_VIDEO_PAYLOAD } from './even-pieces.ts';
import type { PicturePiece } from './video-codec.ts';

/** Cuts pictures in Annex B form into RTP payloads (RFC 6184, packetization mode 1): NAL units whole, or in fragments. */
export class H264Packetizer {
  split(picture: Uint8Array): Uint8Array[] {
    return nalUnits(picture).flatMap((unit) => (unit.length <= MAX_VIDEO_PAYLOAD ? [unit] : fragments(unit)));
  }
}

/** The NAL units of a payload, each behind a start code. What mode 1 does not have is no piece. */
export function h264Piece(payload: Uint8Array): PicturePiece | undefined {
  const first = payload[0] ?? 0;
  const type = first & 0x1f;
  if (type >= 1 && type < STAP_A && payload.length > 1) return { bytes: [START_CODE, payload] };
  if (type === STAP_A) return aggregated(payload);
  const second = payload[1];
  if (type !== FU_A || second === undefined || payload.length < 3) return undefined;
  const rest = payload.subarray(2);
  return (second & 0x80) === 0 ? { startsPicture: false, bytes: [rest] } : { bytes: [START_CODE, Uint8Array.of((first & 0xe0) | (second & 0x1f)), rest] };
}

/** Whether a picture can be decoded on its own: it has an IDR slice (H.264 §7.4.1, nal_unit_type 5). */
export function isH264Keyframe(picture: Uint8Array): boolean {
  return nalUnits(picture).some((unit) => ((unit[0] ?? 0) & 0x1f) === 5);
}

/** The NAL units between the start codes of Annex B. */
export function nalUnits(picture: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  let start: number | undefined;
  const close = (end: number): void => {
    const unit = start === undefined ? [] : picture.subarray(start, end);
    // Zeros before a start code belong to it.
    const last = unit.findLastIndex((byte) => byte !== 0);
    if (start !== undefined && last >= 0) units.push(picture.subarray(start, start + last + 1));
  };
  for (let at = 0; at + 2 < picture.length; at++) {
    if (picture[at] !== 0 || picture[at + 1] !== 0 || picture[at + 2] !== 1) continue;
    close(at);
    start = at + 3;
    at += 2;
  }
  close(picture.length);
  return units;
}

/** FU-A (RFC 6184 §5.8). */
function fragments(unit: Uint8Array): Uint8Array[] {
  const header = unit[0] ?? 0;
  const pieces = evenPieces(unit.subarray(1), MAX_VIDEO_PAYLOAD - 2);
  return pieces.map((piece, index) => {
    const ends = (index === 0 ? 0x80 : 0) | (index === pieces.length - 1 ? 0x40 : 0);
    return Uint8Array.of((header & 0xe0) | FU_A, ends | (header & 0x1f), ...piece);
  });
}

/** STAP-A (RFC 6184 §5.7.1): units with their lengths before them. */
function aggregated(payload: Uint8Array): PicturePiece | undefined {
  const bytes: Uint8Array[] = [];
  for (let at = 1; at + 2 < payload.length; ) {
    const length = ((payload[at] ?? 0) << 8) | (payload[at + 1] ?? 0);
    const unit = payload.subarray(at + 2, at + 2 + length);
    if (length === 0 || unit.length < length) return undefined;
    bytes.push(START_CODE, unit);
    at += 2 + length;
  }
  return bytes.length === 0 ? undefined : { bytes };
}

const START_CODE = Uint8Array.of(0, 0, 0, 1);
const STAP_A = 24;
const FU_A = 28;
