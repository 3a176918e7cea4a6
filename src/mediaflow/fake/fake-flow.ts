import { absurd } from '../../base/absurd.ts';
import type { StopTimer } from '../../base/clock.ts';
import { ms, type DurationMs } from '../../base/units.ts';
import { flowClosed } from '../flow-exchange.ts';
import { FlowReporter } from '../flow-reporter.ts';
import { GatherWatch } from '../gather-watch.ts';
import { FlowError, type FlowEvent, type FlowOptions, type FlowStats, type LocalDescription, type LocalMedia, type MediaFlow, type OpusFrame, type StreamStats, type VideoFrame, type VideoLimit } from '../port.ts';
import { MAX_MESSAGE_BYTES } from '../channel-rule.ts';
import { StreamMeter } from '../rtp/stream-meter.ts';
import { SourceReader } from '../source-reader.ts';
import type { FakeFlowSetting } from './fake-flow-setting.ts';
import { readFakeDescription, writeFakeDescription, type FakeIdentity } from './fake-description.ts';
import type { FakeEndpoint, FakeParcel } from './fake-network.ts';

/** A {@link MediaFlow} without a network: everything happens on the given clock, and in the same order each time. */
export class FakeFlow implements MediaFlow, FakeEndpoint {
  readonly #setting: FakeFlowSetting;
  readonly #options: FlowOptions;
  readonly #reporter: FlowReporter;
  readonly #reader: SourceReader;
  readonly #timers = new Set<StopTimer>();
  /** Sent and not yet acknowledged, in order. */
  readonly #outbox: string[] = [];
  readonly #drained = new Set<() => void>();
  readonly #meters = { audio: new StreamMeter(48_000), video: new StreamMeter(90_000) };
  readonly #reported = { audio: { received: 0, lost: 0 }, video: { received: 0, lost: 0 } };
  readonly #abort = new Set<(error: FlowError) => void>();
  #phase: 'new' | 'offered' | 'known' | 'linked' | 'ended' = 'new';
  #channel: 'none' | 'open' | 'closed' = 'none';
  #remote: FakeIdentity | undefined;
  #peer: FakeEndpoint | undefined;
  #giveUp: StopTimer | undefined;
  #noticing: StopTimer | undefined;
  #audioTimestamp = 0;
  #audioSequence = 0;
  #videoSequence = 0;
  #place: string;

  constructor(setting: FakeFlowSetting, options: FlowOptions, report: (event: FlowEvent) => void) {
    this.#setting = setting;
    this.#options = options;
    this.#place = setting.place();
    this.#reporter = new FlowReporter(setting.clock, report);
    this.#reader = new SourceReader({
      videoSending: options.video,
      audio: (frame) => this.#sendAudio(frame),
      video: (frame) => this.#sendVideo(frame),
      fault: () => this.#reporter.failed('device'),
    });
    setting.network.add(this);
  }

  get place(): string {
    return this.#place;
  }

  /** What it was made with. */
  get options(): FlowOptions {
    return this.#options;
  }

  get token(): string {
    return this.#setting.identity.token;
  }

  get peerToken(): string | undefined {
    return this.#phase === 'ended' ? undefined : this.#remote?.token;
  }

  async createOffer(): Promise<LocalDescription> {
    this.#expect('new');
    await this.#gather();
    return this.#describe('offer');
  }

  async createAnswer(offer: string): Promise<LocalDescription> {
    this.#expect('new');
    const remote = this.#read(offer);
    this.#remote = remote;
    await this.#gather();
    const description = this.#describe('answer');
    this.#meet(remote);
    return description;
  }

  async acceptAnswer(answer: string): Promise<void> {
    this.#expect('offered');
    this.#meet(this.#read(answer));
  }

  send(text: string): 'sent' | 'closed' {
    if (this.#channel !== 'open') return 'closed';
    this.#outbox.push(text);
    this.#setting.network.carry(() => this.#pump());
    return 'sent';
  }

  async drain(limit: DurationMs): Promise<void> {
    if (this.#outbox.length === 0 || this.#phase === 'ended') return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        stop();
        this.#drained.delete(done);
        resolve();
      };
      const stop = this.#setting.clock.schedule(limit, done);
      this.#drained.add(done);
    });
  }

  attach(media: LocalMedia): void {
    this.#reader.attach(media);
  }

  setMuted(muted: boolean): void {
    this.#reader.setMuted(muted);
  }

  setVideoSending(sending: boolean): void {
    this.#reader.setVideoSending(sending);
  }

  limitVideo(limit: VideoLimit): void {
    this.#reader.limitVideo(limit);
  }

  /** One round trip later it is where its engine is, if the peer can be reached from there. */
  moved(): void {
    const { network, place } = this.#setting;
    if (this.#place !== place()) this.#later(ms(2 * network.latency), () => {
      if (this.#phase !== 'linked' || this.#place === place()) return;
      this.#place = place();
      network.seek(this);
    });
  }

  stats(): FlowStats {
    const linked = this.#phase === 'linked';
    return {
      audio: this.#streamStats('audio'),
      video: this.#streamStats('video'),
      phases: this.#reporter.phases,
      ...(linked ? { roundTripMs: this.#setting.network.latency * 2, pair: { local: this.#candidateType(), remote: 'host' } } : {}),
    };
  }

  async close(): Promise<void> {
    if (this.#phase === 'ended') return;
    const { network, behaviour, closed } = this.#setting;
    const peer = this.#peer;
    if (peer !== undefined && behaviour.closesPolitely && network.reachable(this, peer)) {
      network.carry(() => {
        if (network.reachable(this, peer)) peer.arrive({ type: 'channel-close' });
      });
    }
    this.#phase = 'ended';
    this.#channel = 'closed';
    this.#reporter.close();
    this.#reader.stop();
    for (const stop of this.#timers) stop();
    for (const done of this.#drained) done();
    for (const abort of this.#abort) abort(flowClosed());
    network.remove(this);
    closed();
  }

  /** The channel closes by itself, on both sides, while everything else goes on. */
  loseChannel(): void {
    this.#closeChannel();
    this.#carry({ type: 'channel-close' });
  }

  /** Reports an event that nothing caused. Like any other, it is not reported after `close`. */
  pretend(event: FlowEvent): void {
    this.#reporter.tell(event);
  }

  /** The receiver on this side cannot show the picture: the peer's source is asked for a keyframe. */
  losePicture(): void {
    this.#carry({ type: 'picture-lost' });
  }

  pathFound(peer: FakeEndpoint): void {
    this.#stop(this.#noticing);
    this.#noticing = undefined;
    if (this.#setting.behaviour.ice === 'fails' || !(peer instanceof FakeFlow) || peer.#setting.behaviour.ice === 'fails') return;
    if (this.#phase === 'linked') {
      this.#reporter.link('connected');
      this.#deliverAll();
      return;
    }
    if (this.#phase !== 'known') return;
    this.#phase = 'linked';
    this.#peer = peer;
    this.#stop(this.#giveUp);
    this.#reporter.reached('ice-connected');
    this.#reporter.link('connected');
    if (!this.#believes(peer)) {
      this.#reporter.failed('peer-not-authentic');
      return;
    }
    if (!peer.#believes(this)) return;
    // Whoever was told `connected` may have closed us.
    if (this.#isOver()) return;
    this.#reporter.reached('dtls-connected');
    this.#reader.start();
    const { channelOpensAfter } = this.#setting.behaviour;
    if (channelOpensAfter !== 'never') this.#later(channelOpensAfter, () => this.#openChannel());
  }

  pathLost(): void {
    const span = this.#setting.behaviour.silenceNoticedAfter;
    if (this.#phase !== 'linked' || span === 'never' || this.#noticing !== undefined) return;
    this.#noticing = this.#later(span, () => this.#reporter.link('disconnected'));
  }

  reception(kind: 'audio' | 'video'): { readonly received: number; readonly lost: number } {
    return this.#meters[kind].stats;
  }

  arrive(parcel: FakeParcel): void {
    if (this.#phase !== 'linked') return;
    this.#receive(parcel);
  }

  #receive(parcel: FakeParcel): void {
    switch (parcel.type) {
      case 'message':
        this.#reporter.heard();
        this.#reporter.tell(parcel.text.length * 3 > MAX_MESSAGE_BYTES && new TextEncoder().encode(parcel.text).length > MAX_MESSAGE_BYTES ? { type: 'channel-rejected' } : { type: 'channel-message', text: parcel.text });
        return;
      case 'audio':
        this.#meters.audio.countReceived({ ...parcel, bytes: parcel.payload.length }, this.#setting.clock.now());
        this.#reporter.heard();
        this.#reporter.mediaArrived('audio');
        this.#reporter.tell({ type: 'audio', frame: { payload: parcel.payload, timestamp: parcel.timestamp, sequence: parcel.sequence } });
        return;
      case 'video':
        this.#meters.video.countReceived({ ...parcel, bytes: parcel.payload.length }, this.#setting.clock.now());
        this.#reporter.heard();
        this.#reporter.mediaArrived('video');
        this.#reporter.tell({ type: 'video', frame: { payload: parcel.payload, timestamp: parcel.timestamp, keyframe: parcel.keyframe, codec: parcel.codec } });
        return;
      case 'picture-lost':
        this.#reader.requestKeyframe();
        return;
      case 'channel-close':
        this.#closeChannel();
        return;
      default:
        absurd(parcel);
    }
  }

  /** The peer reports whenever we look: what got there since we looked last, if anything was sent. */
  #streamStats(kind: 'audio' | 'video'): StreamStats {
    const meter = this.#meters[kind];
    const there = this.#peer?.reception(kind);
    const before = this.#reported[kind];
    if (there !== undefined && (there.received > before.received || there.lost > before.lost)) {
      const [received, lost] = [there.received - before.received, Math.max(0, there.lost - before.lost)];
      meter.report({ fractionLost: Math.round((lost * 256) / (received + lost)), packetsLost: there.lost, jitter: 0 });
      this.#reported[kind] = { received: there.received, lost: there.lost };
    }
    return meter.stats;
  }

  #sendAudio({ payload, samples }: OpusFrame): void {
    this.#meters.audio.countSent(payload.length);
    this.#carry({ type: 'audio', payload, timestamp: this.#audioTimestamp, sequence: this.#audioSequence });
    this.#audioTimestamp = (this.#audioTimestamp + samples) >>> 0;
    this.#audioSequence = (this.#audioSequence + 1) & 0xffff;
  }

  #sendVideo({ payload, timestamp, keyframe, codec = 'VP8' }: VideoFrame): void {
    if (!this.#options.video) return;
    this.#meters.video.countSent(payload.length);
    this.#carry({ type: 'video', payload, timestamp, sequence: this.#videoSequence, keyframe, codec });
    this.#videoSequence = (this.#videoSequence + 1) & 0xffff;
  }

  async #gather(): Promise<void> {
    const { clock, behaviour } = this.#setting;
    this.#phase = 'offered';
    await new Promise<void>((resolve, reject) => {
      this.#abort.add(reject);
      const watch = new GatherWatch(clock, this.#options.ice.policy, (verdict) => {
        this.#abort.delete(reject);
        if (verdict.type === 'ready') resolve();
        else reject(new FlowError(verdict.failure, `gathering ended with ${verdict.failure}`));
      });
      this.#timers.add(() => watch.stop());
      for (const candidate of behaviour.candidates) this.#afterOrNow(candidate.after, () => watch.found(candidate.type));
      if (behaviour.gather !== 'never') this.#afterOrNow(behaviour.gather, () => watch.completed());
    });
    if (this.#isOver()) throw flowClosed();
    this.#reporter.reached('gathered');
  }

  #describe(role: 'offer' | 'answer'): LocalDescription {
    this.#reporter.reached('described');
    const { identity } = this.#setting;
    const constantBitrate = this.#options.constantBitrate === true || this.#remote?.constantBitrate === true;
    return { sdp: writeFakeDescription({ ...identity, constantBitrate }, role, this.#options.video), fingerprint: identity.fingerprint };
  }

  #read(sdp: string): FakeIdentity {
    const remote = readFakeDescription(sdp);
    if (remote === undefined) throw new FlowError('bad-description', 'not a session description of a call');
    return remote;
  }

  #meet(remote: FakeIdentity): void {
    this.#remote = remote;
    this.#phase = 'known';
    if (this.#options.constantBitrate === true || remote.constantBitrate === true) {
      this.#reader.useConstantBitrate();
      this.#reporter.tell({ type: 'constant-bitrate' });
    }
    this.#later(ms(0), () => this.#reporter.link('checking'));
    this.#giveUp = this.#later(this.#setting.behaviour.iceGivesUpAfter, () => this.#reporter.failed('no-path'));
    this.#setting.network.seek(this);
  }

  #isOver(): boolean {
    return this.#phase === 'ended';
  }

  #believes(peer: FakeFlow): boolean {
    return this.#setting.behaviour.dtls === 'works' && this.#remote?.fingerprint === peer.#setting.identity.fingerprint;
  }

  #openChannel(): void {
    if (this.#channel !== 'none') return;
    this.#channel = 'open';
    this.#reporter.reached('channel-opened');
    this.#reporter.tell({ type: 'channel-opened' });
  }

  #closeChannel(): void {
    const before = this.#channel;
    this.#channel = 'closed';
    if (before === 'open') this.#reporter.tell({ type: 'channel-closed' });
  }

  /** Hands over the oldest message; the path may have gone since it was sent, then it waits for the path. */
  #pump(): void {
    const peer = this.#peer;
    const text = this.#outbox[0];
    if (peer === undefined || text === undefined || this.#phase === 'ended' || !this.#setting.network.reachable(this, peer)) return;
    this.#outbox.shift();
    peer.arrive({ type: 'message', text });
    if (this.#outbox.length === 0) for (const done of this.#drained) done();
  }

  #deliverAll(): void {
    for (let left = this.#outbox.length; left > 0; left--) this.#pump();
  }

  /** Media and notices: lost when there is no path at the moment of arrival. */
  #carry(parcel: FakeParcel): void {
    const { network } = this.#setting;
    const peer = this.#peer;
    if (peer === undefined) return;
    network.carry(() => {
      if (network.reachable(this, peer) && (parcel.type === 'channel-close' || network.takesMedia(this, peer))) peer.arrive(parcel);
    });
  }

  #candidateType(): 'host' | 'relay' {
    return this.#options.ice.policy === 'relay' ? 'relay' : 'host';
  }

  #afterOrNow(span: DurationMs, act: () => void): void {
    if (span <= 0) act();
    else this.#later(span, act);
  }

  #later(span: DurationMs, act: () => void): StopTimer {
    const stop = this.#setting.clock.schedule(span, () => {
      this.#timers.delete(stop);
      act();
    });
    this.#timers.add(stop);
    return stop;
  }

  #stop(timer: StopTimer | undefined): void {
    if (timer === undefined) return;
    this.#timers.delete(timer);
    timer();
  }

  #expect(phase: 'new' | 'offered'): void {
    if (this.#isOver()) throw flowClosed();
    if (this.#phase !== phase) throw new Error(`a flow is made for one exchange: it is ${this.#phase}, not ${phase}`);
  }
}
