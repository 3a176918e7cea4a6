import type { Clock, StopTimer } from '../base/clock.ts';
import { seconds } from '../base/units.ts';
import type { BackendChannel } from '../transport/index.ts';

/**
 * While a call is lost, the road to the backend is all that can bring it back, and it went over the same network:
 * it is asked to prove itself again and again, instead of when its own turn comes.
 */
export class Impatience {
  readonly #channel: BackendChannel;
  readonly #clock: Clock;
  #stop: StopTimer | undefined;

  constructor(channel: BackendChannel, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
  }

  /** Nothing was heard for a while, and nothing is decided yet. */
  doubt(): void {
    this.#channel.check?.();
  }

  begin(): void {
    if (this.#stop !== undefined || this.#channel.check === undefined) return;
    this.#channel.check();
    this.#stop = this.#clock.schedule(AGAIN, () => {
      this.#stop = undefined;
      this.begin();
    });
  }

  end(): void {
    this.#stop?.();
    this.#stop = undefined;
  }
}

const AGAIN = seconds(1);
