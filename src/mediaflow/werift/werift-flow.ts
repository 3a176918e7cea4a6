import type { RTCDtlsTransport, RTCPeerConnection } from 'werift';
import type { Clock } from '../../base/clock.ts';
import type { DurationMs } from '../../base/units.ts';
import { FlowExchange, flowClosed } from '../flow-exchange.ts';
import { FlowReporter } from '../flow-reporter.ts';
import { allowedBy } from '../gather-rule.ts';
import { GatherWatch } from '../gather-watch.ts';
import { FlowError, type CandidateType, type FlowEvent, type FlowOptions, type FlowStats, type LocalDescription, type LocalMedia, type MediaFlow, type VideoLimit } from '../port.ts';
import { readCandidate, withoutOrigin, type UdpCandidate } from '../sdp/candidate.ts';
import { saysConstantBitrate, type Description } from '../sdp/description.ts';
import { readDescription } from '../sdp/read-description.ts';
import { writeForEngine } from '../sdp/write-for-engine.ts';
import { writeOurs } from '../sdp/write-ours.ts';
import type { Certificate } from './certificate-pool.ts';
import type { HardenedPeerOptions } from './hardened-peer.ts';
import { failureOf, type PeerRefusal } from './hardening/refusal.ts';
import { mediaConfig } from './media-config.ts';
import { WERIFT_ABILITIES } from './werift-abilities.ts';
import type { TurnTls } from './hardening/relay-transport.ts';
import { WeriftChannel } from './werift-channel.ts';
import { gatheringInside, nominatedPair } from './werift-flow-internals.ts';
import { WeriftMedia } from './werift-media.ts';

/** What a flow is given by its engine. */
export type WeriftFlowSetting = {
  readonly clock: Clock;
  readonly takeCertificate: () => Promise<Certificate>;
  readonly createPeer: (options: HardenedPeerOptions) => RTCPeerConnection;
  readonly turnTls: TurnTls | undefined;
  readonly closed: (flow: WeriftFlow) => void;
};

/** A {@link MediaFlow} on one werift connection. */
export class WeriftFlow implements MediaFlow {
  readonly #setting: WeriftFlowSetting;
  readonly #options: FlowOptions;
  readonly #reporter: FlowReporter;
  readonly #channel: WeriftChannel;
  readonly #media: WeriftMedia;
  readonly #exchange = new FlowExchange();
  #peer: RTCPeerConnection | undefined;
  #fingerprint = '';
  #relayRefused = false;
  #closing: Promise<void> | undefined;
  #stopGathering: (() => void) | undefined;
  readonly #moves: (() => void)[] = [];

  constructor(setting: WeriftFlowSetting, options: FlowOptions, report: (event: FlowEvent) => void) {
    this.#setting = setting;
    this.#options = options;
    this.#reporter = new FlowReporter(setting.clock, report);
    this.#channel = new WeriftChannel(setting.clock, this.#reporter);
    this.#media = new WeriftMedia(setting.clock, this.#reporter, options.video);
  }

  async createOffer(): Promise<LocalDescription> {
    this.#exchange.advance('new', 'offered');
    const peer = await this.#openPeer();
    const audio = peer.addTransceiver('audio', { direction: 'sendrecv' });
    const video = peer.addTransceiver('video', { direction: this.#videoDirection() });
    this.#channel.create(peer);
    this.#channel.guard();
    this.#media.listen({ transport: this.#watchTransport(peer), audio, video });
    return this.#described(peer, async () => (await peer.createOffer()).sdp, 'offer');
  }

  async createAnswer(offer: string): Promise<LocalDescription> {
    const remote = readDescription(offer);
    this.#exchange.advance('new', 'answered');
    const peer = await this.#openPeer();
    const offers = (use: 'audio' | 'video'): boolean => remote.sections.some((section) => section.use === use);
    const audio = offers('audio') ? peer.addTransceiver('audio', { direction: 'sendrecv' }) : undefined;
    const video = offers('video') ? peer.addTransceiver('video', { direction: this.#videoDirection() }) : undefined;
    this.#channel.expect(peer);
    return this.#described(peer, async () => {
      await peer.setRemoteDescription({ type: 'offer', sdp: writeForEngine(remote, 'offer', this.#options.ice.policy, WERIFT_ABILITIES) });
      const transport = this.#watchTransport(peer);
      // werift answers `active` whatever was offered.
      if (remote.transport.setup === 'active') transport.role = 'server';
      this.#channel.guard();
      this.#media.listen({ transport, audio, video });
      this.#media.negotiated(remote, this.#options);
      return (await peer.createAnswer()).sdp;
    }, 'answer', remote);
  }

  async acceptAnswer(answer: string): Promise<void> {
    const remote = readDescription(answer);
    this.#exchange.advance('offered', 'answered');
    const peer = this.#livePeer();
    this.#media.negotiated(remote, this.#options);
    await this.#exchange.applying(() => peer.setRemoteDescription({ type: 'answer', sdp: writeForEngine(remote, 'answer', this.#options.ice.policy, WERIFT_ABILITIES) }));
  }

  send(text: string): 'sent' | 'closed' {
    return this.#channel.send(text);
  }

  drain(limit: DurationMs): Promise<void> {
    return this.#channel.drain(limit);
  }

  attach(media: LocalMedia): void {
    this.#media.attach(media);
  }

  setMuted(muted: boolean): void {
    this.#media.reader.setMuted(muted);
  }

  setVideoSending(sending: boolean): void {
    this.#media.reader.setVideoSending(sending);
  }

  limitVideo(limit: VideoLimit): void {
    this.#media.reader.limitVideo(limit);
  }

  moved(): void {
    for (const move of this.#moves) move();
  }

  stats(): FlowStats {
    const pair = nominatedPair(this.#peer);
    return {
      ...(pair?.rtt === undefined ? {} : { roundTripMs: pair.rtt * 1000 }),
      ...this.#media.stats,
      phases: this.#reporter.phases,
      ...(pair === undefined ? {} : { pair: { local: pair.localCandidate.type as CandidateType, remote: pair.remoteCandidate.type as CandidateType } }),
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#exchange.close();
    this.#reporter.close();
    this.#media.reader.stop();
    this.#stopGathering?.();
    this.#setting.closed(this);
    await this.#channel.abort();
    // UDP sends and closes one turn of the event loop later; without the turns the farewell is not sent.
    await turn();
    // A path found while the connection closes must not start a handshake that nobody ends.
    await Promise.all((this.#peer?.dtlsTransports ?? []).filter(({ state }) => state === 'new').map(({ iceTransport }) => iceTransport.stop()));
    await this.#peer?.close().catch(() => {});
    await turn();
  }

  async #openPeer(): Promise<RTCPeerConnection> {
    const certificate = await this.#takeCertificate();
    this.#fingerprint = certificate.fingerprint;
    const peer = this.#setting.createPeer({
      ice: this.#options.ice,
      certificate,
      media: mediaConfig(),
      turnTls: this.#setting.turnTls,
      onMovable: (move) => this.#moves.push(move),
      onRefused: (reason) => this.#refused(reason),
      onRelayRefused: () => {
        this.#relayRefused = true;
        this.#reporter.tell({ type: 'relay-refused' });
      },
    });
    this.#peer = peer;
    peer.iceConnectionStateChange.subscribe((state) => {
      // werift says `completed` when gathering is over, which has nothing to do with a path.
      if (state !== 'completed') this.#reporter.ice(state);
    });
    return peer;
  }

  async #takeCertificate(): Promise<Certificate> {
    try {
      return await this.#setting.takeCertificate();
    } finally {
      // The pool closes with the engine, and so do we: then that is what the caller is told.
      this.#exchange.assertOpen();
    }
  }

  /** Lets the stack describe itself, gathers within the caps, and puts both together. */
  async #described(peer: RTCPeerConnection, describe: () => Promise<string>, role: 'offer' | 'answer', offer?: Description): Promise<LocalDescription> {
    const sdp = await this.#exchange.applying(describe);
    this.#exchange.assertOpen();
    const candidates = await this.#exchange.applying(() => this.#gather(peer, { type: role, sdp }));
    this.#exchange.assertOpen();
    this.#reporter.reached('described');
    const constant = this.#options.constantBitrate === true || (offer !== undefined && saysConstantBitrate(offer));
    return { sdp: writeOurs(sdp, candidates, offer, constant), fingerprint: this.#fingerprint };
  }

  async #gather(peer: RTCPeerConnection, description: { type: 'offer' | 'answer'; sdp: string }): Promise<readonly UdpCandidate[]> {
    const { policy } = this.#options.ice;
    const found: UdpCandidate[] = [];
    let endWait = (): void => {};
    const waitOver = new Promise<void>((resolve) => (endWait = resolve));
    await new Promise<void>((resolve, reject) => {
      const watch = new GatherWatch(this.#setting.clock, policy, (verdict) => {
        endWait();
        if (verdict.type === 'ready') resolve();
        else {
          const failure = verdict.failure === 'no-relay' && this.#relayRefused ? 'relay-refused' : verdict.failure;
          reject(new FlowError(failure, `gathering ended with ${failure}`));
        }
      });
      this.#stopGathering = () => {
        watch.stop();
        endWait();
        reject(flowClosed());
      };
      peer.onIceCandidate.subscribe((line) => {
        const candidate = line === undefined ? undefined : readCandidate(line.candidate ?? '');
        if (line === undefined) watch.completed();
        if (candidate === undefined) return;
        if (allowedBy(policy, candidate.type)) found.push(policy === 'relay' ? withoutOrigin(candidate) : candidate);
        watch.found(candidate.type);
      });
      // An answerer connects when gathering is over: the caps must end that wait as well.
      const inside = gatheringInside(peer);
      const gather = inside.gatherCandidates.bind(peer);
      inside.gatherCandidates = () => Promise.race([gather(), waitOver]);
      peer.setLocalDescription(description).then(() => watch.completed(), reject);
    });
    this.#reporter.reached('gathered');
    return found;
  }

  #watchTransport(peer: RTCPeerConnection): RTCDtlsTransport {
    const [transport] = peer.dtlsTransports;
    if (transport === undefined) throw new FlowError('bad-description', 'the session description has no transport');
    transport.onStateChange.subscribe((state) => {
      switch (state) {
        case 'connected':
          if (this.#exchange.isClosed) return;
          this.#reporter.reached('dtls-connected');
          this.#reporter.tell({ type: 'secured' });
          this.#media.start();
          return;
        case 'failed':
          // Not before the reason, which may be told right after.
          queueMicrotask(() => this.#reporter.failed('peer-not-authentic'));
          return;
        case 'closed':
        case 'new':
        case 'connecting':
      }
    });
    return transport;
  }

  #refused(reason: PeerRefusal): void {
    this.#reporter.failed(failureOf(reason));
  }

  #videoDirection(): 'sendrecv' | 'recvonly' {
    return this.#options.video ? 'sendrecv' : 'recvonly';
  }

  #livePeer(): RTCPeerConnection {
    if (this.#peer === undefined) throw flowClosed();
    return this.#peer;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
