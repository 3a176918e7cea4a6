import type { Candidate, CandidatePair, Connection, IceConnection, Message, RTCCertificate, RTCDtlsTransport, RTCPeerConnection, RTCSctpTransport, SrtcpSession, SrtpSession, StunProtocol } from 'werift';
import type { PeerRefusal } from './refusal.ts';

/*
 * What the hardening touches inside werift 0.24.4 beyond its public types, and nothing more. Each view is of
 * one instance; a new version of werift is checked against this file first.
 */

/** `RTCPeerConnection`: where its transports come from. */
export type PeerInside = {
  readonly secureManager: {
    certificate?: RTCCertificate;
    createTransport(): RTCDtlsTransport;
  };
  readonly sctpManager: { createSctpTransport(maxMessageSize: number): RTCSctpTransport };
};

/** `SCTP`: one association. */
export type SctpInside = {
  /** Seconds. */
  rto: number;
  /** Bytes the peer may still send before we have taken what it sent. */
  readonly advertisedRwnd: number;
  /** With what has come of messages that are not whole. */
  readonly inboundStreams: Readonly<Record<number, { readonly reassembly: readonly unknown[] }>>;
  /** Numbers of chunks that came before others still missing. */
  readonly sackMisOrdered: Set<number>;
  readonly sackDuplicates: number[];
  /** Up to which number nothing is missing. */
  lastReceivedTsn: number;
  /** Chunks sent and not acknowledged, and chunks that wait to be sent. */
  readonly sentQueue: readonly unknown[];
  readonly outboundQueue: readonly unknown[];
  handleData(packet: Buffer): Promise<void>;
  markReceived(number: number): boolean;
  receiveDataChunk(chunk: { readonly tsn: number; readonly streamId: number; readonly userData: Buffer }): void;
  receiveSackChunk(chunk: { readonly gaps: readonly (readonly [from: number, to: number])[] }): Promise<void>;
  receiveForwardTsnChunk(chunk: { readonly cumulativeTsn: number; readonly streams: readonly (readonly [id: number, sequence: number])[] }): void;
};

/** `RTCSctpTransport`: what turns SCTP messages into channels and their messages. */
export type SctpTransportInside = {
  readonly sctp: SctpInside | undefined;
  datachannelReceive(streamId: number, payloadType: number, data: Buffer): Promise<void>;
  setDtlsTransport(transport: RTCDtlsTransport): void;
};

/** `TurnProtocol`: keeps the allocation alive after `connectionMade`, and hears the server's answers. */
export type TurnInside = {
  refresh(grantedSeconds: unknown): void;
  handleSTUNMessage(data: Buffer, from: Address): void;
  readonly transactions: Readonly<Record<string, { integrityKey: Buffer | undefined }>>;
};

/** `Message`: what it says, in the order in which it is written. */
export type MessageInside = { readonly attributes: (readonly [name: string, value: unknown])[] };

/** Where a datagram came from. */
export type Address = readonly [host: string, port: number];

/** What an ICE agent receives through: a socket, or a relay. Each has one of the two entries. */
export type ProtocolInside = {
  readonly onRequestReceived: {
    execute(message: Message, address: Address, datagram: Buffer | undefined): void;
    subscribe(listener: () => void): void;
  };
  datagramReceived?(datagram: Buffer, from: Address): void;
  handleStunMessage?(datagram: Buffer, from: Address): void;
};

/** What a way to the peer goes through: a socket, or a relay. */
export type WayThrough = Pick<StunProtocol, 'request' | 'localCandidate'>;

/** `StunProtocol`: where the datagrams of its socket go. */
export type ReadingInside = { datagramReceived(datagram: Buffer, from: Address): void };

/** A connectivity check that was answered, and where it came from and through. */
export type EarlyCheck = readonly [message: Message, from: Address, through: unknown];

/** `RTCDtlsTransport`: the parts of `start()` that stay werift's own. */
export type DtlsTransportInside = {
  role: 'auto' | 'server' | 'client';
  state: RTCDtlsTransport['state'];
  dtls?: DtlsSocketSurface;
  srtp: SrtpSession;
  srtcp: SrtcpSession;
  readonly srtpProfiles: readonly number[];
  readonly remoteParameters?: { readonly fingerprints: readonly { readonly algorithm: string; readonly value: string }[] };
  dataReceiver(data: Buffer): void;
  setState(state: RTCDtlsTransport['state']): void;
  updateSrtpSession(): void;
  startSrtp(): void;
  start(): Promise<void>;
  stop(): Promise<void>;
};

/** What werift asks of its `DtlsSocket` once a transport holds one. */
export type DtlsSocketSurface = {
  readonly remoteCertificate: Buffer | undefined;
  readonly srtp: { readonly srtpProfile: number | undefined };
  readonly dtls: { readonly version: { readonly major: number; readonly minor: number } };
  readonly cipher: { readonly cipher: { readonly name: string } | undefined };
  send(data: Buffer): Promise<void>;
  close(): void;
  extractSessionKeys(keyLength: number, saltLength: number): SrtpKeys;
};

export type SrtpKeys = { readonly localKey: Buffer; readonly localSalt: Buffer; readonly remoteKey: Buffer; readonly remoteSalt: Buffer };

/** `Connection`: the ICE agent. `PairState` is its `CandidatePairState`. */
export type IceInside = {
  state: Connection['state'];
  stunServer?: Connection['stunServer'];
  turnServer?: Connection['turnServer'];
  /** The pair that carries everything, once one does. */
  nominated?: CandidatePair | undefined;
  readonly iceControlling: boolean;
  readonly generation: number;
  readonly protocols: unknown[];
  readonly options: Connection['options'];
  readonly remoteUsername: string;
  readonly remotePassword: string;
  readonly remoteCandidatesEnd: boolean;
  readonly remoteCandidates: Candidate[];
  readonly localUsername: string;
  readonly localPassword: string;
  readonly userHistory: Readonly<Record<string, string>>;
  readonly iceLite: boolean;
  readonly localCandidatesEnd: boolean;
  readonly localCandidatesStart: boolean;
  readonly checkList: CandidatePair[];
  readonly checkListDone: boolean;
  readonly checkListState: { put(outcome: Promise<number>): void };
  earlyChecks: EarlyCheck[];
  earlyChecksDone: boolean;
  ensureProtocol(protocol: ProtocolInside): void;
  connect(): Promise<void>;
  close(): Promise<void>;
  addPair(pair: CandidatePair): void;
  addRemoteCandidate(candidate: Candidate | undefined): Promise<void>;
  appendLocalCandidate(candidate: Candidate): void;
  getCandidatePromises(addresses: string[], timeout?: number): Promise<unknown>[];
  pairRemoteCandidate(candidate: Candidate): void;
  pairLocalProtocol(protocol: unknown): void;
  sortCheckList(): void;
  unfreezeInitial(): void;
  checkIncoming(...check: EarlyCheck): void;
  schedulingChecks(): boolean;
  queryConsent(): void;
  buildRequest(check: {
    readonly nominate: boolean;
    readonly localUsername: string;
    readonly remoteUsername: string;
    readonly iceControlling: boolean;
    readonly localCandidate: Candidate | undefined;
  }): Message;
  setState(state: Connection['state']): void;
};

export const peerInside = (peer: RTCPeerConnection): PeerInside => peer as unknown as PeerInside;
export const transportInside = (transport: RTCDtlsTransport): DtlsTransportInside => transport as unknown as DtlsTransportInside;
export const sctpInside = (transport: RTCSctpTransport): SctpTransportInside => transport as unknown as SctpTransportInside;
export const iceInside = (connection: IceConnection): IceInside => connection as unknown as IceInside;
export const readingInside = (protocol: StunProtocol): ReadingInside => protocol as unknown as ReadingInside;

/** Told once, when a peer is turned away. */
export type OnRefused = (reason: PeerRefusal) => void;
