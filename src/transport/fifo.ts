/** Runs jobs one after the other in the order in which they came. One that rejects does not stop those behind it. */
export class Fifo {
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Jobs that have not finished. */
  get waiting(): number {
    return this.#waiting;
  }

  run<Result>(job: () => Promise<Result>): Promise<Result> {
    this.#waiting += 1;
    const result = this.#tail.then(job).finally(() => {
      this.#waiting -= 1;
    });
    this.#tail = result.catch(() => undefined);
    return result;
  }
}
