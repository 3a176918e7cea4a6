import type { MediaTrack } from '../port.ts';

/**
 * The part of W3C WebRTC that a native flow uses, spelt out so that the package needs no types of a browser.
 * `RTCPeerConnection` of browsers and of `@roamhq/wrtc` both are this.
 */
export type PeerConnectionConstructor = new (configuration: PeerConfiguration) => PeerConnection;

export type PeerConfiguration = {
  readonly bundlePolicy: 'max-bundle';
  readonly rtcpMuxPolicy: 'require';
  readonly iceTransportPolicy: 'all' | 'relay';
  readonly iceServers: readonly { readonly urls: string | readonly string[]; readonly username?: string; readonly credential?: string }[];
};

export interface PeerConnection {
  readonly connectionState: 'new' | 'connecting' | 'connected' | 'disconnected' | 'failed' | 'closed';
  readonly iceConnectionState: 'new' | 'checking' | 'connected' | 'completed' | 'disconnected' | 'failed' | 'closed';
  readonly iceGatheringState: 'new' | 'gathering' | 'complete';
  readonly sctp: { readonly transport: DtlsTransport } | null;
  readonly localDescription: SessionDescription | null;
  addTransceiver(kind: 'audio' | 'video', init: { readonly direction: Direction }): Transceiver;
  getTransceivers(): readonly Transceiver[];
  createDataChannel(label: string): DataChannel;
  createOffer(): Promise<SessionDescription>;
  createAnswer(): Promise<SessionDescription>;
  setLocalDescription(description: SessionDescription): Promise<void>;
  setRemoteDescription(description: SessionDescription): Promise<void>;
  getStats(): Promise<StatsReport>;
  close(): void;
  addEventListener(type: 'icecandidateerror', listener: (event: { readonly errorCode: number }) => void): void;
  addEventListener(type: 'datachannel', listener: (event: { readonly channel: DataChannel }) => void): void;
  addEventListener(type: 'track', listener: (event: { readonly track: MediaTrack }) => void): void;
  addEventListener(type: 'connectionstatechange' | 'iceconnectionstatechange' | 'icegatheringstatechange' | 'icecandidate', listener: () => void): void;
}

export interface DtlsTransport {
  readonly state: 'new' | 'connecting' | 'connected' | 'closed' | 'failed';
  addEventListener(type: 'statechange', listener: () => void): void;
}

export type SessionDescription = { readonly type: string; readonly sdp?: string };
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive' | 'stopped';
export type StatsReport = { forEach(visit: (entry: Readonly<Record<string, unknown>>) => void): void };

export interface Transceiver {
  direction: Direction;
  readonly sender: Sender;
  readonly receiver: { readonly track: MediaTrack };
}

export interface Sender {
  replaceTrack(track: MediaTrack | null): Promise<void>;
  getParameters(): SenderParameters;
  setParameters(parameters: SenderParameters): Promise<void>;
}

/** Given back as it was got, with the limits of its one encoding changed. */
export type SenderParameters = { encodings?: { maxBitrate?: number; maxFramerate?: number; scaleResolutionDownBy?: number }[] };

export interface DataChannel {
  readonly label: string;
  readonly readyState: 'connecting' | 'open' | 'closing' | 'closed';
  readonly bufferedAmount: number;
  binaryType: string;
  send(text: string): void;
  close(): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}
