import type { Device } from '../base/device.ts';
import type { DurationMs } from '../base/units.ts';
import { parseMessage, type Message } from '../econn/index.ts';
import type { BackendChannel, IncomingMessage, OutgoingMessage, SendResult } from '../transport/index.ts';

/** A message on its way to the backend. */
export type Posted = { readonly from: Device; readonly to: OutgoingMessage['to']; readonly message: Message };

/** A message on its way from the backend to one device. */
export type Arriving = { readonly from: Device; readonly to: Device; readonly message: Message };

/**
 * What a test decides about one message when it is given to the backend. `lose`: the backend takes it and
 * nobody gets it. `hold`: it waits for `release`, and others pass it. `stall`: the backend takes it, and all
 * that its sender sends after it, only at `release`.
 */
export type Fate = 'deliver' | 'lose' | 'hold' | 'stall' | 'refuse';

/** Who decides what becomes of messages. */
export type PostOffice = {
  /** Resolves with what becomes of the message when the backend has time for it. */
  readonly admit: (posted: Posted) => Promise<Fate>;
  readonly post: (posted: Posted, fate: Fate, send: () => Promise<SendResult>) => Promise<SendResult>;
  readonly arrive: (arriving: Arriving, incoming: IncomingMessage, hear: (incoming: IncomingMessage) => void) => void;
};

/** A channel that shows each message to the town before it leaves and before it is heard, and that can be cut off from both sides. */
export class TownChannel implements BackendChannel {
  readonly protection: BackendChannel['protection'];
  readonly self: Device;
  readonly #road: BackendChannel;
  readonly #office: PostOffice;
  /** Messages leave in the order in which they were given: one that stalls lets nobody pass. */
  #last: Promise<unknown> = Promise.resolve();
  #cut = false;

  constructor(road: BackendChannel, office: PostOffice) {
    this.#road = road;
    this.#office = office;
    this.self = road.self;
    this.protection = road.protection;
  }

  send(message: OutgoingMessage): Promise<SendResult> {
    const parsed = parseMessage(message.text);
    if (!parsed.ok) throw new Error(`the engine sent what it could not read itself: ${parsed.failure}`);
    const posted: Posted = { from: this.self, to: message.to, message: parsed.message };
    const admitted = this.#last.then(() => (this.#cut ? undefined : this.#office.admit(posted)));
    this.#last = admitted;
    return admitted.then((fate) => (fate === undefined ? CLOSED : this.#office.post(posted, fate, () => (this.#cut ? Promise.resolve(CLOSED) : this.#road.send(message)))));
  }

  sendWill(message: OutgoingMessage, unlessBackWithin: DurationMs): void {
    this.#road.sendWill?.(message, unlessBackWithin);
  }

  onMessage(listener: (message: IncomingMessage) => void): void {
    const hear = (message: IncomingMessage): void => {
      if (!this.#cut) listener(message);
    };
    this.#road.onMessage((incoming) => {
      const parsed = parseMessage(incoming.text);
      if (parsed.ok) this.#office.arrive({ from: incoming.from, to: this.self, message: parsed.message }, incoming, hear);
      else hear(incoming);
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
}

const CLOSED: SendResult = { type: 'refused', because: 'closed' };
