import { BufferSource, EncodedPacketSink, Input, MATROSKA, WEBM, type InputTrack } from 'mediabunny';
import type { OpusFrame, ReceivedVideo, VideoCodec } from '../port.ts';
import { VIDEO_PAYLOADS } from '../rtp/video-codec.ts';
import { annexB } from './avc.ts';
import { MediaFileError } from './media-file-error.ts';
import { opusSamples } from './opus-packet.ts';

/** What a WebM or Matroska file has for a call: its first Opus track and its first VP8, VP9 or H.264 track. */
export type MatroskaMedia = { readonly audio?: readonly OpusFrame[]; readonly video?: readonly ReceivedVideo[] };

/** Reads a WebM or Matroska file, pictures with timestamps in 1/90 000 s from the file's first. Rejects with {@link MediaFileError}. */
export async function readMatroska(file: Uint8Array): Promise<MatroskaMedia> {
  if (file.length < 4 || new DataView(file.buffer, file.byteOffset).getUint32(0) !== EBML) throw new MediaFileError('not-this-format', 'not a WebM or Matroska file');
  const input = new Input({ formats: [WEBM, MATROSKA], source: new BufferSource(file) });
  try {
    const tracks = await input.getTracks();
    const audio = await readAudio(tracks);
    const video = await readVideo(tracks);
    if (audio === undefined && video === undefined) throw new MediaFileError(tracks.length === 0 ? 'empty' : 'unsupported', 'neither Opus nor VP8, VP9 or H.264 in the file');
    return { ...(audio === undefined ? {} : { audio }), ...(video === undefined ? {} : { video }) };
  } catch (problem) {
    if (problem instanceof MediaFileError) throw problem;
    throw new MediaFileError('corrupt', `the file contradicts itself: ${problem instanceof Error ? problem.message : String(problem)}`);
  } finally {
    input.dispose();
  }
}

async function readAudio(tracks: readonly InputTrack[]): Promise<OpusFrame[] | undefined> {
  const track = tracks.find((candidate) => candidate.isAudioTrack() && candidate.codec === 'opus');
  if (track?.isAudioTrack() !== true) return undefined;
  const frames: OpusFrame[] = [];
  for await (const { data } of new EncodedPacketSink(track).packets()) {
    const samples = opusSamples(data);
    if (samples !== undefined) frames.push({ payload: data, samples });
  }
  return frames.length === 0 ? undefined : frames;
}

async function readVideo(tracks: readonly InputTrack[]): Promise<ReceivedVideo[] | undefined> {
  const track = tracks.find((candidate) => candidate.isVideoTrack() && candidate.codec !== null && CODECS.has(candidate.codec));
  if (track?.isVideoTrack() !== true) return undefined;
  const codec = CODECS.get(track.codec ?? '') ?? 'VP8';
  const rewrite = codec === 'H264' ? annexB((await track.getDecoderConfig())?.description) : (data: Uint8Array) => data;
  const { isKeyframe } = VIDEO_PAYLOADS[codec];
  const frames: ReceivedVideo[] = [];
  let first: number | undefined;
  for await (const packet of new EncodedPacketSink(track).packets()) {
    first ??= packet.timestamp;
    const payload = rewrite(packet.data);
    frames.push({ payload, timestamp: Math.round((packet.timestamp - first) * 90_000), keyframe: isKeyframe(payload), codec });
  }
  if (frames[0] === undefined) return undefined;
  if (!frames[0].keyframe) throw new MediaFileError('corrupt', 'the first picture is no keyframe');
  return frames;
}

/** The EBML header's id (RFC 8794 §11.2.1). */
const EBML = 0x1a45_dfa3;
/** By the library's names. */
const CODECS: ReadonlyMap<string, VideoCodec> = new Map([['vp8', 'VP8'], ['vp9', 'VP9'], ['avc', 'H264']]);
