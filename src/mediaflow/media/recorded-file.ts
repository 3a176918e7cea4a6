import { EncodedAudioPacketSource, EncodedPacket, EncodedVideoPacketSource, FilePathTarget, MkvOutputFormat, Output, WebMOutputFormat } from 'mediabunny';
import type { VideoCodec } from '../port.ts';
import { pictureSize } from '../rtp/picture-size.ts';
import { configurationRecord, withoutStartCodes } from './avc.ts';

/** Who is heard or seen in a track. */
export type RecordedTrack = 'our audio' | 'their audio' | 'our video' | 'their video';

/** One frame with its place in the file, both in seconds. Pictures say their codec. */
export type RecordedFrame = { readonly track: RecordedTrack; readonly payload: Uint8Array; readonly place: number; readonly length: number; readonly keyframe: boolean; readonly codec: VideoCodec | 'opus' };

/**
 * One WebM file with the tracks that it was opened with; Matroska when there is H.264 among them, which WebM does
 * not have. Frames are written one after the other, whoever waits for them.
 */
export class RecordedFile {
  readonly #output: Output;
  readonly #sources = new Map<RecordedTrack, { readonly codec: RecordedFrame['codec']; readonly add: (frame: RecordedFrame) => Promise<void> }>();
  #writing: Promise<void>;

  /** `tracks` with the codec of each, and for video its first keyframe. */
  constructor(path: string, tracks: ReadonlyMap<RecordedTrack, RecordedFrame>) {
    const isMatroska = [...tracks.values()].some(({ codec }) => codec === 'H264');
    this.#output = new Output({ format: isMatroska ? new MkvOutputFormat() : new WebMOutputFormat(), target: new FilePathTarget(path) });
    for (const track of ORDER) {
      const first = tracks.get(track);
      if (first !== undefined) this.#sources.set(track, { codec: first.codec, add: first.codec === 'opus' ? this.#addAudioTrack(track) : this.#addVideoTrack(track, first.codec) });
    }
    this.#writing = this.#output.start();
    this.#writing.catch(() => {});
  }

  /** Whether a frame has its track here. */
  takes({ track, codec }: RecordedFrame): boolean {
    return this.#sources.get(track)?.codec === codec;
  }

  write(frame: RecordedFrame): void {
    this.#writing = this.#writing.then(() => this.#sources.get(frame.track)?.add(frame));
    this.#writing.catch(() => {});
  }

  /** Completes the file. Rejects with what went wrong in writing it, whenever that was. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#output.finalize();
  }

  #addAudioTrack(name: RecordedTrack): (frame: RecordedFrame) => Promise<void> {
    const source = new EncodedAudioPacketSource('opus');
    this.#output.addAudioTrack(source, { name });
    return ({ payload, place, length }) => source.add(new EncodedPacket(payload, 'key', place, length), { decoderConfig: { codec: 'opus', numberOfChannels: 2, sampleRate: 48_000, description: OPUS_HEAD } });
  }

  #addVideoTrack(name: RecordedTrack, codec: VideoCodec): (frame: RecordedFrame) => Promise<void> {
    const source = new EncodedVideoPacketSource(LIBRARY_NAMES[codec]);
    this.#output.addVideoTrack(source, { name });
    return ({ payload, place, length, keyframe }) => source.add(
      new EncodedPacket(codec === 'H264' ? withoutStartCodes(payload) : payload, keyframe ? 'key' : 'delta', place, length),
      keyframe ? { decoderConfig: decoderConfig(codec, payload) } : undefined,
    );
  }
}

function decoderConfig(codec: VideoCodec, keyframe: Uint8Array): VideoDecoderConfig {
  const { width, height } = pictureSize(codec, keyframe) ?? { width: 640, height: 480 };
  const record = codec === 'H264' ? configurationRecord(keyframe) : undefined;
  return { codec: CODEC_STRINGS[codec], codedWidth: width, codedHeight: height, ...(record === undefined ? {} : { description: record }) };
}

const ORDER: readonly RecordedTrack[] = ['our audio', 'their audio', 'their video', 'our video'];
const LIBRARY_NAMES = { VP8: 'vp8', VP9: 'vp9', H264: 'avc' } as const satisfies Record<VideoCodec, string>;
/** RFC 6381. */
const CODEC_STRINGS: Readonly<Record<VideoCodec, string>> = { VP8: 'vp8', VP9: 'vp09.00.10.08', H264: 'avc1.42e01f' };
/** RFC 7845 §5.1: two channels, no pre-skip, 48 kHz. */
const OPUS_HEAD = Uint8Array.of(0x4f, 0x70, 0x75, 0x73, 0x48, 0x65, 0x61, 0x64, 1, 2, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0);
