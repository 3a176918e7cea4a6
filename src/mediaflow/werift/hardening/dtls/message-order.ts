import type { HandshakeFragment, HandshakeMessage } from './handshake-message.ts';
import { PartialMessage } from './partial-message.ts';

/**
 * Puts the peer's handshake messages together again: every message whole, once, and in the order it was
 * sent, whatever the network lost, repeated, cut up or overtook (RFC 6347 §4.2.2, §4.2.3). What was given
 * out can never be replaced, unless it is taken back. Memory is bounded by what has arrived, and by
 * {@link AHEAD} messages of {@link LONGEST} bytes.
 */
export class MessageOrder {
  readonly #partial = new Map<number, PartialMessage>();
  #next = 0;

  /** `repeated` means that the peer has sent this before: it may not have heard our reply. */
  accept(fragment: HandshakeFragment): 'taken' | 'repeated' | 'dropped' {
    const { sequence, length, type, body } = fragment;
    if (sequence < this.#next) return 'repeated';
    if (sequence >= this.#next + AHEAD || length > LONGEST || (body.length === 0 && length > 0)) return 'dropped';
    let partial = this.#partial.get(sequence);
    if (partial === undefined || partial.type !== type || partial.length !== length) {
      if (partial?.whole === true) return 'dropped';
      // Of two that contradict each other one is forged or broken. The honest one comes again, so the later
      // is taken: a single forged fragment must not hold the handshake up for ever.
      partial = new PartialMessage(type, length);
      this.#partial.set(sequence, partial);
    }
    partial.add(fragment);
    return 'taken';
  }

  /** The next message, when it is whole. */
  next(): HandshakeMessage | undefined {
    const partial = this.#partial.get(this.#next);
    if (partial?.whole !== true) return undefined;
    this.#partial.delete(this.#next);
    this.#next += 1;
    return { type: partial.type, sequence: this.#next - 1, body: partial.body };
  }

  /** The message given out last was not the peer's: another is waited for in its place. */
  takeBack(): void {
    this.#next -= 1;
  }
}

/** A whole flight is five messages. */
const AHEAD = 8;
/** A certificate of a few kilobytes is common, one of this size is not a call's. */
const LONGEST = 16_384;
