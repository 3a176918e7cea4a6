import type { OpusFrame, ReceivedVideo, VideoCodec } from '../port.ts';
import { VIDEO_PAYLOADS } from '../rtp/video-codec.ts';
import { annexB } from './avc.ts';
import { elements, uint, vint } from './ebml.ts';
import { MediaFileError } from './media-file-error.ts';
import { opusSamples } from './opus-packet.ts';

/** What a WebM or Matroska file has for a call: its first Opus track and its first VP8, VP9 or H.264 track. */
export type MatroskaMedia = { readonly audio?: readonly OpusFrame[]; readonly video?: readonly ReceivedVideo[] };

/** Reads a WebM or Matroska file (RFC 9559), pictures with timestamps in 1/90 000 s from the file's first. Throws {@link MediaFileError}. */
export function readMatroska(file: Uint8Array): MatroskaMedia {
  if (file.length < 4 || new DataView(file.buffer, file.byteOffset).getUint32(0) !== ID.ebml) throw new MediaFileError('not-this-format', 'not a WebM or Matroska file');
  const tracks = new Map<number, Track>();
  let [scale, cluster] = [1_000_000, 0];
  for (const { id, start, end } of elements(file, (opened) => OPENED.has(opened))) {
    const data = file.subarray(start, end);
    if (id === ID.timestampScale) scale = uint(data);
    else if (id === ID.clusterTimestamp) cluster = uint(data);
    else if (id === ID.trackEntry) addTrack(tracks, data);
    else if (id === ID.simpleBlock || id === ID.block) addBlock(tracks, data, cluster);
  }
  const audio = [...tracks.values()].find((track) => track.codec === 'opus' && track.frames.length > 0);
  const video = [...tracks.values()].find((track) => track.codec !== 'opus' && track.frames.length > 0);
  const sound = audio === undefined ? [] : opusOf(audio);
  const pictures = video === undefined ? [] : picturesOf(video, scale);
  if (sound.length === 0 && pictures.length === 0) throw new MediaFileError(tracks.size === 0 ? 'unsupported' : 'empty', 'neither Opus nor VP8, VP9 or H.264 in the file');
  return { ...(sound.length === 0 ? {} : { audio: sound }), ...(pictures.length === 0 ? {} : { video: pictures }) };
}

/** Frames with their times in units of the file's timestamp scale. */
type Track = { readonly codec: 'opus' | VideoCodec; readonly setup: Uint8Array | undefined; readonly frames: { readonly at: number; readonly payload: Uint8Array }[] };

/** Tracks of other codecs, and those that are compressed or encrypted once more, are none for us. */
function addTrack(tracks: Map<number, Track>, entry: Uint8Array): void {
  const fields = new Map<number, Uint8Array>();
  for (const { id, start, end } of elements(entry, () => false)) fields.set(id, entry.subarray(start, end));
  const codec = CODECS.get(String.fromCodePoint(...(fields.get(ID.codecId)?.subarray(0, 32) ?? [])).replace(/\0+$/, ''));
  const number = uint(fields.get(ID.trackNumber) ?? new Uint8Array());
  if (codec !== undefined && !fields.has(ID.contentEncodings) && tracks.size < MOST_TRACKS) tracks.set(number, { codec, setup: fields.get(ID.codecPrivate), frames: [] });
}

/** RFC 9559 §10.2: the track's number, a time relative to the cluster's, flags, and one frame or several. */
function addBlock(tracks: ReadonlyMap<number, Track>, block: Uint8Array, cluster: number): void {
  const number = vint(block, 0, block.length, 'taken off');
  const at = number.length;
  const track = tracks.get(number.value ?? -1);
  if (track === undefined || block.length < at + 4) return;
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  // Several frames in one block share its time: of audio only their order counts, and pictures never share one.
  for (const payload of framesIn(block.subarray(at + 3), (view.getUint8(at + 2) >> 1) & 3)) track.frames.push({ at: cluster + view.getInt16(at), payload });
}

/** RFC 9559 §10.3: no lacing, Xiph's, fixed size, EBML's. The last frame takes what is left. */
function framesIn(data: Uint8Array, lacing: number): Uint8Array[] {
  if (lacing === 0) return [data];
  const count = (data[0] ?? 0) + 1;
  const { sizes, start } = lacing === 2 ? { sizes: Array.from({ length: count - 1 }, () => Math.floor((data.length - 1) / count)), start: 1 } : laceOf(data, count - 1, lacing === 1 ? xiphSize : ebmlSize);
  let at = start;
  const frames = sizes.map((size) => data.subarray(at, (at += size)));
  if (at > data.length) throw new MediaFileError('corrupt', 'a block whose frames do not fit into it');
  return [...frames, data.subarray(at)];
}

type SizeReader = (data: Uint8Array, at: number, before: number | undefined) => { readonly size: number; readonly length: number };

function laceOf(data: Uint8Array, count: number, read: SizeReader): { readonly sizes: readonly number[]; readonly start: number } {
  const sizes: number[] = [];
  let at = 1;
  for (let index = 0; index < count; index++) {
    const { size, length } = read(data, at, sizes.at(-1));
    if (size < 0 || at + length > data.length) throw new MediaFileError('corrupt', 'a block whose sizes cannot be');
    sizes.push(size);
    at += length;
  }
  return { sizes, start: at };
}

const xiphSize: SizeReader = (data, at) => {
  let [size, length] = [0, 0];
  for (let byte = 255; byte === 255; size += byte) byte = data[at + length++] ?? 0;
  return { size, length };
};

/** The first as it is, the others as the difference to the one before, signed by a bias. */
const ebmlSize: SizeReader = (data, at, before) => {
  const { value = 0, length } = vint(data, at, data.length, 'taken off');
  return { size: before === undefined ? value : before + value - (2 ** (7 * length - 1) - 1), length };
};

function opusOf({ frames }: Track): OpusFrame[] {
  return frames.flatMap(({ payload }) => {
    const samples = opusSamples(payload);
    return samples === undefined ? [] : [{ payload, samples }];
  });
}

function picturesOf({ codec, setup, frames }: Track, scale: number): ReceivedVideo[] {
  if (codec === 'opus') return [];
  const rewrite = codec === 'H264' ? annexB(setup) : (data: Uint8Array) => data;
  const first = frames[0]?.at ?? 0;
  const pictures = frames.filter(({ payload }) => payload.length > 0).map(({ at, payload: stored }) => {
    const payload = rewrite(stored);
    return { payload, timestamp: Math.max(0, Math.round(((at - first) * scale * 90) / 1_000_000)), keyframe: VIDEO_PAYLOADS[codec].isKeyframe(payload), codec };
  });
  if (pictures[0] !== undefined && !pictures[0].keyframe) throw new MediaFileError('corrupt', 'the first picture is no keyframe');
  return pictures;
}

/** RFC 9559 §5. */
const ID = {
  ebml: 0x1a45_dfa3, segment: 0x1853_8067, info: 0x1549_a966, timestampScale: 0x2a_d7b1, tracks: 0x1654_ae6b, trackEntry: 0xae, trackNumber: 0xd7, codecId: 0x86, codecPrivate: 0x63a2,
  contentEncodings: 0x6d80, cluster: 0x1f43_b675, clusterTimestamp: 0xe7, simpleBlock: 0xa3, blockGroup: 0xa0, block: 0xa1,
} as const;
const OPENED: ReadonlySet<number> = new Set([ID.segment, ID.info, ID.tracks, ID.cluster, ID.blockGroup]);
const CODECS: ReadonlyMap<string, Track['codec']> = new Map([['A_OPUS', 'opus'], ['V_VP8', 'VP8'], ['V_VP9', 'VP9'], ['V_MPEG4/ISO/AVC', 'H264']]);
const MOST_TRACKS = 64;
