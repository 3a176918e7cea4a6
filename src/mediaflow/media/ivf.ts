import type { ReceivedVideo, VideoCodec } from '../port.ts';
import { pictureSize, type PictureSize } from '../rtp/picture-size.ts';
import { VIDEO_PAYLOADS } from '../rtp/video-codec.ts';
import { MediaFileError } from './media-file-error.ts';

/** The pictures of an IVF file of one of our codecs, with timestamps in 1/90 000 s from the file's first. Throws {@link MediaFileError}. */
export function readIvf(file: Uint8Array): ReceivedVideo[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 32 || view.getUint32(0) !== DKIF) throw new MediaFileError('not-this-format', 'not an IVF file');
  const codec = CODECS.find((known) => FOURCC[known] === view.getUint32(8));
  if (codec === undefined) throw new MediaFileError('unsupported', `none of ${CODECS.join(', ')}`);
  const header = view.getUint16(6, true);
  const rate = view.getUint32(16, true);
  const scale = view.getUint32(20, true);
  if (header < 32 || rate === 0 || scale === 0) throw new MediaFileError('corrupt', 'the IVF header contradicts itself');
  const { isKeyframe } = VIDEO_PAYLOADS[codec];
  const frames: ReceivedVideo[] = [];
  for (let at = header; at < file.length; ) {
    if (at + FRAME_HEADER > file.length) throw new MediaFileError('truncated', 'the file ends inside a frame header');
    const size = view.getUint32(at, true);
    const position = Number(view.getBigUint64(at + 4, true));
    at += FRAME_HEADER;
    if (at + size > file.length) throw new MediaFileError('truncated', 'the file ends inside a frame');
    const payload = file.subarray(at, at + size);
    at += size;
    if (size > 0) frames.push({ payload, timestamp: Math.round((position * scale * 90_000) / rate), keyframe: isKeyframe(payload), codec });
  }
  if (frames[0] === undefined) throw new MediaFileError('empty', 'no picture in the file');
  if (!frames[0].keyframe) throw new MediaFileError('corrupt', 'the first picture is no keyframe');
  return frames;
}

/** Turns received pictures into an IVF file, piece by piece, timed by their RTP timestamps. The first one's codec is the file's. */
export class IvfWriter {
  #count = 0;
  #codec: VideoCodec = 'VP8';
  #size: PictureSize = { width: 0, height: 0 };
  #last: number | undefined;
  #position = 0;

  /** The file's header as far as known. Write it first, and again over itself at the end, when size and count are known. */
  header(): Uint8Array {
    const bytes = new Uint8Array(32);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, DKIF);
    view.setUint16(6, 32, true);
    view.setUint32(8, FOURCC[this.#codec]);
    view.setUint16(12, this.#size.width, true);
    view.setUint16(14, this.#size.height, true);
    view.setUint32(16, 90_000, true);
    view.setUint32(20, 1, true);
    view.setUint32(24, this.#count, true);
    return bytes;
  }

  /** The bytes of one picture. Pictures before the first keyframe, and those of another codec, cannot be shown and give nothing. */
  push(frame: ReceivedVideo): Uint8Array {
    if (this.#count === 0 ? !frame.keyframe : frame.codec !== this.#codec) return new Uint8Array(0);
    if (this.#count === 0) this.#begin(frame);
    if (this.#last !== undefined) this.#position += Math.max(0, (frame.timestamp - this.#last) | 0);
    this.#last = frame.timestamp;
    this.#count += 1;
    const bytes = new Uint8Array(FRAME_HEADER + frame.payload.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, frame.payload.length, true);
    view.setBigUint64(4, BigInt(this.#position), true);
    bytes.set(frame.payload, FRAME_HEADER);
    return bytes;
  }

  #begin({ codec, payload }: ReceivedVideo): void {
    this.#codec = codec;
    this.#size = pictureSize(codec, payload) ?? this.#size;
  }
}

/** `DKIF`. */
const DKIF = 0x444b_4946;
const CODECS = ['VP8', 'VP9', 'H264'] as const satisfies readonly VideoCodec[];
const FOURCC: Readonly<Record<VideoCodec, number>> = { VP8: 0x5650_3830, VP9: 0x5650_3930, H264: 0x4832_3634 };
const FRAME_HEADER = 12;
