import { afterEach, describe, expect, it } from 'vitest';
import { recordFlow, told, type RecordedFlow } from '../../src/mediaflow/conformance/recorded-flow.ts';
import { tone, type FlowOptions, type LocalMedia, type MediaEngine } from '../../src/mediaflow/index.ts';
import { NativeMediaEngine } from '../../src/mediaflow/native/index.ts';
import { WeriftMediaEngine } from '../../src/mediaflow/werift/index.ts';
import { frontedMediaEngine } from '../../tools/network/fronted-media-engine.ts';
import { RoughPath } from '../../tools/network/rough-path.ts';
import { CLEAR } from '../../tools/network/weather.ts';
import { wrtc, WrtcStage } from './wrtc.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const PEERS = [['a werift flow', werift], ['libwebrtc', libwebrtc]] as const;

describe.each(PEERS)('a werift flow that gets another address, talking to %s', (_, peer) => {
  it.each([['it offered', true], ['the other offered', false]])('is heard and hears again when %s, over the same DTLS and the same channel', async (__, weOffer) => {
    const { ours, theirs, cut } = await talking(peer, weOffer);
    cut();
    await pause(STATISTICS_ARE_THERE);
    const before = { sound: told(ours, 'audio').length, carried: carriedTo(theirs) };
    await pause(STATISTICS_ARE_THERE);
    // The encoder of the other has nobody to ask, and ours nobody to hear it.
    expect({ sound: told(ours, 'audio').length, carried: carriedTo(theirs) }).toEqual(before);

    ours.flow.moved();

    await until(() => told(ours, 'audio').length > before.sound + 10 && carriedTo(theirs) > before.carried + 10, 'sound both ways');
    expect(ours.flow.send('still here')).toBe('sent');
    await until(() => told(theirs, 'channel-message').some(({ text }) => text === 'still here'), 'a message');
    for (const end of [ours, theirs]) expect([told(end, 'channel-opened').length, told(end, 'channel-closed').length, told(end, 'failed').length]).toEqual([1, 0, 0]);
  });
});

type Peer = () => Promise<{ readonly engine: MediaEngine; readonly media: LocalMedia }>;

async function werift(): ReturnType<Peer> {
  return { engine: new WeriftMediaEngine(), media: { audio: tone() } };
}

async function libwebrtc(): ReturnType<Peer> {
  const stage = new WrtcStage();
  ends.unshift(() => stage.close());
  const { audio } = await stage.play();
  return { engine: new NativeMediaEngine({ RTCPeerConnection: wrtc.RTCPeerConnection }), media: { audio } };
}

async function talking(peer: Peer, weOffer: boolean): Promise<{ ours: RecordedFlow; theirs: RecordedFlow; cut: () => void }> {
  const path = new RoughPath(CLEAR, Math.random);
  const { engine, media } = await peer();
  const engines = [frontedMediaEngine(new WeriftMediaEngine(), 'ours', path), frontedMediaEngine(engine, 'theirs', path)] as const;
  ends.push(async () => Promise.all(engines.map(async (one) => one.close())), () => path.close());
  const [ours, theirs] = [recordFlow(engines[0], OPTIONS), recordFlow(engines[1], OPTIONS)];
  ours.flow.attach({ audio: tone() });
  theirs.flow.attach(media);
  const [first, second] = weOffer ? [ours.flow, theirs.flow] : [theirs.flow, ours.flow];
  const answer = await second.createAnswer((await first.createOffer()).sdp);
  await first.acceptAnswer(answer.sdp);
  await until(() => [ours, theirs].every((end) => told(end, 'channel-opened').length === 1) && told(ours, 'audio').length > 10 && carriedTo(theirs) > 10, 'a call');
  return { ours, theirs, cut: () => path.moved('ours') };
}

/** Packets of sound that arrived there. */
function carriedTo({ flow }: RecordedFlow): number {
  return flow.stats().audio.received;
}

async function until(fulfilled: () => boolean, what: string): Promise<void> {
  const giveUpAt = performance.now() + 10_000;
  while (!fulfilled()) {
    if (performance.now() > giveUpAt) throw new Error(`waited in vain for ${what}`);
    await pause(10);
  }
}

function pause(span: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, span));
}

/** libwebrtc is asked for them twice a second. */
const STATISTICS_ARE_THERE = 700;
const OPTIONS: FlowOptions = { video: false, ice: { servers: [], policy: 'all' } };
