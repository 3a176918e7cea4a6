import { between, type InstantMs } from '../../base/units.ts';

/**
 * Where the frames of one track stand in a recording, in seconds: each follows the one before it by its own
 * length, as it was said, not as it came; after a pause, or a loss, it stands where it came.
 */
export class TrackPace {
  readonly #begun: InstantMs;
  #next: number | undefined;

  constructor(begun: InstantMs) {
    this.#begun = begun;
  }

  /** The place of a frame of `length` seconds that came `at`. Never before the end of the one before. */
  place(at: InstantMs, length: number): number {
    const came = between(this.#begun, at) / 1000;
    const next = this.#next ?? came;
    const place = came - next > MOST_LATE ? came : next;
    this.#next = place + length;
    return place;
  }
}

/** More than a jitter buffer would even out. */
const MOST_LATE = 0.3;
