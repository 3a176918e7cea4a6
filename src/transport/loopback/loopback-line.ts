import type { Clock, StopTimer } from '../../base/clock.ts';
import type { SeededEntropy } from '../../base/seeded-entropy.ts';
import { after, between, instant, type InstantMs } from '../../base/units.ts';
import type { Parcel } from '../carrier.ts';
import { fates, type Weather } from './weather.ts';

type Receiver = (parcel: Parcel) => void;

/** The way from the hub to one device, with the device's mailbox at its end. */
export class LoopbackLine {
  #clock: Clock;
  #chance: SeededEntropy;
  #receiver: Receiver | undefined;
  #partitioned = false;
  #mailbox: Parcel[] = [];
  #onTheWay = new Set<StopTimer>();
  #lastArrival: InstantMs = instant(0);

  constructor(clock: Clock, chance: SeededEntropy) {
    this.#clock = clock;
    this.#chance = chance;
  }

  get away(): boolean {
    return this.#partitioned || this.#receiver === undefined;
  }

  get partitioned(): boolean {
    return this.#partitioned;
  }

  accept(parcel: Parcel, weather: Weather): void {
    if (this.away) return void this.#mailbox.push(parcel);
    const now = this.#clock.now();
    for (const { delay, keepsOrder } of fates(weather, this.#chance)) {
      const arrival = instant(keepsOrder ? Math.max(after(now, delay), this.#lastArrival) : after(now, delay));
      if (keepsOrder) this.#lastArrival = arrival;
      const stop = this.#clock.schedule(between(now, arrival), () => {
        this.#onTheWay.delete(stop);
        if (this.#receiver === undefined || this.#partitioned) this.#mailbox.push(parcel);
        else this.#receiver(parcel);
      });
      this.#onTheWay.add(stop);
    }
  }

  /** For the next connection. */
  keep(parcel: Parcel): void {
    this.#mailbox.push(parcel);
  }

  /** The device listens; what waited comes first, oldest first. */
  connect(receiver: Receiver): void {
    this.#receiver = receiver;
    this.#emptyMailbox();
  }

  disconnect(receiver: Receiver): void {
    if (this.#receiver === receiver) this.#receiver = undefined;
  }

  partition(partitioned: boolean): void {
    this.#partitioned = partitioned;
    this.#emptyMailbox();
  }

  /** Nothing arrives any more. */
  discard(): void {
    for (const stop of this.#onTheWay) stop();
    this.#onTheWay.clear();
    this.#mailbox = [];
  }

  #emptyMailbox(): void {
    if (this.#receiver === undefined || this.#partitioned) return;
    for (const parcel of this.#mailbox.splice(0)) this.#receiver(parcel);
  }
}
