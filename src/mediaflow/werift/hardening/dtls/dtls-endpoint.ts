import { PeerRefusedError, type PeerRefusal } from '../refusal.ts';
import { ReplayWindow } from '../replay-window.ts';
import { ClientHandshake } from './client-handshake.ts';
import { Doubt, isDoubtful } from './doubt.ts';
import { FlightSender } from './flight-sender.ts';
import { fragmentsOf, MESSAGE, type HandshakeMessage } from './handshake-message.ts';
import type { Handshake, HandshakeOptions, Lane, Session } from './handshake.ts';
import type { Role } from './key-schedule.ts';
import { MessageOrder } from './message-order.ts';
import { CONTENT, encodeRecord, recordsOf, type DtlsRecord, type RecordCipher } from './record.ts';
import { ServerHandshake } from './server-handshake.ts';

export type EndpointOptions = HandshakeOptions & {
  readonly role: Role;
  /** The round trip as ICE measured it, when it did. */
  readonly roundTripMs?: number;
  /** Sends a datagram. May lose it. */
  transmit(datagram: Buffer): void;
  /** Data from the authenticated peer, each once. */
  received(data: Buffer): void;
  established(session: Session): void;
  /** The handshake is over without success. */
  refused(reason: PeerRefusal): void;
  /** The authenticated peer has said goodbye. */
  closedByPeer(): void;
};

type Phase = 'handshaking' | 'established' | 'over';

/**
 * One end of a DTLS 1.2 association (RFC 6347) with a peer that must prove to be the described one. Exactly
 * one of `established` and `refused` is called; `received` and `closedByPeer` only after `established`.
 *
 * It replaces werift's, which cannot be made to hold by checks from outside: werift keys messages by type
 * instead of sequence, lets a repeated or forged message replace one already used, restarts for any
 * ClientHello at any time, and believes alerts from anybody. Nothing an outsider sends after the handshake
 * has any effect here. During it, a forgery that does not fit is forgotten; one that does fit (a hello or a
 * key in plain text before the honest one) cannot be told from it and makes the handshake fail, never succeed.
 */
export class DtlsEndpoint {
  readonly #options: EndpointOptions;
  readonly #handshake: Handshake;
  readonly #order = new MessageOrder();
  readonly #replays = new ReplayWindow();
  readonly #doubt = new Doubt((reason) => this.#refuse(reason));
  readonly #sender: FlightSender;
  /** Records of epoch 1 that overtook what is needed to open or to believe them. */
  readonly #early: DtlsRecord[] = [];
  #cipher: RecordCipher | undefined;
  #phase: Phase = 'handshaking';
  #sequence = 0;

  /** `begin` makes the handshake; tests put an impostor's in its place. */
  constructor(options: EndpointOptions, begin: (lane: Lane) => Handshake = (lane) => ordinaryHandshake(options, lane)) {
    this.#options = options;
    this.#sender = new FlightSender({
      roundTripMs: options.roundTripMs,
      transmit: (datagram) => options.transmit(datagram),
      seal: (type, plaintext) => this.#seal(type, plaintext),
      silent: () => this.#refuse('silent'),
    });
    this.#handshake = begin({
      sendFlight: (flight) => this.#sender.send(flight),
      useKeys: (cipher) => (this.#cipher = cipher),
      established: (session) => this.#establish(session),
    });
  }

  start(): void {
    this.#handshake.start();
  }

  /** Takes a datagram from the network; from anybody. */
  receive(datagram: Buffer): void {
    for (const record of recordsOf(datagram)) {
      if (this.#phase === 'over') return;
      if (record.epoch === 0) this.#fromAnybody(record);
      else if (record.epoch === 1) this.#fromPeer(record);
    }
  }

  /** Sends data to the peer. Before the handshake is over, and after the end, nothing leaves. */
  send(data: Buffer): void {
    if (this.#phase === 'established') this.#options.transmit(this.#seal(CONTENT.applicationData, data));
  }

  /** Says goodbye when there is somebody to say it to. Leaves no timer. Idempotent. */
  close(): void {
    if (this.#phase === 'established') this.#options.transmit(this.#seal(CONTENT.alert, CLOSE_NOTIFY));
    this.#end();
  }

  /** Plaintext: believed only as far as the handshake proves it. An alert proves nothing. */
  #fromAnybody({ type, fragment }: DtlsRecord): void {
    if (type === CONTENT.handshake && this.#phase === 'handshaking') this.#hear(fragment, 0);
  }

  #fromPeer(record: DtlsRecord): void {
    if (this.#cipher === undefined) return this.#keepForLater(record);
    // A handshake message may be repeated in the very same record (werift does); its own number tells then.
    if (record.type !== CONTENT.handshake && !this.#replays.isFresh(record.sequence)) return;
    const plaintext = this.#cipher.open(record);
    if (plaintext === undefined) return;
    if (this.#phase === 'handshaking' && record.type === CONTENT.applicationData) return this.#keepForLater(record);
    this.#replays.accept(record.sequence);
    if (record.type === CONTENT.handshake) this.#hear(plaintext, 1);
    else if (this.#phase === 'established' && record.type === CONTENT.applicationData) this.#options.received(plaintext);
    else if (this.#phase === 'established' && record.type === CONTENT.alert) this.#alerted(plaintext);
  }

  #keepForLater(record: DtlsRecord): void {
    if (this.#early.length < MOST_EARLY) this.#early.push({ ...record, fragment: Buffer.from(record.fragment) });
  }

  #hear(record: Buffer, epoch: 0 | 1): void {
    for (const fragment of fragmentsOf(record)) {
      // Finished is the one message under the new keys; nothing else is taken there, and it nowhere else.
      if ((fragment.type === MESSAGE.finished) !== (epoch === 1)) continue;
      if (this.#order.accept(fragment) === 'repeated') this.#sender.peerRepeated(fragment.type);
    }
    while (this.#phase === 'handshaking' && this.#step());
  }

  #step(): boolean {
    const message = this.#order.next();
    if (message === undefined) return false;
    const hadKeys = this.#cipher !== undefined;
    try {
      this.#handshake.handle(message);
    } catch (error) {
      if (!(error instanceof PeerRefusedError)) throw error;
      this.#complain(error.reason, message);
      return false;
    }
    this.#doubt.end();
    if (!hadKeys && this.#cipher !== undefined) this.#takeEarly();
    return true;
  }

  #complain(reason: PeerRefusal, message: HandshakeMessage): void {
    if (!isDoubtful(reason, message)) return this.#refuse(reason);
    this.#order.takeBack();
    this.#doubt.raise(reason);
  }

  #takeEarly(): void {
    for (const record of this.#early.splice(0)) if (this.#phase !== 'over') this.#fromPeer(record);
  }

  #alerted(alert: Buffer): void {
    const fatal = alert[0] === 2;
    if (!fatal && alert[1] !== 0) return;
    this.#end();
    this.#options.closedByPeer();
  }

  #establish(session: Session): void {
    this.#phase = 'established';
    this.#sender.stopTimer();
    this.#options.established(session);
    // What came early is told after the listeners had a chance to get ready for it.
    if (this.#early.length > 0) setImmediate(() => this.#takeEarly());
  }

  #refuse(reason: PeerRefusal): void {
    if (this.#phase !== 'handshaking') return;
    this.#options.transmit(encodeRecord(CONTENT.alert, 0, this.#sender.nextPlainSequence(), HANDSHAKE_FAILURE));
    this.#end();
    this.#options.refused(reason);
  }

  #end(): void {
    this.#phase = 'over';
    this.#early.length = 0;
    this.#doubt.end();
    this.#sender.close();
  }

  #seal(type: number, plaintext: Buffer): Buffer {
    if (this.#cipher === undefined) throw new Error('There are no keys to seal with yet.');
    const sequence = this.#sequence;
    this.#sequence += 1;
    return encodeRecord(type, 1, sequence, this.#cipher.seal(type, 1, sequence, plaintext));
  }
}

function ordinaryHandshake(options: EndpointOptions, lane: Lane): Handshake {
  return options.role === 'client' ? new ClientHandshake(options, lane) : new ServerHandshake(options, lane);
}

/** A flight and a few first packets of data; more is not early but a flood. */
const MOST_EARLY = 16;
const CLOSE_NOTIFY = Buffer.from([1, 0]);
const HANDSHAKE_FAILURE = Buffer.from([2, 40]);
