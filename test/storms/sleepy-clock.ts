import type { Clock, StopTimer } from '../../src/base/clock.ts';
import { backendTime, type BackendTimeMs, type DurationMs, type InstantMs } from '../../src/base/units.ts';

/** The clock of a laptop that may be shut: what falls due meanwhile fires when it is opened. Dead, it fires nothing. */
export class SleepyClock implements Clock {
  readonly #clock: Clock;
  readonly #planned = new Set<StopTimer>();
  #overdue: (() => void)[] = [];
  #jumped = 0;
  #state: 'awake' | 'asleep' | 'dead' = 'awake';

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): InstantMs {
    return this.#clock.now();
  }

  wallNow(): BackendTimeMs {
    return backendTime(this.#clock.wallNow() + this.#jumped);
  }

  /** Sets the wall clock forward or back, as a user or a time server does. */
  jump(by: DurationMs): void {
    this.#jumped += by;
  }

  schedule(span: DurationMs, fire: () => void): StopTimer {
    if (this.#state === 'dead') return () => {};
    const forget = this.#clock.schedule(span, () => {
      this.#planned.delete(stop);
      if (this.#state === 'asleep') this.#overdue.push(fire);
      else fire();
    });
    const stop = (): void => {
      this.#planned.delete(stop);
      this.#overdue = this.#overdue.filter((other) => other !== fire);
      forget();
    };
    this.#planned.add(stop);
    return stop;
  }

  fallAsleep(): void {
    if (this.#state === 'awake') this.#state = 'asleep';
  }

  wake(): void {
    if (this.#state !== 'asleep') return;
    this.#state = 'awake';
    for (const fire of this.#overdue.splice(0)) fire();
  }

  die(): void {
    this.#state = 'dead';
    this.#overdue = [];
    for (const stop of this.#planned) stop();
  }
}
