import type { Clock, StopTimer } from '../base/clock.ts';
import type { Device } from '../base/device.ts';
import { seconds, type DurationMs } from '../base/units.ts';
import { encodeMessage, type Audience, type Message } from '../econn/index.ts';
import type { BackendChannel, SendResult } from '../transport/index.ts';

/** What became of a message: refused by the backend, or taken for these devices. */
export type Delivery = { readonly outcome: 'taken' | 'refused'; readonly devices: readonly Device[] };

/**
 * Gives messages to the backend in the order in which they were decided. A refused CANCEL or REJECT is tried
 * again, since somebody rings until it arrives; all others concern a call that ends when they are refused.
 */
export class Outbox {
  readonly #channel: BackendChannel;
  readonly #clock: Clock;
  readonly #retries = new Set<StopTimer>();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(channel: BackendChannel, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
  }

  send(conversation: string, to: Audience, message: Message, settled: (delivery: Delivery) => void): void {
    const rings = message.type === 'SETUP' && !message.resp;
    const sending = this.#channel
      .send({ conversation, to, text: encodeMessage(message), urgency: rings ? 'ring' : 'normal', ...(rings ? { ringFor: RING } : {}) })
      .then((result) => {
        if (result.type === 'refused' && result.because !== 'closed') this.#retry(conversation, to, message, 0);
        settled(delivery(result));
      });
    this.#track(sending);
  }

  /**
   * Resolves when nothing is under way any more, or after `limit`: a backend that takes nothing must not keep
   * a process from ending. Messages waiting to be tried again are given up.
   */
  async close(limit: DurationMs): Promise<void> {
    for (const stop of this.#retries) stop();
    this.#retries.clear();
    if (this.#underWay.size === 0) return;
    await new Promise<void>((resolve) => {
      const stop = this.#clock.schedule(limit, resolve);
      void Promise.allSettled(this.#underWay).then(() => {
        stop();
        resolve();
      });
    });
  }

  #retry(conversation: string, to: Audience, message: Message, tried: number): void {
    const span = RETRIES[tried];
    if (span === undefined || (message.type !== 'CANCEL' && message.type !== 'REJECT')) return;
    const stop = this.#clock.schedule(span, () => {
      this.#retries.delete(stop);
      const sending = this.#channel.send({ conversation, to, text: encodeMessage(message), urgency: 'normal' }).then((result) => {
        if (result.type === 'refused' && result.because !== 'closed') this.#retry(conversation, to, message, tried + 1);
      });
      this.#track(sending);
    });
    this.#retries.add(stop);
  }

  #track(sending: Promise<unknown>): void {
    this.#underWay.add(sending);
    const done = (): void => {
      this.#underWay.delete(sending);
    };
    sending.then(done, done);
  }
}

/** A ring is worth waking a device for as long as its caller waits. */
const RING = seconds(60);

/** Five tries in half a minute: by then the ring that they would stop has ended by itself. */
const RETRIES = [seconds(1), seconds(2), seconds(4), seconds(8), seconds(16)] as const;

function delivery(result: SendResult): Delivery {
  // Devices whose keys cannot be had are as good as none: nobody there can be reached.
  if (result.type === 'refused') return { outcome: result.because === 'no-keys' ? 'taken' : 'refused', devices: [] };
  return { outcome: 'taken', devices: result.outcomes.filter(({ outcome }) => outcome === 'delivered' || outcome === 'away').map(({ device }) => device) };
}
