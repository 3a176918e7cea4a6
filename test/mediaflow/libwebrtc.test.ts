import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { recordFlow, told, type RecordedFlow } from '../../src/mediaflow/conformance/recorded-flow.ts';
import { playVideo, readIvf, tone } from '../../src/mediaflow/index.ts';
import { WeriftMediaEngine } from '../../src/mediaflow/werift/index.ts';

const { RTCPeerConnection, nonstandard } = createRequire(import.meta.url)('@roamhq/wrtc') as Wrtc;
const CLOCK = new URL('../../tools/demo/media/clock-vp8.ivf', import.meta.url);

describe('a werift flow and libwebrtc, as in browsers and in AVS', () => {
  it.each([['our', true], ['its', false]])('talk, hear and see each other on %s offer (B02)', async (_, weOffer) => {
    const engine = new WeriftMediaEngine();
    const recorded = recordFlow(engine, { video: true, ice: { servers: [], policy: 'all' } });
    recorded.flow.attach({ audio: tone(), video: playVideo(readIvf(readFileSync(CLOCK)), { loop: true }) });
    const native = new NativePeer(weOffer);
    try {
      await (weOffer ? native.answer(recorded) : native.offer(recorded));
      await until(() => told(recorded, 'channel-opened').length === 1, 'the open channel');
      recorded.flow.send('from us');
      await until(() => native.messages.includes('string from us') && told(recorded, 'channel-message')[0]?.text === 'from libwebrtc', 'messages both ways');
      await until(() => native.loudBlocks > 10 && native.pictures.includes('320x180'), 'our tone and pictures, decoded');
      await until(() => told(recorded, 'audio').length > 10 && told(recorded, 'video').length > 3, 'its voice and pictures');
      expect(told(recorded, 'video')[0]?.frame.keyframe).toBe(true);
      expect(recorded.flow.stats().pair).toBeDefined();
    } finally {
      native.close();
      await engine.close();
    }
  });

  it('show each other VP9 that stays as it was in the file', async () => {
    const engine = new WeriftMediaEngine();
    const recorded = recordFlow(engine, { video: true, ice: { servers: [], policy: 'all' } });
    recorded.flow.attach({ video: playVideo(readIvf(readFileSync(new URL('../fixtures/video/clock-vp9.ivf', import.meta.url))), { loop: true }) });
    const native = new NativePeer(true);
    try {
      await native.answer(recorded);
      await until(() => native.pictures.filter((size) => size === '160x90').length > 20, 'our pictures, decoded');
    } finally {
      native.close();
      await engine.close();
    }
  });
});

/** One libwebrtc connection that sends a tone and grey pictures, and counts what it can decode. */
class NativePeer {
  readonly messages: string[] = [];
  readonly pictures: string[] = [];
  loudBlocks = 0;
  readonly #connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require', iceServers: [] });
  readonly #voice = new nonstandard.RTCAudioSource();
  readonly #camera = new nonstandard.RTCVideoSource();
  readonly #sinks: Stoppable[] = [];
  readonly #timers: ReturnType<typeof setInterval>[];

  constructor(answers: boolean) {
    this.#connection.ontrack = ({ track }) => this.#listen(track);
    if (answers) this.#connection.ondatachannel = ({ channel }) => this.#use(channel);
    else this.#use(this.#connection.createDataChannel('calling-3.0'));
    const samples = Int16Array.from({ length: 480 }, (_, index) => 8_000 * Math.sin(index / 10));
    const grey = { width: 160, height: 120, data: new Uint8ClampedArray(28_800).fill(128) };
    this.#timers = [
      setInterval(() => this.#voice.onData({ samples, sampleRate: 48_000, bitsPerSample: 16, channelCount: 1, numberOfFrames: 480 }), 10),
      setInterval(() => this.#camera.onFrame(grey), 50),
    ];
  }

  async offer({ flow }: RecordedFlow): Promise<void> {
    this.#addTracks();
    await this.#connection.setLocalDescription(await this.#connection.createOffer());
    const { sdp } = await flow.createAnswer(await this.#gathered());
    await this.#connection.setRemoteDescription({ type: 'answer', sdp });
  }

  async answer({ flow }: RecordedFlow): Promise<void> {
    const { sdp } = await flow.createOffer();
    await this.#connection.setRemoteDescription({ type: 'offer', sdp });
    this.#addTracks();
    await this.#connection.setLocalDescription(await this.#connection.createAnswer());
    await flow.acceptAnswer(await this.#gathered());
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const sink of this.#sinks) sink.stop();
    this.#connection.close();
  }

  #addTracks(): void {
    this.#connection.addTrack(this.#voice.createTrack());
    this.#connection.addTrack(this.#camera.createTrack());
  }

  async #gathered(): Promise<string> {
    await until(() => this.#connection.iceGatheringState === 'complete', 'its candidates');
    return this.#connection.localDescription.sdp;
  }

  #use(channel: NativeChannel): void {
    channel.addEventListener('message', ({ data }) => this.messages.push(`${typeof data} ${String(data)}`));
    const hello = (): void => channel.send('from libwebrtc');
    if (channel.readyState === 'open') hello();
    else channel.addEventListener('open', hello);
  }

  #listen(track: NativeTrack): void {
    if (track.kind === 'audio') {
      const sink = new nonstandard.RTCAudioSink(track);
      sink.ondata = ({ samples }) => (this.loudBlocks += samples.some((sample) => Math.abs(sample) > 500) ? 1 : 0);
      this.#sinks.push(sink);
    } else {
      const sink = new nonstandard.RTCVideoSink(track);
      sink.onframe = ({ frame }) => this.pictures.push(`${frame.width}x${frame.height}`);
      this.#sinks.push(sink);
    }
  }
}

async function until(fulfilled: () => boolean, what: string): Promise<void> {
  const giveUpAt = performance.now() + 10_000;
  while (!fulfilled()) {
    if (performance.now() > giveUpAt) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

type NativeTrack = { readonly kind: 'audio' | 'video' };
type NativeChannel = { readonly readyState: string; addEventListener(type: 'open' | 'message', listener: (message: { readonly data: unknown }) => void): void; send(text: string): void };
type NativeDescription = { readonly type: string; readonly sdp: string };
type NativeConnection = {
  readonly iceGatheringState: string;
  readonly localDescription: NativeDescription;
  ontrack: (event: { readonly track: NativeTrack }) => void;
  ondatachannel: (event: { readonly channel: NativeChannel }) => void;
  createDataChannel(label: string): NativeChannel;
  addTrack(track: NativeTrack): void;
  createOffer(): Promise<NativeDescription>;
  createAnswer(): Promise<NativeDescription>;
  setLocalDescription(description: NativeDescription): Promise<void>;
  setRemoteDescription(description: NativeDescription): Promise<void>;
  close(): void;
};
type Stoppable = { stop(): void };
type Wrtc = {
  readonly RTCPeerConnection: new (config: object) => NativeConnection;
  readonly nonstandard: {
    readonly RTCAudioSource: new () => { createTrack(): NativeTrack; onData(block: object): void };
    readonly RTCVideoSource: new () => { createTrack(): NativeTrack; onFrame(frame: object): void };
    readonly RTCAudioSink: new (track: NativeTrack) => Stoppable & { ondata: (block: { readonly samples: Int16Array }) => void };
    readonly RTCVideoSink: new (track: NativeTrack) => Stoppable & { onframe: (event: { readonly frame: { readonly width: number; readonly height: number } }) => void };
  };
};
