import { retransmissionsAsked } from './readable-rtcp.ts';

/**
 * What a peer may have us do by RTCP in a second. Each packet that it asks for is encrypted and sent anew, as
 * often as it asks: one datagram could ask for six thousand, and be sent ten thousand times a second.
 */
export class ControlBudget {
  readonly #now: () => number;
  #left = BURST;
  #at: number;

  /** `now` in milliseconds, never falling. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#at = now();
  }

  /** True when there is enough left for it. */
  spend(compound: Buffer): boolean {
    const now = this.#now();
    this.#left = Math.min(BURST, this.#left + ((now - this.#at) * PER_SECOND) / 1_000);
    this.#at = now;
    const cost = 1 + retransmissionsAsked(compound);
    if (cost > this.#left) return false;
    this.#left -= cost;
    return true;
  }
}

/**
 * Video of 2.5 Mbit/s is some 300 packets a second. All of them lost and asked for ten times, each by itself, makes
 * six thousand; this many take a fifth of a core.
 */
const PER_SECOND = 8_000;
const BURST = 8_000;
