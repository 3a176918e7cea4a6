import { ms, type DurationMs } from '../../base/units.ts';
import { FlowError, type FlowOptions, type MediaEngine, type OpusFrame, type VideoFrame } from '../port.ts';
import { handSource, recordFlow, told, type RecordedFlow } from './recorded-flow.ts';

/** Two engines that can reach each other, and time that passes in their world. */
export type ConformanceWorld = {
  readonly caller: MediaEngine;
  readonly callee: MediaEngine;
  /** Lets `span` pass: really, or on virtual time. */
  pass(span: DurationMs): Promise<void>;
};

export type ConformanceCheck = { readonly name: string; readonly run: () => Promise<void> };

/**
 * What every implementation of `MediaFlow` must do, whoever runs the tests: each check makes its own world,
 * closes its engines, and rejects with what was wrong.
 */
export function mediaFlowConformance(makeWorld: () => Promise<ConformanceWorld>): readonly ConformanceCheck[] {
  return CHECKS.map(([name, check]) => ({
    name,
    async run() {
      const pair = new Pair(await makeWorld());
      try {
        await check(pair);
      } finally {
        await pair.close();
      }
    },
  }));
}

const CHECKS: readonly (readonly [name: string, check: (pair: Pair) => Promise<void>])[] = [
  ['an offer is complete: three m-lines in one bundle, a fingerprint, a candidate or a token', async ({ a }) => {
    const { sdp, fingerprint } = await a.flow.createOffer();
    must(mLines(sdp).join(' ') === 'audio video application', `m-lines are ${mLines(sdp).join(' ')}`);
    must(/^a=group:BUNDLE \S+ \S+ \S+\r?$/m.test(sdp), 'not everything is bundled');
    must(/^(?:[\dA-F]{2}:){31}[\dA-F]{2}$/.test(fingerprint) && sdp.includes(fingerprint), 'the fingerprint is not in the description');
  }],
  ['the channel opens once on both sides and the m-lines of the answer are those of the offer', async (pair) => {
    const { offer, answer } = await pair.connect();
    must(mLines(answer).join() === mLines(offer).join(), 'the answer has other m-lines');
    for (const end of [pair.a, pair.b]) {
      must(told(end, 'channel-opened').length === 1, 'channel-opened was not told once');
      must(told(end, 'link').some(({ link }) => link === 'connected'), 'connected was not told');
      must(end.flow.stats().phases['channel-opened'] !== undefined, 'the phase channel-opened has no time');
    }
  }],
  ['text goes both ways, whole and in order', async (pair) => {
    await pair.connect();
    const texts = ['{"type":"PING"}', 'ünïcode ☎', 'x'.repeat(32_000), 'last'];
    for (const text of texts) must(pair.a.flow.send(text) === 'sent', 'a message was not sent');
    must(pair.b.flow.send('back') === 'sent', 'a message was not sent back');
    await pair.until(() => told(pair.b, 'channel-message').length === texts.length && told(pair.a, 'channel-message').length === 1, 'the messages did not arrive');
    must(told(pair.b, 'channel-message').every(({ text }, index) => text === texts[index]), 'the messages arrived changed or in another order');
    must(told(pair.b, 'heard').length > 0, 'heard was not told');
  }],
  ['drain resolves when everything has arrived', async (pair) => {
    await pair.connect();
    pair.a.flow.send('before closing');
    let drained = false;
    const draining = pair.a.flow.drain(ms(2_000)).then(() => (drained = true));
    await pair.until(() => drained, 'drain did not resolve');
    await draining;
    must(told(pair.b, 'channel-message').length === 1, 'drained before the message arrived');
  }],
  ['nothing is sent before the channel is open nor after close, and send says so', async (pair) => {
    must(pair.a.flow.send('early') === 'closed', 'sent before there was a channel');
    await pair.connect();
    await pair.a.flow.close();
    must(pair.a.flow.send('late') === 'closed', 'sent after close');
  }],
  ['closing is silent on this side, told on the other, and may be repeated', async (pair) => {
    await pair.connect();
    const before = pair.a.events.length;
    await Promise.all([pair.a.flow.close(), pair.a.flow.close()]);
    await pair.until(() => told(pair.b, 'channel-closed').length === 1, 'the peer was not told');
    must(pair.a.events.length === before, `told after close: ${JSON.stringify(pair.a.events.slice(before))}`);
  }],
  ['whatever is asked of a flow is settled when it is closed, as a FlowError when it was not done', async (pair) => {
    const offer = pair.a.flow.createOffer();
    const { sdp } = await offer;
    const answering = outcomeOf(pair.b.flow.createAnswer(sdp));
    await pair.b.flow.close();
    const other = recordFlow(pair.callee, OPTIONS);
    const answer = await other.flow.createAnswer(sdp);
    const accepting = outcomeOf(pair.a.flow.acceptAnswer(answer.sdp));
    await pair.a.flow.close();
    const asked = outcomeOf(recordFlow(pair.caller, OPTIONS).flow.createOffer());
    await pair.close();
    await pair.pass(ms(20));
    for (const outcome of [await answering, await accepting, await asked]) must(outcome === 'done' || outcome === 'no-path', `a closed flow said ${outcome}`);
  }],
  ['a description that is none is refused as such, by offer and by answer', async ({ a, b }) => {
    await mustRefuse(b.flow.createAnswer('not a description'));
    await a.flow.createOffer();
    await mustRefuse(a.flow.acceptAnswer('v=0\r\n'));
  }],
  ['an altered fingerprint is never trusted', async (pair) => {
    await pair.exchange((sdp) => sdp.replaceAll(/(a=fingerprint:sha-256 )(..)/g, (_, start: string, byte: string) => `${start}${byte === 'AA' ? 'AB' : 'AA'}`));
    await pair.until(() => told(pair.b, 'failed').length > 0, 'nobody noticed');
    must(told(pair.b, 'failed')[0]?.failure === 'peer-not-authentic', `failed as ${told(pair.b, 'failed')[0]?.failure}`);
    must(told(pair.a, 'channel-opened').length + told(pair.b, 'channel-opened').length === 0, 'the channel opened');
  }],
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

const OPTIONS: FlowOptions = { video: true, ice: { servers: [], policy: 'all' } };

class Pair {
  readonly a: RecordedFlow;
  readonly b: RecordedFlow;
  readonly #world: ConformanceWorld;

  constructor(world: ConformanceWorld) {
    this.#world = world;
    this.a = recordFlow(world.caller, OPTIONS);
    this.b = recordFlow(world.callee, OPTIONS);
    must(this.a.events.length + this.b.events.length === 0, 'something was told before createFlow returned');
  }

  get caller(): MediaEngine {
    return this.#world.caller;
  }

  get callee(): MediaEngine {
    return this.#world.callee;
  }

  pass(span: DurationMs): Promise<void> {
    return this.#world.pass(span);
  }

  async exchange(onTheWay: (offer: string) => string = (sdp) => sdp): Promise<{ offer: string; answer: string }> {
    const offer = (await this.a.flow.createOffer()).sdp;
    const answer = (await this.b.flow.createAnswer(onTheWay(offer))).sdp;
    await this.a.flow.acceptAnswer(answer);
    return { offer, answer };
  }

  async connect(): Promise<{ offer: string; answer: string }> {
    const exchanged = await this.exchange();
    await this.until(() => [this.a, this.b].every((end) => told(end, 'channel-opened').length > 0), 'the channel did not open');
    return exchanged;
  }

  async until(fulfilled: () => boolean, otherwise: string): Promise<void> {
    for (let waited = 0; !fulfilled() && waited < PATIENCE_MS; waited += STEP_MS) await this.pass(ms(STEP_MS));
    must(fulfilled(), otherwise);
  }

  async close(): Promise<void> {
    await this.#world.caller.close();
    await this.#world.callee.close();
  }
}

/** Far above what a loaded machine needs; a check that passes does not wait for it. */
const PATIENCE_MS = 10_000;
const STEP_MS = 5;

function must(fulfilled: boolean, otherwise: string): void {
  if (!fulfilled) throw new Error(otherwise);
}

function outcomeOf(asked: Promise<unknown>): Promise<string> {
  return asked.then(() => 'done', (error: unknown) => (error instanceof FlowError ? error.failure : String(error)));
}

async function mustRefuse(applying: Promise<unknown>): Promise<void> {
  const outcome = await outcomeOf(applying);
  must(outcome === 'bad-description', `a description that is none was ${outcome}`);
}

function mLines(sdp: string): string[] {
  return [...sdp.matchAll(/^m=(\w+)/gm)].map(([, kind]) => kind ?? '');
}
