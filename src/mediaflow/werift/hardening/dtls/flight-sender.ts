import type { Flight } from './handshake.ts';
import { CONTENT, encodeRecord } from './record.ts';

export type FlightSenderOptions = {
  readonly roundTripMs: number | undefined;
  transmit(datagram: Buffer): void;
  /** A record of epoch 1 around the plaintext. */
  seal(type: number, plaintext: Buffer): Buffer;
  /** The peer has not answered for {@link GIVE_UP_MS}. */
  silent(): void;
};

/**
 * Sends our flights until they are heard (RFC 6347 §4.2.4): on a timer while an answer is due, and when the
 * peer repeats the flight that ours answered. Each sending has record numbers of its own.
 */
export class FlightSender {
  readonly #options: FlightSenderOptions;
  readonly #firstWaitMs: number;
  readonly #startedAt = performance.now();
  #flight: Flight | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #plainSequence = 0;
  #lastSentAt = 0;

  constructor(options: FlightSenderOptions) {
    this.#options = options;
    this.#firstWaitMs = FIRST_WAIT_MS;
  }

  /** A new flight: the one before it was heard. */
  send(flight: Flight): void {
    this.stopTimer();
    this.#flight = flight;
    this.#transmit(flight);
    if (flight.answered) this.#waitFor(this.#firstWaitMs);
  }

  /** The peer has sent this message before. */
  peerRepeated(type: number): void {
    const flight = this.#flight;
    if (flight === undefined || type !== flight.repeatedOn || performance.now() - this.#lastSentAt < REPEAT_GAP_MS) return;
    this.#transmit(flight);
  }

  nextPlainSequence(): number {
    return this.#plainSequence++;
  }

  stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  close(): void {
    this.stopTimer();
    this.#flight = undefined;
  }

  #waitFor(spanMs: number): void {
    this.#timer = setTimeout(() => {
      if (performance.now() - this.#startedAt > GIVE_UP_MS) return this.#options.silent();
      if (this.#flight !== undefined) this.#transmit(this.#flight);
      this.#waitFor(Math.min(spanMs * 2, LONGEST_WAIT_MS));
    }, spanMs);
  }

  /** Packs as many records into a datagram as fit: one datagram lost is one flight repeated anyway. */
  #transmit({ messages }: Flight): void {
    this.#lastSentAt = performance.now();
    let datagram: Buffer[] = [];
    let size = 0;
    for (const part of messages) {
      const record = this.#record(part);
      if (size + record.length > DATAGRAM && size > 0) {
        this.#options.transmit(Buffer.concat(datagram));
        datagram = [];
        size = 0;
      }
      datagram.push(record);
      size += record.length;
    }
    this.#options.transmit(Buffer.concat(datagram));
  }

  #record(part: Flight['messages'][number]): Buffer {
    if (part.type === 'change-cipher') return encodeRecord(CONTENT.changeCipherSpec, 0, this.nextPlainSequence(), Buffer.from([1]));
    return part.epoch === 1 ? this.#options.seal(CONTENT.handshake, part.bytes) : encodeRecord(CONTENT.handshake, 0, this.nextPlainSequence(), part.bytes);
  }
}

/** libwebrtc starts at 50 ms; ours leaves room for a busy event loop. Stock werift waits 500 ms. */
const FIRST_WAIT_MS = 100;
/** A peer that has not yet heard of our answer hears from us this soon after it has. */
const LONGEST_WAIT_MS = 800;
/** As long as AVS waits for a data channel; whoever knows better closes the connection earlier. */
const GIVE_UP_MS = 60_000;
/** Copies made by the network arrive together; a peer that repeats itself waits longer than this. */
const REPEAT_GAP_MS = 20;
/** Fits every path that carries IPv6 and a TURN header. */
const DATAGRAM = 1_150;
