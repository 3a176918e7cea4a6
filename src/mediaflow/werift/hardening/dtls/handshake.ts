import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Certificate } from '../self-signed.ts';
import { PeerRefusedError } from '../refusal.ts';
import { encodeMessage, MESSAGE, type HandshakeMessage } from './handshake-message.ts';
import type { KeyShare } from './key-agreement.ts';
import { exportKeys, finishedBy, masterSecret, recordKeys, type Randoms, type Role } from './key-schedule.ts';
import { Octets, vector } from './octets.ts';
import { PeerCertificate } from './proof-of-key.ts';
import { RecordCipher } from './record.ts';

/** One side of a DTLS 1.2 handshake: told the peer's messages one by one, in order, each once. */
export interface Handshake {
  start(): void;
  /** Throws `PeerRefusedError`, having changed nothing: another message may be handled in its place. */
  handle(message: HandshakeMessage): void;
}

export type HandshakeOptions = {
  readonly certificate: Certificate;
  /** SRTP profiles by number, most liked first; with none, no media is agreed on. */
  readonly srtpProfiles: readonly number[];
  /** True when this is the certificate named in the peer's description. */
  isDescribed(der: Buffer): boolean;
};

/** What a handshake does to the connection it runs in. */
export interface Lane {
  /** Sends a flight, and again until the peer's next flight begins (`answered: true`) or on the peer's asking. */
  sendFlight(flight: Flight): void;
  /** From now on records of epoch 1 can be sealed and opened. */
  useKeys(cipher: RecordCipher): void;
  /** The peer has proved who it is and agrees on all that was said. */
  established(session: Session): void;
}

export type Flight = {
  readonly messages: readonly FlightPart[];
  /** Whether the peer answers it. The last flight of a handshake is only repeated when the peer repeats its own. */
  readonly answered: boolean;
  /** The last message of the peer's flight that this answers: hearing it again means ours was lost. */
  readonly repeatedOn: number | undefined;
};

/** A handshake message, or the change of cipher in front of Finished. */
export type FlightPart = { readonly type: 'message'; readonly epoch: 0 | 1; readonly bytes: Buffer } | { readonly type: 'change-cipher' };

/** What a finished handshake leaves behind. */
export type Session = {
  readonly peerCertificate: Buffer;
  readonly srtpProfile: number | undefined;
  /** RFC 5705 keying material. */
  exportKeys(label: string, length: number): Buffer;
};

/** What both roles keep: the transcript, the randoms, the peer's certificate, and from them the keys. */
export class HandshakeState {
  readonly role: Role;
  readonly random = randomBytes(32);
  peerRandom: Buffer = Buffer.alloc(0);
  srtpProfile: number | undefined;
  share: KeyShare | undefined;
  readonly #options: HandshakeOptions;
  #transcript: Buffer[] = [];
  #sequence = 0;
  #peer: PeerCertificate | undefined;
  #master: Buffer | undefined;

  constructor(role: Role, options: HandshakeOptions) {
    this.role = role;
    this.#options = options;
  }

  get randoms(): Randoms {
    return this.role === 'client' ? { client: this.random, server: this.peerRandom } : { client: this.peerRandom, server: this.random };
  }

  /** The peer's certificate, once it was presented and found to be the described one. */
  get peer(): PeerCertificate {
    if (this.#peer === undefined) throw new PeerRefusedError('proof-skipped');
    return this.#peer;
  }

  /** Everything said so far that counts, as Finished and CertificateVerify see it. */
  get transcript(): Buffer {
    return Buffer.concat(this.#transcript);
  }

  /** A message of ours, numbered and counted. */
  say(type: number, body: Buffer, epoch: 0 | 1 = 0): FlightPart {
    const bytes = encodeMessage({ type, sequence: this.#sequence, body });
    this.#sequence += 1;
    this.#transcript.push(bytes);
    return { type: 'message', epoch, bytes };
  }

  /** Counts a message of the peer. */
  heard(message: HandshakeMessage): void {
    this.#transcript.push(encodeMessage(message));
  }

  /** RFC 6347 §4.2.1: a first ClientHello that was asked to come again does not count. */
  forgetTranscript(): void {
    this.#transcript = [];
  }

  /** Takes the end-entity certificate of the peer's list. Refuses any but the described one. */
  presented(body: Buffer): void {
    const octets = new Octets(body);
    const list = new Octets(octets.vector(3));
    octets.end();
    if (list.left === 0) throw new PeerRefusedError('no-certificate');
    const certificate = list.vector(3);
    // The others in the list prove nothing here: the description names the first, and the first must sign.
    while (list.left > 0) list.vector(3);
    if (!this.#options.isDescribed(certificate)) throw new PeerRefusedError('fingerprint-mismatch');
    this.#peer = new PeerCertificate(certificate);
  }

  ownCertificate(): Buffer {
    return vector(3, vector(3, this.#options.certificate.der));
  }

  /** The secret shared with the owner of `peerKey`. */
  agree(peerKey: Buffer): Buffer {
    if (this.share === undefined) throw new PeerRefusedError('proof-skipped');
    return this.share.agree(peerKey);
  }

  /** Derives the keys; call when ClientKeyExchange is the last in the transcript. */
  deriveKeys(preMaster: Buffer): RecordCipher {
    this.#master = masterSecret(preMaster, this.transcript);
    return new RecordCipher(recordKeys(this.#master, this.randoms, this.role));
  }

  ownFinished(): FlightPart {
    return this.say(MESSAGE.finished, finishedBy(this.role, this.#knownMaster(), this.transcript), 1);
  }

  /** Refuses a Finished that does not fit the transcript before it. Takes the same time for every wrong one. */
  requireFinished(message: HandshakeMessage): void {
    const expected = finishedBy(this.role === 'client' ? 'server' : 'client', this.#knownMaster(), this.transcript);
    if (message.body.length !== expected.length || !timingSafeEqual(message.body, expected)) throw new PeerRefusedError('forged-finished');
    this.heard(message);
  }

  session(): Session {
    const master = this.#knownMaster();
    const { randoms } = this;
    return { peerCertificate: this.peer.der, srtpProfile: this.srtpProfile, exportKeys: (label, length) => exportKeys(master, randoms, label, length) };
  }

  #knownMaster(): Buffer {
    if (this.#master === undefined) throw new PeerRefusedError('proof-skipped');
    return this.#master;
  }
}
