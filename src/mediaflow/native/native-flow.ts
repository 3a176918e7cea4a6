import type { Clock, StopTimer } from '../../base/clock.ts';
import type { DurationMs } from '../../base/units.ts';
import { FlowExchange, flowClosed } from '../flow-exchange.ts';
import { FlowReporter, HEARD_INTERVAL } from '../flow-reporter.ts';
import { allowedBy } from '../gather-rule.ts';
import { GatherWatch } from '../gather-watch.ts';
import { FlowError, type FlowEvent, type FlowOptions, type FlowStats, type LocalDescription, type LocalMedia, type MediaFlow, type MediaTrack, type VideoLimit } from '../port.ts';
import { readCandidate, withoutOrigin, type UdpCandidate } from '../sdp/candidate.ts';
import { saysConstantBitrate, type Description } from '../sdp/description.ts';
import { readDescription } from '../sdp/read-description.ts';
import { writeForEngine } from '../sdp/write-for-engine.ts';
import { writeOurs } from '../sdp/write-ours.ts';
import { NATIVE_ABILITIES } from './native-abilities.ts';
import { NativeChannel } from './native-channel.ts';
import { NativeSenders } from './native-senders.ts';
import { NO_READING, readStats, type NativeReading } from './native-stats.ts';
import type { PeerConnection, PeerConnectionConstructor, SessionDescription } from './platform.ts';

/** What a flow is given by its engine. */
export type NativeFlowSetting = {
  readonly clock: Clock;
  readonly Connection: PeerConnectionConstructor;
  readonly closed: (flow: NativeFlow) => void;
};

/** A {@link MediaFlow} on one `RTCPeerConnection`. */
export class NativeFlow implements MediaFlow {
  readonly #setting: NativeFlowSetting;
  readonly #options: FlowOptions;
  readonly #reporter: FlowReporter;
  readonly #peer: PeerConnection;
  readonly #channel: NativeChannel;
  readonly #senders: NativeSenders;
  readonly #tracks: MediaTrack[] = [];
  readonly #exchange = new FlowExchange();
  #authentic = false;
  #relayRefused = false;
  #reading: NativeReading = NO_READING;
  #stopLooking: StopTimer | undefined;
  #stopGathering: (() => void) | undefined;

  constructor(setting: NativeFlowSetting, options: FlowOptions, report: (event: FlowEvent) => void) {
    this.#setting = setting;
    this.#options = options;
    this.#reporter = new FlowReporter(setting.clock, report);
    this.#channel = new NativeChannel(setting.clock, this.#reporter);
    this.#senders = new NativeSenders(options.video);
    this.#peer = new setting.Connection({ bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require', iceTransportPolicy: options.ice.policy, iceServers: options.ice.servers });
    this.#peer.addEventListener('iceconnectionstatechange', () => this.#reporter.ice(this.#peer.iceConnectionState));
    this.#peer.addEventListener('connectionstatechange', () => this.#connectionChanged());
    this.#peer.addEventListener('icecandidateerror', ({ errorCode }) => this.#gatheringErred(errorCode));
    this.#peer.addEventListener('track', ({ track }) => this.#hasTrack(track));
  }

  async createOffer(): Promise<LocalDescription> {
    this.#exchange.advance('new', 'offered');
    this.#senders.use('audio', this.#peer.addTransceiver('audio', { direction: 'sendrecv' }).sender);
    this.#senders.use('video', this.#peer.addTransceiver('video', { direction: this.#videoDirection() }).sender);
    this.#channel.create(this.#peer);
    return this.#described(() => this.#peer.createOffer());
  }

  async createAnswer(offer: string): Promise<LocalDescription> {
    const remote = readDescription(offer);
    this.#exchange.advance('new', 'answered');
    this.#channel.expect(this.#peer);
    return this.#described(async () => {
      await this.#peer.setRemoteDescription({ type: 'offer', sdp: this.#forPeer(remote, 'offer') });
      for (const transceiver of this.#peer.getTransceivers()) {
        const kind = transceiver.receiver.track.kind === 'audio' ? 'audio' : 'video';
        transceiver.direction = kind === 'audio' ? 'sendrecv' : this.#videoDirection();
        this.#senders.use(kind, transceiver.sender);
      }
      this.#watchTransport();
      this.#negotiated(remote);
      return this.#peer.createAnswer();
    }, remote);
  }

  async acceptAnswer(answer: string): Promise<void> {
    const remote = readDescription(answer);
    this.#exchange.advance('offered', 'answered');
    await this.#exchange.applying(() => this.#peer.setRemoteDescription({ type: 'answer', sdp: this.#forPeer(remote, 'answer') }));
    this.#watchTransport();
    this.#negotiated(remote);
  }

  send(text: string): 'sent' | 'closed' {
    return this.#channel.send(text);
  }

  drain(limit: DurationMs): Promise<void> {
    return this.#channel.drain(limit);
  }

  attach(media: LocalMedia): void {
    this.#senders.attach(media);
  }

  setMuted(muted: boolean): void {
    this.#senders.setMuted(muted);
  }

  setVideoSending(sending: boolean): void {
    this.#senders.setVideoSending(sending);
  }

  limitVideo(limit: VideoLimit): void {
    this.#senders.limitVideo(limit);
  }

  /** Which addresses a connection uses, and when it leaves one, is the browser's to know. */
  moved(): void {}

  /** Of the last look at the connection's statistics, which are taken twice a second while it is connected. */
  stats(): FlowStats {
    const { arrivals: _, ...reading } = this.#reading;
    return { ...reading, phases: this.#reporter.phases };
  }

  async close(): Promise<void> {
    if (this.#exchange.isClosed) return;
    this.#exchange.close();
    this.#reporter.close();
    this.#stopLooking?.();
    this.#stopGathering?.();
    this.#senders.attach({});
    this.#channel.abort();
    this.#setting.closed(this);
    this.#peer.close();
  }

  /** Lets the stack describe itself, gathers within the caps, and puts both together. */
  async #described(describe: () => Promise<SessionDescription>, offer?: Description): Promise<LocalDescription> {
    const description = await this.#exchange.applying(describe);
    this.#exchange.assertOpen();
    const candidates = await this.#exchange.applying(() => this.#gather(description));
    this.#exchange.assertOpen();
    const own = this.#peer.localDescription?.sdp ?? '';
    this.#reporter.reached('described');
    const constant = this.#options.constantBitrate === true || (offer !== undefined && saysConstantBitrate(offer));
    return { sdp: writeOurs(own, candidates, offer, constant), fingerprint: /^a=fingerprint:sha-256 (\S+)/m.exec(own)?.[1] ?? '' };
  }

  async #gather(description: SessionDescription): Promise<readonly UdpCandidate[]> {
    const { policy } = this.#options.ice;
    const found = new Map<string, UdpCandidate>();
    await new Promise<void>((resolve, reject) => {
      const watch = new GatherWatch(this.#setting.clock, policy, (verdict) => {
        if (verdict.type === 'ready') resolve();
        else reject(this.#gatheringFailed(verdict.failure));
      });
      this.#stopGathering = () => {
        watch.stop();
        reject(flowClosed());
      };
      // The description is read, not the events: libwebrtc in Node says that gathering is over before it tells the last of them.
      const look = (): void => {
        for (const candidate of candidatesIn(this.#peer.localDescription)) {
          const key = `${candidate.address} ${candidate.port}`;
          if (found.has(key)) continue;
          found.set(key, candidate);
          watch.found(candidate.type);
        }
        if (this.#peer.iceGatheringState === 'complete') watch.completed();
      };
      this.#peer.addEventListener('icecandidate', look);
      this.#peer.addEventListener('icegatheringstatechange', look);
      this.#peer.setLocalDescription(description).catch(reject);
    });
    this.#reporter.reached('gathered');
    const allowed = [...found.values()].filter(({ type }) => allowedBy(policy, type));
    return policy === 'relay' ? allowed.map(withoutOrigin) : allowed;
  }

  #gatheringErred(code: number): void {
    if (!CREDENTIAL_ERRORS.has(code) || this.#relayRefused) return;
    this.#relayRefused = true;
    this.#reporter.tell({ type: 'relay-refused' });
  }

  #gatheringFailed(failure: 'no-network' | 'no-relay'): FlowError {
    return failure === 'no-relay' && this.#relayRefused
      ? new FlowError('relay-refused', 'the TURN server did not take the credentials in ice.servers: they are wrong or have expired')
      : new FlowError(failure, `gathering ended with ${failure}`);
  }

  /** The encoder reads the peer's wish for a constant bitrate in its description. */
  #negotiated(remote: Description): void {
    if (this.#options.constantBitrate === true || saysConstantBitrate(remote)) this.#reporter.tell({ type: 'constant-bitrate' });
  }

  #forPeer(remote: Description, role: 'offer' | 'answer'): string {
    return writeForEngine(remote, role, this.#options.ice.policy, NATIVE_ABILITIES);
  }

  /** Everything is bundled: the channel's transport is the one that carries the media too. */
  #watchTransport(): void {
    const transport = this.#peer.sctp?.transport;
    const changed = (): void => {
      if (transport?.state === 'connected') this.#isAuthentic();
      else if (transport?.state === 'failed') this.#reporter.failed(this.#authentic ? 'no-path' : 'peer-not-authentic');
    };
    transport?.addEventListener('statechange', changed);
    changed();
  }

  #connectionChanged(): void {
    switch (this.#peer.connectionState) {
      case 'connected':
        this.#isAuthentic();
        return;
      case 'failed':
        // With a path, it is DTLS that failed. After it had succeeded, both fail for want of a path.
        this.#reporter.failed(this.#authentic || this.#peer.iceConnectionState === 'failed' ? 'no-path' : 'peer-not-authentic');
        return;
      case 'new':
      case 'connecting':
      case 'disconnected':
      case 'closed':
    }
  }

  #isAuthentic(): void {
    if (this.#authentic || this.#exchange.isClosed) return;
    this.#authentic = true;
    this.#reporter.reached('dtls-connected');
    for (const track of this.#tracks.splice(0)) this.#tellTrack(track);
    void this.#look();
  }

  #hasTrack(track: MediaTrack): void {
    if (this.#authentic) this.#tellTrack(track);
    else this.#tracks.push(track);
  }

  #tellTrack(track: MediaTrack): void {
    this.#reporter.tell({ type: 'track', kind: track.kind === 'audio' ? 'audio' : 'video', track });
  }

  /** Looks whether something arrived since the last look. Nothing is counted in looks: a throttled tab looks less often. */
  async #look(): Promise<void> {
    try {
      this.#seen(readStats(await this.#peer.getStats()));
    } catch {
      // A connection that is being closed has no statistics.
    }
    if (this.#exchange.isClosed) return;
    this.#stopLooking = this.#setting.clock.schedule(HEARD_INTERVAL, () => void this.#look());
  }

  #seen(reading: NativeReading): void {
    const heard = reading.arrivals > this.#reading.arrivals;
    this.#reading = reading;
    if (heard) this.#reporter.heard();
    if (reading.audio.received > 0) this.#reporter.mediaArrived('audio');
    if (reading.video.received > 0) this.#reporter.mediaArrived('video');
  }

  #videoDirection(): 'sendrecv' | 'recvonly' {
    return this.#options.video ? 'sendrecv' : 'recvonly';
  }
}

/** Unauthorized, Forbidden, Wrong Credentials (RFC 8656 §19): what a TURN server says of those it was shown. */
const CREDENTIAL_ERRORS: ReadonlySet<number> = new Set([401, 403, 441]);

function candidatesIn(description: SessionDescription | null): UdpCandidate[] {
  const lines = description?.sdp?.split('\r\n').filter((line) => line.startsWith('a=candidate:')) ?? [];
  return lines.flatMap((line) => readCandidate(line.slice('a='.length)) ?? []);
}
