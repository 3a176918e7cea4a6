import { absurd } from '../base/absurd.ts';
import type { Clock } from '../base/clock.ts';
import { between, ms, seconds, type InstantMs } from '../base/units.ts';
import { encodeMessage, parseMessage, type Message, type Props } from '../econn/index.ts';
import { FlowError, MediaKindError, type FlowEvent, type FlowStats, type IceConfig, type LocalMedia, type MediaEngine, type MediaFlow, type MediaTrack, type ReceivedAudio, type ReceivedVideo, type VideoLimit } from '../mediaflow/index.ts';
import { LateFlow } from '../mediaflow/late-flow.ts';
import type { IceServers } from './ice-servers.ts';
import type { Ask, AskResult, FlowId, FlowSignal } from './port.ts';

/** Where the flows of a conversation report to. */
export type FlowListener = {
  readonly signal: (flow: FlowId, signal: FlowSignal) => void;
  readonly audio: (frame: ReceivedAudio) => void;
  readonly video: (frame: ReceivedVideo) => void;
  readonly track: (kind: 'audio' | 'video', track: MediaTrack) => void;
  /** A TURN server did not take the credentials. */
  readonly relayRefused: () => void;
};

/** The flows of one conversation by number: opened, asked, heard and closed as the call decides. */
export class LiveFlows {
  readonly #engine: MediaEngine;
  readonly #ice: IceServers;
  readonly #listener: FlowListener;
  readonly #flows = new Map<FlowId, MediaFlow>();
  readonly #closing = new Set<Promise<void>>();
  readonly #clock: Clock;
  #carrying: FlowId | undefined;
  /** Which flow carried our media before they moved to one that may yet fail. */
  #movedFrom: FlowId | undefined;
  /** When the flow that carries our media last heard its peer. */
  #heardAt: InstantMs;
  /** When the last sound of the peer came, over whichever flow. */
  #soundAt: InstantMs | undefined;
  #media: LocalMedia = {};
  #props: Props | undefined;
  #limit: VideoLimit | undefined;

  constructor(engine: MediaEngine, ice: IceServers, clock: Clock, listener: FlowListener) {
    this.#engine = engine;
    this.#ice = ice;
    this.#clock = clock;
    this.#heardAt = clock.now();
    this.#listener = listener;
  }

  open(id: FlowId, video: boolean, constantBitrate: boolean): void {
    const make = (ice: IceConfig): MediaFlow => this.#engine.createFlow({ video, constantBitrate, ice }, (event) => this.#heard(id, event));
    const ice = this.#ice.now;
    this.#flows.set(id, ice === undefined ? new LateFlow(this.#ice.known(), make) : make(ice));
  }

  /** Never rejects: what is nobody's answer (no file descriptors left, a library's own bug) is told and fails the flow. */
  async ask(id: FlowId, what: Ask, unexpected: (problem: unknown) => void): Promise<AskResult> {
    const flow = this.#flows.get(id);
    if (flow === undefined) return { type: 'failed', failure: 'no-path' };
    try {
      return await answer(flow, what);
    } catch (problem) {
      if (problem instanceof FlowError) return { type: 'failed', failure: problem.failure };
      unexpected(problem);
      return { type: 'failed', failure: 'device' };
    }
  }

  say(id: FlowId, message: Message): void {
    this.#flows.get(id)?.send(encodeMessage(message));
  }

  /** What this call sends; takes effect on the flow that carries it. Throws {@link MediaKindError}. */
  provide(media: LocalMedia): void {
    mustBeCarried(media, this.#engine.carries);
    this.#media = media;
    if (this.#carrying !== undefined) this.carry(this.#carrying);
  }

  /** From here on that flow carries our media. */
  carry(id: FlowId): void {
    // It moved there early, and goes on.
    if (this.#movedFrom !== undefined && this.#carrying === id) {
      this.#movedFrom = undefined;
      const flow = this.#flows.get(id);
      return flow === undefined ? undefined : this.#applyTo(flow);
    }
    this.#movedFrom = undefined;
    this.#move(id);
  }

  #move(id: FlowId): void {
    if (this.#carrying !== undefined && this.#carrying !== id) this.#flows.get(this.#carrying)?.attach({});
    this.#carrying = id;
    const flow = this.#flows.get(id);
    if (flow === undefined) return;
    this.#applyTo(flow);
    if (this.#limit !== undefined) flow.limitVideo(this.#limit);
    flow.attach(this.#media);
  }

  apply(props: Props): void {
    this.#props = props;
    for (const flow of this.#flows.values()) this.#applyTo(flow);
  }

  /** Also of the flows to come: they lead over the same path. */
  limitVideo(limit: VideoLimit): void {
    this.#limit = limit;
    for (const flow of this.#flows.values()) flow.limitVideo(limit);
  }

  /** This machine may have other addresses: whatever stands looks for a path from them. */
  moved(): void {
    for (const flow of this.#flows.values()) flow.moved();
  }

  /**
   * Nothing was heard for a while. Where sound came until then the path may be gone, and looking for another one costs
   * a few packets; where none is sent silence says nothing.
   */
  doubt(): void {
    if (this.#soundAt !== undefined && between(this.#soundAt, this.#clock.now()) < SOUND_STOPPED_WITHIN) this.moved();
  }

  /** Returns what the flow had carried. */
  close(id: FlowId): FlowStats | undefined {
    const flow = this.#flows.get(id);
    if (flow === undefined) return undefined;
    const stats = flow.stats();
    this.#flows.delete(id);
    if (this.#movedFrom === id) this.#movedFrom = undefined;
    if (this.#carrying === id) this.#carrying = undefined;
    if (this.#carrying === undefined && this.#movedFrom !== undefined) this.carry(this.#movedFrom);
    const closing = flow.close();
    this.#closing.add(closing);
    const closed = (): void => {
      this.#closing.delete(closing);
    };
    closing.then(closed, closed);
    return stats;
  }

  stats(): FlowStats | undefined {
    return this.#carrying === undefined ? undefined : this.#flows.get(this.#carrying)?.stats();
  }

  /** Resolves when every flow that was closed has let go of its sockets. */
  async closed(): Promise<void> {
    await Promise.allSettled(this.#closing);
  }

  /**
   * A flow that is to replace one which is silent carries our media as soon as its peer is proved, instead of when its
   * channel opens: on a long path that is a second of the conversation. One that is heard is left when the call says so.
   */
  #mayCarry(id: FlowId): void {
    if (this.#carrying === undefined || id <= this.#carrying || between(this.#heardAt, this.#clock.now()) < SILENT_AFTER) return;
    this.#movedFrom ??= this.#carrying;
    this.#move(id);
  }

  #applyTo(flow: MediaFlow): void {
    if (this.#props === undefined) return;
    flow.setMuted(this.#props.muted);
    flow.setVideoSending(this.#props.video === 'on' || this.#props.screen === 'on');
  }

  #heard(id: FlowId, event: FlowEvent): void {
    switch (event.type) {
      case 'audio':
        this.#soundAt = this.#clock.now();
        this.#listener.audio(event.frame);
        return;
      case 'video':
        this.#listener.video(event.frame);
        return;
      case 'track':
        this.#listener.track(event.kind, event.track);
        return;
      case 'secured':
        this.#mayCarry(id);
        return;
      case 'relay-refused':
        this.#listener.relayRefused();
        return;
      case 'link':
        if (event.link === 'disconnected') this.#listener.signal(id, { type: 'link-lost' });
        else if (event.link === 'connected') this.#listener.signal(id, { type: 'link-restored' });
        return;
      case 'channel-message': {
        const parsed = parseMessage(event.text);
        this.#listener.signal(id, parsed.ok ? { type: 'channel-message', message: parsed.message } : { type: 'channel-nonsense' });
        return;
      }
      case 'channel-rejected':
        this.#listener.signal(id, { type: 'channel-nonsense' });
        return;
      case 'heard':
        if (id === this.#carrying) this.#heardAt = this.#clock.now();
        this.#listener.signal(id, event);
        return;
      case 'channel-opened':
      case 'channel-closed':
      case 'media-started':
      case 'constant-bitrate':
      case 'failed':
        this.#listener.signal(id, event);
        return;
      default:
        absurd(event);
    }
  }
}

function mustBeCarried({ audio, video }: LocalMedia, carries: MediaEngine['carries']): void {
  for (const source of [audio, video]) {
    if (source === undefined || 'track' in source === (carries === 'tracks')) continue;
    throw new MediaKindError(carries === 'tracks'
      ? 'this media engine sends tracks: pass { track }, as openMicrophone() gives it'
      : 'this media engine sends encoded frames: pass a source like opusFile() or tone(), not a track');
  }
}

async function answer(flow: MediaFlow, what: Ask): Promise<AskResult> {
  switch (what.type) {
    case 'create-offer':
      return { type: 'described', sdp: (await flow.createOffer()).sdp };
    case 'create-answer':
      return { type: 'described', sdp: (await flow.createAnswer(what.offer)).sdp };
    case 'accept-answer':
      await flow.acceptAnswer(what.answer);
      return { type: 'done' };
    case 'drain':
      await flow.drain(DRAIN_LIMIT);
      return { type: 'done' };
    default:
      return absurd(what);
  }
}

/** Audio comes each 20 ms, signs of life are told each 500 ms. */
const SILENT_AFTER = ms(700);

/** Silence comes into question after a second and a half. */
const SOUND_STOPPED_WITHIN = seconds(3);

/** The response to a HANGUP needs one round trip; a peer that is gone will not take it in a second either. */
const DRAIN_LIMIT = seconds(1);
