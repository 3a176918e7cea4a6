import { ms } from '../../base/units.ts';
import type { LocalMedia } from '../port.ts';
import type { Stage } from './conformance-world.ts';
import { must, type FlowCheck, type FlowPair } from './flow-pair.ts';
import { told, type RecordedFlow } from './recorded-flow.ts';

/** What engines must do that carry tracks of the platform, judged by what comes out at the other end. */
export const TRACK_CHECKS: readonly FlowCheck[] = [
  ['sound and pictures come out at the other end, both ways, and are counted', async (pair) => {
    const stage = stageOf(pair);
    for (const end of [pair.a, pair.b]) end.flow.attach(await stage.play());
    await pair.connect();
    for (const end of [pair.a, pair.b]) {
      await heard(pair, end);
      await pair.until(async () => (await stage.pictures(end)) >= 3, 'no picture came out');
      await pair.until(() => end.flow.stats().audio.received > 0 && end.flow.stats().video.received > 0 && end.flow.stats().audio.sent > 0, 'nothing was counted');
      must(told(end, 'media-started').map(({ kind }) => kind).sort().join() === 'audio,video', 'media-started was not told once for each kind');
      must(told(end, 'track').map(({ kind }) => kind).sort().join() === 'audio,video', 'there was not one track of each kind');
      must(told(end, 'heard').length > 0 && end.flow.stats().pair !== undefined, 'no sign of life, or no path');
    }
  }],
  ['no track is told of a peer that is not who it should be', async (pair) => {
    pair.a.flow.attach(await stageOf(pair).play());
    await pair.exchange((sdp) => sdp.replaceAll(/(a=fingerprint:sha-256 )(..)/g, (_, start: string, byte: string) => `${start}${byte === 'AA' ? 'AB' : 'AA'}`));
    await pair.until(() => told(pair.b, 'failed').length > 0, 'nobody noticed');
    must(told(pair.a, 'track').length + told(pair.b, 'track').length === 0, 'a track was told');
  }],
  ['muted, silence arrives; not muted any more, sound', async (pair) => {
    pair.a.flow.setMuted(true);
    pair.a.flow.attach(await stageOf(pair).play());
    await pair.connect();
    await pair.until(() => pair.b.flow.stats().audio.received > 20, 'nothing arrived while muted');
    must((await stageOf(pair).loudness(pair.b)) < SILENT, 'something was heard while muted');
    pair.a.flow.setMuted(false);
    await heard(pair, pair.b);
    pair.a.flow.setMuted(true);
    await pair.until(async () => (await stageOf(pair).loudness(pair.b)) < SILENT, 'it did not become silent again');
  }],
  ['video leaves only while it may', async (pair) => {
    const stage = stageOf(pair);
    pair.a.flow.setVideoSending(false);
    pair.a.flow.attach(await stage.play());
    await pair.connect();
    await heard(pair, pair.b);
    must(pair.a.flow.stats().video.sent === 0 && (await stage.pictures(pair.b)) === 0, 'a picture left that should not');
    pair.a.flow.setVideoSending(true);
    await pair.until(async () => (await stage.pictures(pair.b)) > 0, 'no picture came after video was turned on');
    pair.a.flow.setVideoSending(false);
    // What was on its way, and the figures of it, need a moment.
    await pair.pass(ms(1_200));
    const { sent } = pair.a.flow.stats().video;
    await pair.pass(ms(1_200));
    must(pair.a.flow.stats().video.sent === sent, 'pictures leave though video is off');
  }],
  ['media can be replaced and taken away while the flow stands; the tracks stay the app\'s', async (pair) => {
    const stage = stageOf(pair);
    const first = await stage.play();
    await pair.connect();
    pair.a.flow.attach(first);
    await heard(pair, pair.b);
    pair.a.flow.attach(await stage.play());
    await pair.pass(ms(100));
    await heard(pair, pair.b);
    pair.a.flow.attach({});
    await pair.until(async () => (await stage.loudness(pair.b)) < SILENT, 'something is heard though nothing is attached');
    await pair.a.flow.close();
    must([first.audio, first.video].every((source) => 'track' in source && source.track.readyState === 'live'), 'a track of the app was stopped');
  }],
  ['a track that ends, as when its device is unplugged, is silence and no failure (H15)', async (pair) => {
    const media = await stageOf(pair).play();
    pair.a.flow.attach(media);
    await pair.connect();
    await heard(pair, pair.b);
    if ('track' in media.audio) media.audio.track.stop();
    await pair.until(async () => (await stageOf(pair).loudness(pair.b)) < SILENT, 'the sound goes on');
    must(pair.a.flow.send('still there') === 'sent' && told(pair.a, 'failed').length + told(pair.b, 'failed').length === 0, 'the flow failed');
  }],
  ['a source of encoded frames, or a track of the other kind, is refused as the mistake it is', async (pair) => {
    const { video } = await stageOf(pair).play();
    for (const media of [{ audio: { start: () => () => {} } }, { audio: video } as LocalMedia]) {
      let problem: unknown;
      try {
        pair.a.flow.attach(media);
      } catch (thrown) {
        problem = thrown;
      }
      must(problem instanceof Error && problem.name === 'MediaKindError', 'it was not refused');
    }
  }],
];

/** A tone has an amplitude of at least a tenth; a codec's idea of silence is a thousandth. */
const LOUD = 0.05;
const SILENT = 0.01;

function stageOf({ world: { stage } }: FlowPair): Stage {
  if (stage === undefined) throw new Error('the world of an engine that carries tracks needs a stage');
  return stage;
}

async function heard(pair: FlowPair, end: RecordedFlow): Promise<void> {
  await pair.until(async () => (await stageOf(pair).loudness(end)) > LOUD, 'nothing was heard');
}
