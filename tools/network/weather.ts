/** What a path does to what is sent over it. */
export type Weather = {
  readonly name: string;
  /** Milliseconds there and back. */
  readonly roundTrip: number;
  /** Share of packets that get lost in each direction, each by itself. */
  readonly loss: number;
  /** Fades, as of a radio: for a while nothing gets through in either direction. Means of exponential spans, milliseconds. */
  readonly bursts?: { readonly every: number; readonly for: number };
};

export const CLEAR: Weather = { name: 'clear', roundTrip: 2, loss: 0 };
export const FAR: Weather = { name: '100 ms, 5 % lost', roundTrip: 100, loss: 0.05 };
export const BAD: Weather = { name: '250 ms, 10 % lost', roundTrip: 250, loss: 0.1 };
export const BURSTS: Weather = { name: '60 ms, 200 ms lost every 1.5 s', roundTrip: 60, loss: 0, bursts: { every: 1_500, for: 200 } };

/** Decides about packets. `random`: from 0 to 1; `now`: milliseconds, never falling. */
export class Fate {
  readonly #weather: Weather;
  readonly #random: () => number;
  readonly #now: () => number;
  #fading = false;
  #until: number;

  constructor(weather: Weather, random: () => number, now: () => number) {
    this.#weather = weather;
    this.#random = random;
    this.#now = now;
    this.#until = now() + this.#span(weather.bursts?.every ?? Infinity);
  }

  get lost(): boolean {
    return this.fading || this.#random() < this.#weather.loss;
  }

  get fading(): boolean {
    const now = this.#now();
    const { every = Infinity, for: lasting = 0 } = this.#weather.bursts ?? {};
    while (now >= this.#until) {
      this.#fading = !this.#fading;
      this.#until += this.#span(this.#fading ? lasting : every);
    }
    return this.#fading;
  }

  #span(mean: number): number {
    return -Math.log(1 - this.#random()) * mean;
  }
}
