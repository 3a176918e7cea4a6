import { H264Packetizer, h264Piece, isH264Keyframe } from './h264.ts';
import { isVp8Keyframe, vp8Piece } from './vp8-descriptor.ts';
import { Vp8Packetizer } from './vp8-packetizer.ts';
import { isVp9Keyframe, Vp9Packetizer, vp9Piece } from './vp9.ts';
import type { VideoCodec } from '../port.ts';

/** What one RTP payload holds of a picture. */
export type PicturePiece = {
  /** Whether a picture begins here; absent where only the packet before it can tell. */
  readonly startsPicture?: boolean;
  readonly bytes: readonly Uint8Array[];
};

/** How pictures of one codec travel in RTP. */
export type VideoPayloads = {
  readonly isKeyframe: (picture: Uint8Array) => boolean;
  /** `undefined` for a payload that holds nothing of a picture: padding, or nonsense. */
  readonly read: (payload: Uint8Array) => PicturePiece | undefined;
  /** Cuts pictures into payloads; the last of each carries the marker. `seed` hides where its numbers begin. */
  readonly packetizer: (seed: number) => { readonly split: (picture: Uint8Array, keyframe: boolean) => readonly Uint8Array[] };
};

export const VIDEO_PAYLOADS: Readonly<Record<VideoCodec, VideoPayloads>> = {
  VP8: { isKeyframe: isVp8Keyframe, read: vp8Piece, packetizer: (seed) => new Vp8Packetizer(seed) },
  VP9: { isKeyframe: isVp9Keyframe, read: vp9Piece, packetizer: (seed) => new Vp9Packetizer(seed) },
  H264: { isKeyframe: isH264Keyframe, read: h264Piece, packetizer: () => new H264Packetizer() },
};
