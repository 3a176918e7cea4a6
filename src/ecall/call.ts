import type { Device } from '../base/device.ts';
import { BugError } from '../base/absurd.ts';
import { DEFAULT_PROPS, type CloseReason, type PropName, type Props, type Protocol } from '../econn/index.ts';
import type { FlowStats, Grade, LocalMedia, MediaPath, MediaTrack, ReceivedAudio, ReceivedVideo } from '../mediaflow/index.ts';
import type { CallState } from './call-state.ts';
import type { CallStats, WatchNews } from './call-watch.ts';
import { Listeners } from './listeners.ts';
import type { CallMetrics, MessageCounts } from './metrics.ts';
import type { Trace } from './trace.ts';

/** The engine's private door into a Call. */
export const inform: unique symbol = Symbol('inform');

/** What this side sends and how it starts out. */
export type CallOptions = {
  readonly media?: LocalMedia;
  readonly muted?: boolean;
  /** Whether our video is sent from the start. */
  readonly video?: boolean;
  /** Audio in packets of one size, ours and, where it can, the peer's: nobody on the way sees the rhythm of speech. */
  readonly constantBitrate?: boolean;
};

export type CallEnd = { readonly reason: CloseReason; readonly missed: boolean; readonly metrics: CallMetrics };

export type CallSecurity = {
  /** How call messages travel. */
  readonly signalling: 'sealed' | 'app' | 'plaintext';
  /** Media and data channel: keys agreed on directly, certificates named in the call messages. */
  readonly media: 'dtls-srtp';
  /** Seven signs: the same on both ends when nobody is in between. Absent until known, and for peers that know none. */
  readonly code?: readonly string[];
};

/** Where a call is. */
export type CallPhase = Exclude<CallState, 'idle'> | 'ended';

/** Whether the peer is heard on the flow that carries the call. */
export type Contact = 'live' | 'lost';

export type CallEvents = {
  readonly state: CallPhase;
  /** What {@link Call.contact} is now. */
  readonly contact: Contact;
  /**
   * Once in the life of a call: people can talk. A call that an engine goes on with after a reload was connected
   * before that, and starts as `reconnecting`: `state` and `renewed` tell when it is back.
   */
  readonly connected: undefined;
  /** The peer connection was replaced; the call went on. */
  readonly renewed: undefined;
  /** It could not be replaced, and the call goes on over the old one. */
  readonly 'renewal-failed': undefined;
  readonly 'peer-props': { readonly props: Props; readonly changed: readonly PropName[] };
  /** The short authentication string is known. */
  readonly security: CallSecurity;
  readonly 'media-started': 'audio' | 'video';
  readonly 'no-media': undefined;
  /** Every three seconds while connected, and only while somebody listens to this or the next two. */
  readonly stats: CallStats;
  /** What to show people; told when it changed. */
  readonly quality: Grade;
  /** Sound gets through one way only, or both ways again. */
  readonly 'media-path': MediaPath;
  /** A TURN server did not take its credentials: wrong or expired. The call goes on with what else it finds. */
  readonly 'relay-refused': undefined;
  readonly audio: ReceivedAudio;
  readonly video: ReceivedVideo;
  /** The peer's track to play or show, again for each new peer connection; the latest of each kind is in {@link Call.tracks}. */
  readonly track: { readonly kind: 'audio' | 'video'; readonly track: MediaTrack };
  readonly ended: CallEnd;
};

/** What a Call needs of the engine that made it. */
export type CallControls = {
  readonly answer: (props: Props) => void;
  readonly reject: () => void;
  readonly end: () => void;
  readonly renew: () => void;
  readonly setProps: (props: Props) => void;
  readonly provide: (media: LocalMedia) => void;
  readonly stats: () => FlowStats | undefined;
  /** Somebody wants to know how the call is. */
  readonly watch: () => void;
  readonly messages: () => MessageCounts | undefined;
  readonly trace: () => Trace;
};

/**
 * One call as its user sees it, from the first ring to the end. Its methods may be called at any time, also
 * from listeners: what makes no sense any more, because the other side was faster, does nothing.
 */
export class Call implements AsyncDisposable {
  readonly conversation: string;
  /** The user at the other end. */
  readonly user: string;
  readonly direction: 'outgoing' | 'incoming';
  /** How this call is protected: its signalling by the channel, media and data channel by DTLS. */
  readonly #controls: CallControls;
  #security: CallSecurity;
  readonly #listeners: Listeners<CallEvents>;
  #state: CallPhase;
  #contact: Contact = 'lost';
  #props: Props = DEFAULT_PROPS;
  #peerProps: Props = DEFAULT_PROPS;
  #peer: CallPeer;
  #end: CallEnd | undefined;
  #tracks: PeerTracks = {};

  constructor(facts: Pick<Call, 'conversation' | 'user' | 'direction' | 'security'> & { readonly state: CallPhase; readonly device?: Device }, controls: CallControls, onThrow: (problem: unknown) => void) {
    this.conversation = facts.conversation;
    this.user = facts.user;
    this.direction = facts.direction;
    this.#security = facts.security;
    this.#state = facts.state;
    this.#peer = facts.device === undefined ? {} : { device: facts.device };
    this.#controls = controls;
    this.#listeners = new Listeners(onThrow);
  }

  get state(): CallPhase {
    return this.#state;
  }

  /**
   * `lost` until the call is connected, and from when the path is lost until there is another. A call that is
   * `reconnecting` in `live` contact was asked to: somebody turns on their video, or calls {@link renew}. The peer
   * connection that stands carries it meanwhile, and there is nothing to alarm people with unless it lasts.
   */
  get contact(): Contact {
    return this.#contact;
  }

  /** The device at the other end and its protocol, once they are known. */
  get peer(): CallPeer {
    return this.#peer;
  }

  /** How this call is protected. */
  get security(): CallSecurity {
    return this.#security;
  }

  /** What we tell the peer about what we send. */
  get props(): Props {
    return this.#props;
  }

  get peerProps(): Props {
    return this.#peerProps;
  }

  /** What to play and show of the other side, with a media engine that carries tracks. */
  get tracks(): PeerTracks {
    return this.#tracks;
  }

  on<N extends keyof CallEvents>(name: N, listener: (event: CallEvents[N]) => void): () => void {
    const off = this.#listeners.on(name, listener);
    if (this.isWatched && this.#state !== 'ended') this.#controls.watch();
    return off;
  }

  /** Whether somebody listens to what has to be measured. */
  get isWatched(): boolean {
    return MEASURED.some((name) => this.#listeners.has(name));
  }

  /** Takes a ringing call. Throws `MediaKindError`, and nothing else. */
  answer(options: CallOptions = {}): void {
    if (this.#state !== 'ringing') return;
    if (options.media !== undefined) this.#controls.provide(options.media);
    this.#props = startingProps(options);
    this.#controls.answer(this.#props);
  }

  /** Declines a ringing call. */
  reject(): void {
    if (this.#state === 'ringing') this.#controls.reject();
  }

  /** Hangs up, withdraws or declines, whichever the call's state makes of it. */
  end(): void {
    if (this.#state !== 'ended') this.#controls.end();
  }

  setMuted(muted: boolean): void {
    this.#change({ muted });
  }

  setVideo(sending: boolean): void {
    this.#change({ video: sending ? 'on' : 'off' });
  }

  /** Sends no pictures for now and says so (the app is in the background); `setVideo(true)` goes on. Does nothing while none are sent. */
  pauseVideo(): void {
    if (this.#props.video === 'on') this.#change({ video: 'paused' });
  }

  shareScreen(sharing: boolean): void {
    this.#change({ screen: sharing ? 'on' : 'off' });
  }

  /** As {@link pauseVideo}, of the screen; `shareScreen(true)` goes on. */
  pauseScreen(): void {
    if (this.#props.screen === 'on') this.#change({ screen: 'paused' });
  }

  /** Replaces the peer connection under the call: call it when the machine's network has changed. */
  renew(): void {
    if (this.#state === 'connected' || this.#state === 'reconnecting') this.#controls.renew();
  }

  /** New keys for media and channel, on demand: the same as {@link renew}. */
  rekey(): void {
    this.renew();
  }

  /** Replaces what this side sends. */
  provide(media: LocalMedia): void {
    if (this.#state !== 'ended') this.#controls.provide(media);
  }

  /** Of the flow that carries the media; `undefined` before there is one. */
  stats(): FlowStats | undefined {
    return this.#controls.stats();
  }

  /** How many messages went over each road so far; `undefined` when the call has ended: its metrics have them. */
  messages(): MessageCounts | undefined {
    return this.#controls.messages();
  }

  /** All that happened, without session descriptions, ids and addresses: it may be shown, and replays. */
  trace(): Trace {
    return this.#controls.trace();
  }

  /** Resolves `true` when the data channel opens, `false` when the call ends before. */
  whenConnected(): Promise<boolean> {
    if (this.#state === 'connected' || this.#state === 'reconnecting') return Promise.resolve(true);
    if (this.#state === 'ended') return Promise.resolve(false);
    return new Promise((resolve) => {
      this.on('connected', () => resolve(true));
      this.on('ended', () => resolve(false));
    });
  }

  whenEnded(): Promise<CallEnd> {
    const end = this.#end;
    return end === undefined ? new Promise((resolve) => this.on('ended', resolve)) : Promise.resolve(end);
  }

  /** Ends the call and waits until it has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.end();
    await this.whenEnded();
  }

  /** For the engine alone: something happened to this call. */
  readonly [inform] = (news: CallNews): void => {
    if (this.#end !== undefined) throw new BugError(`news of an ended call: ${news.type}`);
    switch (news.type) {
      case 'state':
        if (news.state === this.#state) return;
        this.#state = news.state;
        this.#listeners.emit('state', news.state);
        return;
      case 'contact':
        if (news.contact === this.#contact) return;
        this.#contact = news.contact;
        this.#listeners.emit('contact', news.contact);
        return;
      case 'props':
        this.#props = news.props;
        return;
      case 'code':
        this.#security = { ...this.#security, code: news.code };
        this.#listeners.emit('security', this.#security);
        return;
      case 'peer':
        this.#peer = { ...this.#peer, ...news.peer };
        return;
      case 'peer-props':
        this.#peerProps = news.props;
        if (news.changed.length > 0) this.#listeners.emit('peer-props', { props: news.props, changed: news.changed });
        return;
      case 'connected':
      case 'renewed':
      case 'renewal-failed':
      case 'no-media':
      case 'relay-refused':
        this.#listeners.emit(news.type, undefined);
        return;
      case 'media-started':
        this.#listeners.emit('media-started', news.kind);
        return;
      case 'stats':
        this.#listeners.emit('stats', news.stats);
        return;
      case 'quality':
        this.#listeners.emit('quality', news.quality);
        return;
      case 'media-path':
        this.#listeners.emit('media-path', news.path);
        return;
      case 'audio':
        this.#listeners.emit('audio', news.frame);
        return;
      case 'video':
        this.#listeners.emit('video', news.frame);
        return;
      case 'track':
        this.#tracks = { ...this.#tracks, [news.kind]: news.track };
        this.#listeners.emit('track', { kind: news.kind, track: news.track });
        return;
      case 'ended':
        this.#state = 'ended';
        this.#end = news.end;
        this.#listeners.emit('state', 'ended');
        this.#listeners.emit('ended', news.end);
        this.#listeners.clear();
    }
  };

  #change(change: Partial<Props>): void {
    if (this.#state === 'ended') return;
    this.#props = { ...this.#props, ...change };
    if (this.#state !== 'ringing') this.#controls.setProps(this.#props);
  }
}

export type PeerTracks = { readonly audio?: MediaTrack; readonly video?: MediaTrack };

export type CallPeer = { readonly device?: Device; readonly protocol?: Protocol };

const MEASURED = ['stats', 'quality', 'media-path'] as const satisfies readonly (keyof CallEvents)[];

export type CallNews =
  | WatchNews
  | { readonly type: 'state'; readonly state: CallPhase }
  | { readonly type: 'contact'; readonly contact: Contact }
  | { readonly type: 'props'; readonly props: Props }
  | { readonly type: 'peer'; readonly peer: CallPeer }
  | { readonly type: 'code'; readonly code: readonly string[] }
  | { readonly type: 'peer-props'; readonly props: Props; readonly changed: readonly PropName[] }
  | { readonly type: 'connected' | 'renewed' | 'renewal-failed' | 'no-media' | 'relay-refused' }
  | { readonly type: 'media-started'; readonly kind: 'audio' | 'video' }
  | { readonly type: 'audio'; readonly frame: ReceivedAudio }
  | { readonly type: 'video'; readonly frame: ReceivedVideo }
  | { readonly type: 'track'; readonly kind: 'audio' | 'video'; readonly track: MediaTrack }
  | { readonly type: 'ended'; readonly end: CallEnd };

/** The props that a call with these options starts with. */
export function startingProps({ muted = false, video = false, constantBitrate = false }: CallOptions): Props {
  return { ...DEFAULT_PROPS, muted, video: video ? 'on' : 'off', audioCbr: constantBitrate };
}
