import type { Clock, StopTimer } from '../base/clock.ts';
import { backendTime, instant, ms, type BackendTimeMs, type DurationMs, type InstantMs } from '../base/units.ts';

type Due = { readonly at: number; readonly order: number; readonly fire: () => void };

/**
 * Time that moves only when told to. It jumps from due thing to due thing, ties in order of scheduling, so an
 * hour costs a millisecond and every run is the same run.
 *
 * Promises settle between two due things: what an awaited key look-up provokes happens at the moment in
 * virtual time at which it was asked for.
 */
export class VirtualTime implements Clock {
  #now = 0;
  #wallOffset: number;
  #order = 0;
  #due: Due[] = [];

  constructor(wallStart = 1_800_000_000_000) {
    this.#wallOffset = wallStart;
  }

  now(): InstantMs {
    return instant(this.#now);
  }

  wallNow(): BackendTimeMs {
    return backendTime(this.#now + this.#wallOffset);
  }

  /** Sets the wall clock forward or back, as a user or a time server does. Deadlines must not notice. */
  jumpWallClock(by: DurationMs): void {
    this.#wallOffset += by;
  }

  schedule(span: DurationMs, fire: () => void): StopTimer {
    const due: Due = { at: this.#now + Math.max(0, span), order: this.#order++, fire };
    const place = this.#due.findIndex((other) => other.at > due.at);
    this.#due.splice(place === -1 ? this.#due.length : place, 0, due);
    return () => {
      const index = this.#due.indexOf(due);
      if (index !== -1) this.#due.splice(index, 1);
    };
  }

  /** How many timers are waiting: what must be zero when everything has ended. */
  get pending(): number {
    return this.#due.length;
  }

  /** Lets `span` pass, firing everything that falls due on the way. */
  async advance(span: DurationMs): Promise<void> {
    const until = this.#now + span;
    await settlePromises();
    for (let next = this.#due[0]; next !== undefined && next.at <= until; next = this.#due[0]) {
      this.#due.shift();
      this.#now = Math.max(this.#now, next.at);
      next.fire();
      await settlePromises();
    }
    this.#now = until;
  }

  /** Runs until nothing is due any more. Fails after `limit` virtual time: something re-arms itself for ever. */
  async settle(limit: DurationMs = ms(3_600_000)): Promise<void> {
    const end = this.#now + limit;
    await settlePromises();
    for (let next = this.#due[0]; next !== undefined; next = this.#due[0]) {
      if (next.at > end) throw new Error(`not at rest after ${limit} ms of virtual time: ${this.#due.length} timers left`);
      await this.advance(ms(next.at - this.#now));
    }
  }

  /** Moves time without firing what falls due, as a suspended laptop or a throttled tab does. */
  oversleep(span: DurationMs): void {
    this.#now += span;
  }
}

/** Long enough for five sealed messages sent in one moment (some ten awaits each), none of which touches the outside world. */
async function settlePromises(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await Promise.resolve();
}
