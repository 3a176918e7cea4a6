import type { Address } from './werift-internals.ts';

/**
 * Knows a recorded check: one that was heard from somewhere is the peer's own when it comes from there again, and
 * somebody else's when it comes from elsewhere. Of the last checks only: whoever replays an older one is asked back,
 * and cannot answer.
 */
export class CheckedOnce {
  readonly #senders = new Map<string, string>();

  isReplayed(transaction: string, [host, port]: Address): boolean {
    const sender = `${host} ${port}`;
    const first = this.#senders.get(transaction);
    if (first !== undefined) return first !== sender;
    this.#senders.set(transaction, sender);
    const [oldest] = this.#senders.size > MOST_KEPT ? this.#senders.keys() : [];
    if (oldest !== undefined) this.#senders.delete(oldest);
    return false;
  }
}

/** Consent is asked for each five seconds, so this is an hour of a call. */
const MOST_KEPT = 1_024;
