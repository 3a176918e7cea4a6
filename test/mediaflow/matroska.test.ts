import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import { nalUnits } from '../../src/mediaflow/rtp/h264.ts';
import { opusSamples, readIvf, readOggOpus, type ReceivedVideo } from '../../src/mediaflow/index.ts';
import { CallRecorder, readMatroska } from '../../src/mediaflow/werift/index.ts';
import { VirtualTime } from '../../src/testing/index.ts';

const fixture = (name: string): Uint8Array => readFileSync(new URL(`../fixtures/video/${name}`, import.meta.url));
const SPOKEN = readOggOpus(readFileSync(new URL('../../tools/demo/media/alice.opus', import.meta.url))).slice(0, 200);

describe('a WebM or Matroska file', () => {
  it.each([['clock-vp8.webm', 'VP8', 21, 71], ['clock-vp9.webm', 'VP9', 40, undefined], ['clock-h264.mkv', 'H264', 21, 71]] as const)('%s has pictures in %s and sound for a call', (name, codec, pictures, packets) => {
    const { audio, video } = readMatroska(fixture(name));
    expect([video?.length, audio?.length]).toEqual([pictures, packets]);
    expect(video?.[0]).toMatchObject({ codec, keyframe: true, timestamp: 0 });
    expect(audio?.every(({ payload, samples }) => opusSamples(payload) === samples) ?? true).toBe(true);
  });

  it('has the same pictures as the IVF file that it was copied to, H.264 with its parameter sets before each keyframe', () => {
    for (const [name, other] of [['clock-vp9.webm', 'clock-vp9.ivf'], ['clock-h264.mkv', 'clock-h264.ivf']] as const) {
      const { video = [] } = readMatroska(fixture(name));
      // Parameter sets may stand before or behind what comments on the picture.
      const bytes = ({ codec, payload }: ReceivedVideo): string[] => (codec === 'H264' ? nalUnits(payload) : [payload]).map(hex).sort();
      expect(video.map(bytes)).toEqual(readIvf(fixture(other)).map(bytes));
    }
  });

  it.each([
    ['another format', fixture('clock-vp9.ivf'), 'not-this-format'],
    ['nothing', new Uint8Array(0), 'not-this-format'],
    ['a file that ends before its tracks', fixture('clock-vp8.webm').subarray(0, 60), 'truncated'],
    ['one whose tracks are of other codecs', Buffer.from(Buffer.from(fixture('clock-vp9.webm')).toString('latin1').replace('V_VP9', 'V_AV1'), 'latin1'), 'unsupported'],
  ])('is refused by name: %s', (_, file, fault) => {
    expect(() => readMatroska(file)).toThrowError(expect.objectContaining({ name: 'MediaFileError', fault }));
  });

  it('is read with every way to put several frames into a block', () => {
    const [one, two, three] = [[0xfc, 1], [0xfc, 2, 2], [0xfc, 3]] as const;
    for (const [flags, block] of [[0x02, [2, 2, 3, ...one, ...two, ...three]], [0x06, [2, 0x82, 0xc0, ...one, ...two, ...three]], [0x04, [2, 0xfc, 1, 0xfc, 2, 0xfc, 3]]] as const) {
      const sizes = flags === 0x04 ? [2, 2, 2] : [2, 3, 2];
      expect(readMatroska(soundFile([0x81, 0, 0, flags, ...block])).audio?.map(({ payload }) => payload.length)).toEqual(sizes);
    }
  });
});

describe('the recording of a call', () => {
  const folder = mkdtempSync(join(tmpdir(), 'recorded-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(['vp8', 'vp9', 'h264'])('has both sides with sound and picture in one file, as they came (%s)', async (codec) => {
    const { time, recorder } = recording(codec);
    const pictures = codec === 'vp8' ? readMatroska(fixture('clock-vp8.webm')).video ?? [] : readIvf(fixture(`clock-${codec}.ivf`));
    await play(time, 3, (at) => {
      if (at % 20 === 0) for (const side of ['our', 'their'] as const) recorder.audio(side, SPOKEN[at / 20] ?? SPOKEN[0]!);
      if (at % 100 === 0 && at / 100 < pictures.length) for (const side of ['our', 'their'] as const) recorder.video(side, { ...pictures[at / 100]!, timestamp: at * 90 });
    });
    const [path = '', ...more] = await recorder.finish();
    expect(more).toEqual([]);
    const { audio = [], video = [] } = readMatroska(readFileSync(path));
    expect(audio.map(({ payload }) => hex(payload))).toEqual(SPOKEN.slice(0, 150).map(({ payload }) => hex(payload)));
    expect(video.map(({ keyframe, timestamp }) => [keyframe, Math.round(timestamp / 9000)])).toEqual(pictures.slice(0, 30).map(({ keyframe }, index) => [keyframe, index]));
  });

  it('goes on in another part when a track begins later, and keeps everything', async () => {
    const { time, recorder } = recording('late');
    const pictures = readIvf(fixture('clock-vp9.ivf'));
    await play(time, 8, (at) => {
      if (at % 20 === 0) recorder.audio('their', SPOKEN[at / 20 % 200]!);
      if (at >= 4000 && at % 100 === 0) recorder.video('their', { ...pictures[(at - 4000) / 100]!, timestamp: at * 90 });
    });
    const files = await recorder.finish();
    const parts = files.map((path) => readMatroska(readFileSync(path)));
    expect(parts.map(({ video }) => video?.length)).toEqual([undefined, 40]);
    expect(parts.flatMap(({ audio }) => audio ?? []).length).toBe(400);
  });

  it('shows a pause as a pause', async () => {
    const { time, recorder } = recording('pause');
    recorder.audio('their', SPOKEN[0]!);
    await time.advance(seconds(5));
    recorder.audio('their', SPOKEN[1]!);
    const [path = ''] = await recorder.finish();
    expect(readFileSync(path).includes(Buffer.from('Opus'))).toBe(true);
    const { audio } = readMatroska(readFileSync(path));
    expect(audio?.length).toBe(2);
  });

  it('leaves no file when nothing came, and says so when it cannot be written', async () => {
    expect(await recording('empty').recorder.finish()).toEqual([]);
    const lost = new CallRecorder({ path: () => join(folder, 'no-such-folder', 'call.webm') });
    lost.audio('our', SPOKEN[0]!);
    await expect(lost.finish()).rejects.toThrow(/no-such-folder/);
  });

  function recording(name: string): { readonly time: VirtualTime; readonly recorder: CallRecorder } {
    const time = new VirtualTime();
    return { time, recorder: new CallRecorder({ path: (part) => join(folder, `${name}-${String(part)}.webm`), clock: time }) };
  }
});

/** Calls `act` each 10 ms of so many seconds. */
async function play(time: VirtualTime, length: number, act: (at: number) => void): Promise<void> {
  for (let at = 0; at < length * 1000; at += 10) {
    act(at);
    await time.advance(ms(10));
  }
}

/** A Matroska file of one Opus track and one block; sizes of segment and cluster are unknown, as in streams. */
function soundFile(block: readonly number[]): Uint8Array {
  const element = (id: readonly number[], data: readonly number[]): number[] => [...id, 0x80 | data.length, ...data];
  const entry = [...element([0xd7], [1]), ...element([0x83], [2]), ...element([0x86], [...Buffer.from('A_OPUS')])];
  return Uint8Array.of(
    ...element([0x1a, 0x45, 0xdf, 0xa3], []), 0x18, 0x53, 0x80, 0x67, 0xff, ...element([0x16, 0x54, 0xae, 0x6b], element([0xae], entry)),
    0x1f, 0x43, 0xb6, 0x75, 0xff, ...element([0xe7], [0]), ...element([0xa3], block),
  );
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
