import type { Clock, StopTimer } from '../base/clock.ts';
import type { BackendTimeMs, DurationMs, InstantMs } from '../base/units.ts';

/** The clock of one process: when it dies, nothing that it had planned happens any more. */
export class MortalClock implements Clock {
  readonly #clock: Clock;
  readonly #planned = new Set<StopTimer>();
  #dead = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): InstantMs {
    return this.#clock.now();
  }

  wallNow(): BackendTimeMs {
    return this.#clock.wallNow();
  }

  schedule(span: DurationMs, fire: () => void): StopTimer {
    if (this.#dead) return () => {};
    const forget = this.#clock.schedule(span, () => {
      this.#planned.delete(stop);
      fire();
    });
    const stop = (): void => {
      this.#planned.delete(stop);
      forget();
    };
    this.#planned.add(stop);
    return stop;
  }

  die(): void {
    this.#dead = true;
    for (const stop of this.#planned) stop();
  }
}
