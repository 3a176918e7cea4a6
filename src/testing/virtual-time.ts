import type { Clock, StopTimer } from '../base/clock.ts';
import { backendTime, instant, ms, type BackendTimeMs, type DurationMs, type InstantMs } from '../base/units.ts';
import { Agenda } from './agenda.ts';
import { settledPromises } from './settled-promises.ts';

/**
 * Time that moves only when told to. It jumps from due thing to due thing, ties in order of scheduling, so an
 * hour costs a millisecond and every run is the same run.
 *
 * Promises settle between two due things: what an awaited key look-up provokes happens at the moment in
 * virtual time at which it was asked for.
 */
export class VirtualTime implements Clock {
  readonly #agenda = new Agenda();
  #now = 0;
  #wallOffset: number;

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
    const due = this.#agenda.put(this.#now + Math.max(0, span), fire);
    return () => this.#agenda.callOff(due);
  }

  /** How many timers are waiting: what must be zero when everything has ended. */
  get pending(): number {
    return this.#agenda.size;
  }

  /** Lets `span` pass, firing everything that falls due on the way. */
  async advance(span: DurationMs): Promise<void> {
    await Promise.resolve();
    await settledPromises();
    await this.#until(this.#now + span);
  }

  /** Runs until nothing is due any more. Fails after `limit` virtual time: something re-arms itself for ever. */
  async settle(limit: DurationMs = ms(3_600_000)): Promise<void> {
    const end = this.#now + limit;
    await Promise.resolve();
    await settledPromises();
    for (let next = this.#agenda.next; next !== undefined; next = this.#agenda.next) {
      if (next > end) throw new Error(`not at rest after ${limit} ms of virtual time: ${this.pending} timers left`);
      await this.#until(next);
    }
  }

  /** Moves time without firing what falls due, as a suspended laptop or a throttled tab does. */
  oversleep(span: DurationMs): void {
    this.#now += span;
  }

  async #until(moment: number): Promise<void> {
    for (let next = this.#agenda.next; next !== undefined && next <= moment; next = this.#agenda.next) {
      this.#now = Math.max(this.#now, next);
      this.#agenda.take()();
      await settledPromises();
    }
    this.#now = Math.max(this.#now, moment);
  }
}
