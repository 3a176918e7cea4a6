import { ms } from '../../base/units.ts';
import type { OpusFrame, VideoFrame } from '../port.ts';
import { must, type FlowCheck } from './flow-pair.ts';
import { handSource, told } from './recorded-flow.ts';

/** What engines must do that carry encoded frames: nothing is added to them, nothing is lost on a road without loss. */
export const FRAME_CHECKS: readonly FlowCheck[] = [
  ['audio arrives as it was sent, timestamps rising by the length of each frame', async (pair) => {
    const source = handSource<OpusFrame>();
    pair.a.flow.attach({ audio: source });
    must(!source.running, 'the source is read before there is anyone to hear it');
    await pair.connect();
    for (let count = 0; count < 10; count++) {
      source.push({ payload: Uint8Array.of(0xf8, count, 1), samples: count === 4 ? 480 : 960 });
      await pair.pass(ms(5));
    }
    await pair.until(() => told(pair.b, 'audio').length === 10, 'not all frames arrived');
    const frames = told(pair.b, 'audio').map(({ frame }) => frame);
    must(frames.every(({ payload }, index) => payload.length === 3 && payload[1] === index), 'frames changed on the way');
    must(frames.slice(1).every(({ timestamp }, index) => ((timestamp - (frames[index]?.timestamp ?? 0)) >>> 0) === (index === 4 ? 480 : 960)), 'timestamps do not follow the frames');
    must(told(pair.b, 'media-started').map(({ kind }) => kind).join() === 'audio', 'media-started was not told once');
    must(pair.b.flow.stats().audio.received === 10 && pair.b.flow.stats().audio.lost === 0 && pair.a.flow.stats().audio.sent === 10, 'the counts are wrong');
  }],
  ['muted, silence leaves in the rhythm of the source and nothing of what it says', async (pair) => {
    const source = handSource<OpusFrame>();
    pair.a.flow.attach({ audio: source });
    pair.a.flow.setMuted(true);
    await pair.connect();
    for (let count = 0; count < 5; count++) source.push({ payload: Uint8Array.of(0x78, 1, 2, 3, 4, 5), samples: 960 });
    pair.a.flow.setMuted(false);
    source.push({ payload: Uint8Array.of(0x78, 9), samples: 960 });
    await pair.until(() => told(pair.b, 'audio').length === 6, 'not all frames arrived');
    const sizes = told(pair.b, 'audio').map(({ frame }) => frame.payload.join());
    must(sizes.slice(0, 5).every((payload) => payload === '248,255,254') && sizes[5] === '120,9', `what arrived is ${sizes.join(' ')}`);
  }],
  ['video leaves only while it may, begins with a keyframe, and arrives whole', async (pair) => {
    const source = handSource<VideoFrame>();
    pair.a.flow.attach({ video: source });
    await pair.connect();
    const picture = (first: number, size: number): Uint8Array => Uint8Array.from({ length: size }, (_, index) => (index === 0 ? first : index & 0xff));
    const show = (timestamp: number, keyframe: boolean, size = 5_000): void => source.push({ payload: picture(keyframe ? 0x10 : 0x11, size), timestamp, keyframe });
    show(0, false);
    show(3_000, true);
    show(6_000, false);
    pair.a.flow.setVideoSending(false);
    show(9_000, true);
    const asked = source.keyframesAsked;
    pair.a.flow.setVideoSending(true);
    must(source.keyframesAsked === asked + 1, 'no keyframe was asked for when video was turned on');
    show(12_000, false);
    show(15_000, true, 100);
    await pair.until(() => told(pair.b, 'video').length === 3, `${told(pair.b, 'video').length} pictures arrived`);
    await pair.pass(ms(50));
    const frames = told(pair.b, 'video').map(({ frame }) => frame);
    must(frames.map(({ keyframe, payload }) => `${keyframe} ${payload.length}`).join() === 'true 5000,false 5000,true 100', 'other pictures arrived');
    must(frames.every(({ payload, keyframe }) => payload.join() === picture(keyframe ? 0x10 : 0x11, payload.length).join()), 'pictures changed on the way');
    must((((frames[1]?.timestamp ?? 0) - (frames[0]?.timestamp ?? 0)) >>> 0) === 3_000 && (((frames[2]?.timestamp ?? 0) - (frames[1]?.timestamp ?? 0)) >>> 0) === 9_000, 'timestamps do not follow the pictures');
  }],
  ['a source that cannot be started is told as a device failure, once (H15)', async (pair) => {
    pair.a.flow.attach({
      audio: {
        start() {
          throw new Error('the microphone is gone');
        },
      },
    });
    await pair.connect();
    must(told(pair.a, 'failed').map(({ failure }) => failure).join() === 'device', 'the failure was not told as device, once');
  }],
];
