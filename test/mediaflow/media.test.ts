import { build } from 'esbuild';
import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import { IvfWriter, MediaFileError, OggOpusWriter, opusSamples, opusSilence, playOpus, playVideo, readIvf, readOggOpus, silence, tone, type OpusFrame, type VideoFrame } from '../../src/mediaflow/index.ts';
import { VirtualTime } from '../../src/testing/virtual-time.ts';

const ALICE = readFileSync(new URL('../../tools/demo/media/alice.opus', import.meta.url));
const CLOCK = readFileSync(new URL('../../tools/demo/media/clock-vp8.ivf', import.meta.url));

describe('an Ogg/Opus file', () => {
  it('is played in real time, whole, and says when it is over', async () => {
    const time = new VirtualTime();
    const frames = readOggOpus(ALICE);
    const heard: number[] = [];
    let endedAt = -1;
    playOpus(frames, { clock: time, onEnd: () => (endedAt = time.now()) }).start(() => heard.push(time.now()));
    await time.settle();
    expect(frames).toHaveLength(866);
    expect(heard).toEqual(frames.map((_, index) => index * 20));
    expect(endedAt).toBe(17_320);
  });

  it('does not drift when timers are late, catches up a little, and skips what a long sleep swallowed', async () => {
    const time = new VirtualTime();
    const heard: number[] = [];
    playOpus(readOggOpus(ALICE), { clock: time }).start(() => heard.push(time.now()));
    await time.advance(ms(100));
    time.oversleep(ms(75));
    await time.advance(ms(65));
    expect(heard.slice(5)).toEqual([100, 175, 175, 175, 180, 200, 220, 240]);
    time.oversleep(seconds(60));
    await time.advance(ms(40));
    expect(heard.filter((at) => at >= 60_000).length).toBeLessThanOrEqual(4);
  });

  it('goes on where it was after a stop, and from the beginning in a loop', async () => {
    const time = new VirtualTime();
    const frames: OpusFrame[] = [1, 2, 3].map((byte) => ({ payload: Uint8Array.of(0xf8, byte), samples: 960 }));
    const heard: (number | undefined)[] = [];
    const source = playOpus(frames, { clock: time, loop: true });
    source.start(({ payload }) => heard.push(payload[1]))();
    const stop = source.start(({ payload }) => heard.push(payload[1]));
    await time.advance(ms(30));
    stop();
    await time.advance(seconds(1));
    source.start(({ payload }) => heard.push(payload[1]));
    await time.advance(ms(50));
    expect(heard).toEqual([1, 2, 3, 1, 2]);
  });

  it('that we wrote is read as what was received: out of order put right, loss filled with silence', () => {
    const frames = readOggOpus(ALICE);
    const packets = frames.map(({ payload }, index) => ({ payload, sequence: index, timestamp: (0xffff_f000 + index * 960) >>> 0 }));
    const arrived = packets.filter((_, index) => index < 100 || index > 110);
    [arrived[5], arrived[7]] = [arrived[7]!, arrived[5]!];
    const written = readOggOpus(recording(arrived));
    expect(written).toHaveLength(866);
    expect(written.filter((_, index) => index < 100 || index > 110)).toEqual(frames.filter((_, index) => index < 100 || index > 110));
    expect([...(written[105]?.payload ?? [])]).toEqual([...opusSilence(960)]);
  });

  it('stays small when a peer jumps in time or sends what is no Opus', () => {
    const payload = opusSilence(960);
    const hostile = [0, 0x7fff_ffff, 5, 0xffff_ffff].map((timestamp, sequence) => ({ payload, sequence, timestamp }));
    expect(recording([...hostile, { payload: new Uint8Array(0), sequence: 9, timestamp: 960 }]).length).toBeLessThan(20_000_000);
    expect(readOggOpus(recording([]))).toHaveLength(1);
  });
});

describe('an IVF file', () => {
  it('is played in real time with timestamps of 90 kHz', async () => {
    const time = new VirtualTime();
    const shown: [number, number][] = [];
    playVideo(readIvf(CLOCK), { clock: time }).start(({ timestamp }) => shown.push([time.now(), timestamp]));
    await time.settle();
    expect(shown).toHaveLength(90);
    expect(shown.every(([at, timestamp]) => Math.abs(at - timestamp / 90) < 1)).toBe(true);
  });

  it('jumps to a keyframe when the receiver lost the picture, while timestamps rise evenly', async () => {
    const time = new VirtualTime();
    const shown: VideoFrame[] = [];
    const source = playVideo(readIvf(CLOCK), { clock: time, loop: true });
    source.start((frame) => shown.push(frame));
    await time.advance(ms(100));
    source.requestKeyframe?.();
    await time.advance(ms(100));
    expect(shown.map(({ keyframe }) => keyframe)).toEqual([true, false, true, false]);
    expect(shown.map(({ timestamp }) => timestamp)).toEqual([0, 6_000, 12_000, 18_000]);
  });

  it('that we wrote is read as what was received', () => {
    const pictures = readIvf(CLOCK);
    const writer = new IvfWriter();
    const body = pictures.map((frame) => writer.push({ ...frame, timestamp: (frame.timestamp + 0xffff_ff00) >>> 0 }));
    const file = Buffer.concat([writer.header(), ...body]);
    expect(readIvf(file)).toEqual(pictures);
    expect([file.readUInt16LE(12), file.readUInt16LE(14), file.readUInt32LE(24)]).toEqual([320, 180, 90]);
  });
});

describe('a hostile media file', () => {
  it.each([
    ['an empty one', new Uint8Array(0), 'not-this-format'],
    ['another format', CLOCK, 'not-this-format'],
    ['one that ends early', ALICE.subarray(0, 20_000), 'truncated'],
    ['one with a flipped bit', Buffer.concat([ALICE.subarray(0, 5_000), Buffer.from([(ALICE[5_000] ?? 0) ^ 1]), ALICE.subarray(5_001)]), 'corrupt'],
    ['headers only', recording([]).subarray(0, 91), 'truncated'],
  ])('is refused by name as Ogg/Opus: %s', (_, file, fault) => {
    expect(() => readOggOpus(file)).toThrowError(expect.objectContaining({ name: 'MediaFileError', fault }));
  });

  it.each([
    ['another format', ALICE, 'not-this-format'],
    ['one that ends early', CLOCK.subarray(0, 20_000), 'truncated'],
    ['no picture', CLOCK.subarray(0, 32), 'empty'],
    ['another codec', Buffer.from(CLOCK.subarray(0, 100)).fill('AV01', 8, 12), 'unsupported'],
  ])('is refused by name as IVF: %s', (_, file, fault) => {
    expect(() => readIvf(file)).toThrowError(expect.objectContaining({ name: 'MediaFileError', fault }));
  });

  it('never gets anything but that error, wherever it is damaged', () => {
    fc.assert(fc.property(fc.constantFrom(ALICE.subarray(0, 9_000), CLOCK.subarray(0, 9_000)), fc.array(fc.tuple(fc.nat(8_999), fc.nat(255)), { maxLength: 8 }), (good, damage) => {
      const file = Buffer.from(good);
      for (const [at, byte] of damage) file[at] = byte;
      for (const read of [readOggOpus, readIvf]) {
        try {
          read(file);
        } catch (error) {
          expect(error).toBeInstanceOf(MediaFileError);
        }
      }
    }), { numRuns: 200 });
  });
});

describe('Opus packets', () => {
  it('tell their length in their first byte, and the silence we send has the length asked for', () => {
    for (const samples of [120, 240, 480, 960, 1_920, 2_880, 5_760]) expect(opusSamples(opusSilence(samples))).toBe(samples);
    expect(opusSamples(Uint8Array.of(0x08, 0))).toBe(960);
    expect(opusSamples(Uint8Array.of(0x1b, 0x02))).toBe(5_760);
    expect([new Uint8Array(0), Uint8Array.of(0x03), Uint8Array.of(0x1b, 0x3f), Uint8Array.of(0x03, 0)].map((packet) => opusSamples(packet))).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('of silence and of the tone come fifty a second without end', async () => {
    const time = new VirtualTime();
    let count = 0;
    const stops = [silence({ clock: time }), tone({ clock: time })].map((source) => source.start(({ payload }) => (count += opusSamples(payload) === 960 ? 1 : 1_000)));
    await time.advance(ms(9_990));
    for (const stop of stops) stop();
    expect([count, time.pending]).toEqual([1_000, 0]);
  });
});

describe('the main entry', () => {
  it('runs in a browser: it drags in nothing of Node and no WebRTC stack', async () => {
    const { metafile } = await build({ entryPoints: ['src/mediaflow/index.ts'], bundle: true, write: false, metafile: true, platform: 'browser', format: 'esm', logLevel: 'silent' });
    expect(Object.keys(metafile.inputs).filter((path) => path.includes('node_modules') || path.includes('werift'))).toEqual([]);
  });
});

function recording(packets: readonly { payload: Uint8Array; sequence: number; timestamp: number }[]): Uint8Array {
  const writer = new OggOpusWriter();
  return Buffer.concat([writer.start(), ...packets.map((packet) => writer.push(packet)), writer.finish()]);
}
