import { performance } from 'node:perf_hooks';

/** A step of the demo did not do what it should in its time; the message names the step. */
export class StepError extends Error {
  override readonly name = 'StepError' as const;
  readonly step: string;

  constructor(step: string, message: string) {
    super(message);
    this.step = step;
  }
}

/** Told of each step; one is done before the next begins. */
export type StepListener = { stepBegun(step: string): void; stepDone(tookMs: number): void };

/**
 * Waits for things to become true, one named step after the other. Whatever ends the demo early, a process
 * that died or a person who presses Ctrl-C, ends the step that is under way.
 */
export class Stage {
  readonly #told: StepListener;
  readonly #waiting = new Set<() => void>();
  #step = 'start';
  #broken: string | undefined;

  constructor(told: StepListener) {
    this.#told = told;
  }

  /** Something changed: conditions are looked at again. */
  look(): void {
    for (const check of this.#waiting) check();
  }

  /** Ends the step under way, and every later one, with {@link StepError}. */
  break(because: string): void {
    this.#broken ??= because;
    this.look();
  }

  /** Resolves when the condition holds. */
  async until(step: string, limit: number, holds: () => boolean): Promise<void> {
    this.#step = step;
    this.#told.stepBegun(step);
    const start = performance.now();
    await this.#wait(limit, holds, () => `it did not happen within ${limit / 1000} s`);
    this.#told.stepDone(performance.now() - start);
  }

  /** Lets some time pass. */
  async pause(span: number): Promise<void> {
    const end = performance.now() + span;
    await this.#wait(span, () => performance.now() >= end, () => undefined);
  }

  #wait(limit: number, holds: () => boolean, expired: () => string | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (problem: string | undefined): void => {
        clearTimeout(timer);
        this.#waiting.delete(check);
        if (problem === undefined) resolve();
        else reject(new StepError(this.#step, problem));
      };
      const check = (): void => {
        if (this.#broken !== undefined) settle(this.#broken);
        else if (holds()) settle(undefined);
      };
      const timer = setTimeout(() => settle(expired()), limit);
      this.#waiting.add(check);
      check();
    });
  }
}
