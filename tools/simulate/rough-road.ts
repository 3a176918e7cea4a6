import type { Device } from '../../src/base/device.ts';
import type { SeededEntropy } from '../../src/base/seeded-entropy.ts';
import type { BackendChannel, IncomingMessage, OutgoingMessage, SendResult } from '../../src/transport/index.ts';
import type { Climate } from './story.ts';

/** What a road tells those who judge a run. */
export type RoadWatcher = {
  readonly sent: (message: OutgoingMessage) => void;
  /** The backend refused a message of this device, or one for it was lost. */
  readonly troubled: () => void;
};

/** A channel over which messages are refused and lost; delay, repetition and order are the hub's. */
export class RoughRoad implements BackendChannel {
  readonly self: Device;
  readonly protection: BackendChannel['protection'];
  readonly identityOf?: (device: Device) => string | undefined;
  readonly #road: BackendChannel;
  readonly #dice: SeededEntropy;
  readonly #climate: () => Climate;
  readonly #watcher: RoadWatcher;
  #cut = false;

  constructor(road: BackendChannel, dice: SeededEntropy, climate: () => Climate, watcher: RoadWatcher) {
    this.self = road.self;
    this.protection = road.protection;
    this.identityOf = (device) => road.identityOf?.(device);
    this.#road = road;
    this.#dice = dice;
    this.#climate = climate;
    this.#watcher = watcher;
  }

  async send(message: OutgoingMessage): Promise<SendResult> {
    if (this.#cut) return { type: 'refused', because: 'closed' };
    this.#watcher.sent(message);
    if (this.#falls(this.#climate().refusals)) return { type: 'refused', because: 'rejected' };
    const result = await this.#road.send(message);
    if (result.type === 'refused') this.#watcher.troubled();
    return result;
  }

  onMessage(listener: (message: IncomingMessage) => void): void {
    this.#road.onMessage((message) => {
      if (!this.#cut && !this.#falls(this.#climate().loss)) listener(message);
    });
  }

  backendNow(): ReturnType<BackendChannel['backendNow']> {
    return this.#road.backendNow();
  }

  /** The device's process is no more: what comes for it waits in its mailbox. */
  cutOff(): void {
    this.#cut = true;
    void this.#road.close();
  }

  close(): Promise<void> {
    return this.#road.close();
  }

  #falls(likelihood: number): boolean {
    if (likelihood === 0 || this.#dice.fraction() >= likelihood) return false;
    this.#watcher.troubled();
    return true;
  }
}
