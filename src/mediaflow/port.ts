import type { DurationMs } from '../base/units.ts';

/**
 * The fence around WebRTC. A `MediaFlow` is one peer connection: audio, one video track and the data channel
 * `calling-3.0`. It is made for one offer/answer exchange and never renegotiated: another network, another
 * key or another direction is another flow (re-SETUP). Until that one works it may go on over another path by itself.
 *
 * Implementations: `WeriftMediaEngine` (Node), `NativeMediaEngine` (browsers), `FakeMediaEngine` (no network).
 */
export interface MediaEngine {
  /** Which sources its flows send and how they hand over what they receive: encoded frames, or tracks of the platform. */
  readonly carries: 'frames' | 'tracks';
  /**
   * A new flow with a certificate of its own. `report` is told everything that happens to it, never before
   * this call has returned and never after `close` was called.
   */
  createFlow(options: FlowOptions, report: (event: FlowEvent) => void): MediaFlow;
  /** Frees what is kept ahead of need (certificates). Flows still open are closed. */
  close(): Promise<void>;
}

export type FlowOptions = {
  /** Whether our video is sent: the m=video line exists either way (offer `recvonly`, as AVS does). */
  readonly video: boolean;
  readonly ice: IceConfig;
  /** Constant-bitrate audio: asked for in an offer, mirrored in the answer to one that asks. */
  readonly constantBitrate?: boolean;
};

export type IceConfig = {
  /** STUN and TURN servers. With none, none is asked: no DNS look-up, no packet to anywhere. */
  readonly servers: readonly IceServer[];
  /** `relay`: no address of this machine may appear in a description or leave in a packet. */
  readonly policy: 'all' | 'relay';
};

/** `urls` as in RFC 7064 and RFC 7065: `stun:host:port`, `turn:host:port?transport=udp|tcp`, `turns:host:port`. */
export type IceServer = { readonly urls: string | readonly string[]; readonly username?: string; readonly credential?: string };

export interface MediaFlow {
  /**
   * The complete offer: every candidate gathered, or the cap reached (10 s; 2 s after the first relay).
   * Rejects with {@link FlowError}.
   */
  createOffer(): Promise<LocalDescription>;
  /** The complete answer to a peer's offer. Rejects with {@link FlowError} when the offer cannot be applied. */
  createAnswer(offer: string): Promise<LocalDescription>;
  /** Applies the peer's answer to our offer. Rejects with {@link FlowError}. */
  acceptAnswer(answer: string): Promise<void>;
  /** Sends one text message over the data channel (PPID 51, never binary). `closed`: it did not leave. */
  send(text: string): 'sent' | 'closed';
  /**
   * Resolves when all that `send` took has left and was acknowledged by SCTP, or `limit` has passed. The last
   * thing that is asked of a channel: nothing can be sent afterwards.
   */
  drain(limit: DurationMs): Promise<void>;
  /** Attaches what this side sends. Replaces what was attached before; survives nothing but this flow. */
  attach(media: LocalMedia): void;
  /** While muted, audio leaves as silence: the source is read on, nothing of it is sent. */
  setMuted(muted: boolean): void;
  /** While off, no video packet leaves. */
  setVideoSending(sending: boolean): void;
  /** What our video may cost from here on: the encoder, or a source that can, keeps within it. */
  limitVideo(limit: VideoLimit): void;
  /**
   * This machine may have other addresses than it had: looks for a path from them, beside whatever else is done about
   * it. Neither a path that works nor what the flow is allowed to show changes. Does nothing before there was a path,
   * after `close`, or where the platform looks after it by itself.
   */
  moved(): void;
  /** As last measured. */
  stats(): FlowStats;
  /** Closes everything at once. Idempotent; the returned promise is for tests that count sockets. */
  close(): Promise<void>;
}

export type LocalDescription = {
  readonly sdp: string;
  /** The SHA-256 fingerprint of our certificate in this description, as in `a=fingerprint`. */
  readonly fingerprint: string;
};

/** What this side sends: frames or tracks, whichever the media engine carries. */
export type LocalMedia = {
  readonly audio?: AudioSource | TrackSource;
  readonly video?: VideoSource | TrackSource;
  /** Told every frame that leaves, silence while muted: what a recording of this side may keep. Of frames, not of tracks. */
  readonly sent?: SentMedia;
};

export type SentMedia = { readonly audio: (frame: OpusFrame) => void; readonly video: (frame: VideoFrame) => void };

/**
 * A track of the platform, as from `getUserMedia`. It stays the app's: the flow turns `enabled` off while muted,
 * and never stops it. One that has ended (its device is gone) sends nothing.
 */
export type TrackSource = { readonly track: MediaTrack };

/** A `MediaStreamTrack`: the platform's own type where there is one, else what callcore needs of it. */
export type MediaTrack = typeof globalThis extends { MediaStreamTrack: { prototype: infer Track extends MinimalTrack } } ? Track : MinimalTrack;

export type MinimalTrack = {
  readonly kind: string;
  readonly id: string;
  readonly readyState: 'live' | 'ended';
  enabled: boolean;
  stop(): void;
};

/** Encoded Opus frames, pushed in real time by the source's own clock. */
export interface AudioSource {
  /** Starts or resumes pushing. Returns the function that stops it. One flow at a time reads a source. */
  start(push: (frame: OpusFrame) => void): () => void;
}

/** One Opus packet. `samples` is its length at 48 kHz (20 ms = 960). */
export type OpusFrame = { readonly payload: Uint8Array; readonly samples: number };

/** Encoded pictures of one codec, pushed in real time by the source's own clock. */
export interface VideoSource {
  start(push: (frame: VideoFrame) => void): () => void;
  /** The receiver lost the picture: send a keyframe when the source can. */
  requestKeyframe?(): void;
  /** Keep within this from the next keyframe on, when the source can. */
  limit?(limit: VideoLimit): void;
}

/** Upper bounds. `bitrate` in bits/s, `width` and `height` in pixels, `frameRate` in pictures a second. */
export type VideoLimit = { readonly bitrate: number; readonly width: number; readonly height: number; readonly frameRate: number };

/** One whole encoded picture, VP8 unless it says otherwise. `timestamp` is in units of 1/90 000 s. */
export type VideoFrame = { readonly payload: Uint8Array; readonly timestamp: number; readonly keyframe: boolean; readonly codec?: VideoCodec };

/** H.264 is in Annex B form, parameter sets before each keyframe. */
export type VideoCodec = 'VP8' | 'VP9' | 'H264';

/** One Opus packet as it arrived. `timestamp` is the RTP timestamp (48 kHz), `sequence` the 16-bit number. */
export type ReceivedAudio = { readonly payload: Uint8Array; readonly timestamp: number; readonly sequence: number };

/** One whole picture put together again. `timestamp` is the RTP timestamp (90 kHz). */
export type ReceivedVideo = { readonly payload: Uint8Array; readonly timestamp: number; readonly keyframe: boolean; readonly codec: VideoCodec };

export type FlowEvent =
  /** The data channel is open: the peer proved its identity and messages can be sent. */
  | { readonly type: 'channel-opened' }
  /** The data channel closed by itself or by the peer. */
  | { readonly type: 'channel-closed' }
  /** One text message. Binary frames and messages over 64 KiB are counted and dropped, not reported. */
  | { readonly type: 'channel-message'; readonly text: string }
  /** Something the flow cannot accept arrived on the channel (binary, oversized, second channel). */
  | { readonly type: 'channel-rejected' }
  | { readonly type: 'link'; readonly link: Link }
  /** The peer has proved who it is: media can go both ways, some round trips before the channel opens. Told by engines that know. */
  | { readonly type: 'secured' }
  /** Something authenticated arrived from the peer (RTP, RTCP, channel). At most one each 500 ms. */
  | { readonly type: 'heard' }
  /** The first authenticated packet of that kind of media arrived. */
  | { readonly type: 'media-started'; readonly kind: 'audio' | 'video' }
  /** Audio goes at a constant bitrate from here on: one side asked for it, the other agreed. */
  | { readonly type: 'constant-bitrate' }
  | { readonly type: 'audio'; readonly frame: ReceivedAudio }
  | { readonly type: 'video'; readonly frame: ReceivedVideo }
  /** The peer's track of that kind, once the peer is known to be who it should be. From engines that carry tracks. */
  | { readonly type: 'track'; readonly kind: 'audio' | 'video'; readonly track: MediaTrack }
  /** A TURN server did not take its credentials: wrong or expired. The flow goes on with what else it finds. Told once. */
  | { readonly type: 'relay-refused' }
  /** The flow cannot go on. */
  | { readonly type: 'failed'; readonly failure: FlowFailure };

/** The path between the two peers. */
export type Link = 'new' | 'checking' | 'connected' | 'disconnected';

export type FlowFailure =
  /** No candidate at all: this machine has no network. */
  | 'no-network'
  /** Relay-only was asked for and no relay could be had. */
  | 'no-relay'
  /** Relay-only was asked for, and a TURN server said that the credentials are wrong or have expired. */
  | 'relay-refused'
  /** No path to the peer. */
  | 'no-path'
  /** The peer could not prove that it owns the certificate named in its description. */
  | 'peer-not-authentic'
  /** No version, cipher or key of DTLS or SRTP that both sides can use, or what came was no DTLS at all. */
  | 'peer-incompatible'
  /** A description that cannot be applied. */
  | 'bad-description'
  /** Capture or play-out device, or the media source. */
  | 'device';

/** Why `createOffer`, `createAnswer` or `acceptAnswer` could not do what it should. */
export class FlowError extends Error {
  override readonly name = 'FlowError' as const;
  readonly failure: FlowFailure;

  constructor(failure: FlowFailure, message: string) {
    super(message);
    this.failure = failure;
  }
}

/** A source of the other kind was given to a media engine: frames to one that sends tracks, or tracks to one that sends frames. */
export class MediaKindError extends Error {
  override readonly name = 'MediaKindError' as const;
}

/** Counted since the flow was made. */
export type FlowStats = {
  readonly audio: StreamStats;
  readonly video: StreamStats;
  /** Round-trip time of STUN checks or RTCP, in milliseconds; absent until measured. */
  readonly roundTripMs?: number;
  /** What the path is believed to carry from us, in bits/s: the peer's REMB or the stack's own estimate. */
  readonly availableBitrate?: number;
  /** Which kind of candidate pair carries the media; absent until connected. */
  readonly pair?: { readonly local: CandidateType; readonly remote: CandidateType };
  /** Moments in milliseconds since `createFlow`, each once. */
  readonly phases: Partial<Record<FlowPhase, number>>;
};

/** One kind of media, both ways. `sent`, `received` and `lost` are RTP packets, bytes are payload. */
export type StreamStats = {
  readonly sent: number;
  readonly received: number;
  readonly lost: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** How unevenly packets arrive here, in milliseconds (RFC 3550 §6.4.1); absent until measured. */
  readonly jitterMs?: number;
  /** What the peer last reported about what we send (RFC 3550 §6.4.1); absent until it has. */
  readonly reported?: ReceptionReport;
  /** Whether the packets that came last were all of one size: constant-bitrate audio. Absent until enough came. */
  readonly evenSized?: boolean;
};

/** `lost` packets in all, `fractionLost` (0 to 1) since the report before. `reports` counts them. */
export type ReceptionReport = { readonly lost: number; readonly fractionLost: number; readonly jitterMs: number; readonly reports: number };

export type CandidateType = 'host' | 'srflx' | 'prflx' | 'relay';
export type FlowPhase = 'gathered' | 'described' | 'ice-connected' | 'dtls-connected' | 'channel-opened';
