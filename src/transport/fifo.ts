/** Runs jobs one after the other in the order in which they came. One that rejects does not stop those behind it. */
export class Fifo {
  #jobs: (() => Promise<void>)[] = [];
  #running = false;

  /** Jobs that have not started. */
  get waiting(): number {
    return this.#jobs.length;
  }

  run<Result>(job: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#jobs.push(() => job().then(resolve, reject));
      if (!this.#running) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#running = true;
    for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift()) await job();
    this.#running = false;
  }
}
