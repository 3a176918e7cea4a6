import { RELAY_LIMITS } from './relay-limits.ts';

/** A bucket that a user spends from, refilled with time. It outlives connections: coming back does not fill it. */
export class Allowance {
  #left: number = RELAY_LIMITS.burst;
  #at: number;

  constructor(now: number) {
    this.#at = now;
  }

  /** Takes `cost` out; false when there is not as much in it. */
  spend(cost: number, now: number): boolean {
    this.#left = Math.min(RELAY_LIMITS.burst, this.#left + (Math.max(0, now - this.#at) / 1000) * RELAY_LIMITS.refillPerSecond);
    this.#at = now;
    if (this.#left < cost) return false;
    this.#left -= cost;
    return true;
  }

  giveBack(cost: number): void {
    this.#left += cost;
  }
}
