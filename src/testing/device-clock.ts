import type { Clock, StopTimer } from '../base/clock.ts';
import { between, instant, ms, type BackendTimeMs, type DurationMs, type InstantMs } from '../base/units.ts';

/**
 * The clock of one process on one machine. The process may be throttled, the machine may sleep, and when the
 * process dies, nothing that it had planned happens any more.
 */
export class DeviceClock implements Clock {
  readonly #clock: Clock;
  readonly #planned = new Set<Planned>();
  #overslept: Planned[] = [];
  #state: 'awake' | 'asleep' | 'dead' = 'awake';
  #grain: DurationMs = ms(0);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): InstantMs {
    return this.#clock.now();
  }

  wallNow(): BackendTimeMs {
    return this.#clock.wallNow();
  }

  /** How many timers wait. */
  get planned(): number {
    return this.#planned.size;
  }

  schedule(span: DurationMs, fire: () => void): StopTimer {
    if (this.#state === 'dead') return () => {};
    const planned: Planned = { fire, forget: undefined };
    this.#planned.add(planned);
    planned.forget = this.#clock.schedule(this.#throttled(span), () => this.#fallDue(planned));
    return () => this.#callOff(planned);
  }

  /** Timers set from now on fire at whole multiples of `grain` only, as those of a hidden tab do. */
  throttle(grain: DurationMs): void {
    this.#grain = grain;
  }

  /** Time goes on, and nothing fires until {@link wake}. */
  sleep(): void {
    if (this.#state === 'awake') this.#state = 'asleep';
  }

  /** All that fell due fires, in order. */
  wake(): void {
    if (this.#state !== 'asleep') return;
    this.#state = 'awake';
    for (const planned of this.#overslept.splice(0)) this.#clock.schedule(ms(0), () => this.#ring(planned));
  }

  die(): void {
    this.#state = 'dead';
    for (const planned of this.#planned) this.#callOff(planned);
    this.#overslept = [];
  }

  #fallDue(planned: Planned): void {
    if (this.#state === 'asleep') this.#overslept.push(planned);
    else this.#ring(planned);
  }

  /** Unless it was called off while the machine slept. */
  #ring(planned: Planned): void {
    if (this.#planned.delete(planned)) planned.fire();
  }

  #callOff(planned: Planned): void {
    if (this.#planned.delete(planned)) planned.forget?.();
  }

  #throttled(span: DurationMs): DurationMs {
    if (this.#grain <= 0) return span;
    const now = this.now();
    return between(now, instant(Math.ceil((now + span) / this.#grain) * this.#grain));
  }
}

/** What is to happen, and how the clock behind is told that it is not. */
type Planned = { readonly fire: () => void; forget: StopTimer | undefined };
