import type { Clock, StopTimer } from '../base/clock.ts';
import { between, ms, type DurationMs, type InstantMs } from '../base/units.ts';
import { judgeGathering, type GatherVerdict } from './gather-rule.ts';
import type { CandidateType, IceConfig } from './port.ts';

/** Puts {@link judgeGathering} on a clock: told what was found, it says once, and only once, how it ended. */
export class GatherWatch {
  readonly #clock: Clock;
  readonly #policy: IceConfig['policy'];
  readonly #startedAt: InstantMs;
  #found = 0;
  #firstRelay: DurationMs | undefined;
  #complete = false;
  #stopTimer: StopTimer | undefined;
  #settle: ((verdict: Settled) => void) | undefined;

  constructor(clock: Clock, policy: IceConfig['policy'], settle: (verdict: Settled) => void) {
    this.#clock = clock;
    this.#policy = policy;
    this.#startedAt = clock.now();
    this.#settle = settle;
    this.#judge();
  }

  found(type: CandidateType): void {
    this.#found += 1;
    if (type === 'relay') this.#firstRelay ??= this.#elapsed();
    this.#judge();
  }

  completed(): void {
    this.#complete = true;
    this.#judge();
  }

  /** Says nothing any more. */
  stop(): void {
    this.#settle = undefined;
    this.#stopTimer?.();
  }

  #elapsed(): DurationMs {
    return between(this.#startedAt, this.#clock.now());
  }

  #judge(): void {
    if (this.#settle === undefined) return;
    this.#stopTimer?.();
    const elapsed = this.#elapsed();
    const relay = this.#firstRelay === undefined ? {} : { firstRelay: this.#firstRelay };
    const verdict = judgeGathering({ policy: this.#policy, elapsed, complete: this.#complete, found: this.#found, ...relay });
    if (verdict.type === 'wait') {
      this.#stopTimer = this.#clock.schedule(ms(verdict.until - elapsed), () => this.#judge());
      return;
    }
    const settle = this.#settle;
    this.#settle = undefined;
    settle(verdict);
  }
}

export type Settled = Exclude<GatherVerdict, { type: 'wait' }>;
