import type { Device } from '../base/device.ts';
import { SeededEntropy } from '../base/seeded-entropy.ts';
import { CallEngine, type Call, type EngineOptions, type SavedEngine } from '../ecall/index.ts';
import { parseMessage, type Message } from '../econn/index.ts';
import { FakeMediaEngine, FakeNetwork } from '../mediaflow/index.ts';
import { LoopbackHub, type BackendChannel, type IncomingMessage, type OutgoingMessage, type SendResult, type Weather } from '../transport/index.ts';
import { VirtualTime } from './virtual-time.ts';

/** What a test decides about one message on its way over the backend. */
export type Fate = 'deliver' | 'lose' | 'hold' | 'refuse';

export type Posted = { readonly from: Device; readonly to: OutgoingMessage['to']; readonly message: Message };

/**
 * A small world for engines: one virtual clock, one backend, one network, any number of residents. Nothing in
 * it waits; each run with the same seed is the same run.
 */
export class Town {
  readonly time = new VirtualTime();
  readonly network: FakeNetwork;
  readonly hub: LoopbackHub;
  /** Every message that was given to the backend, in order. */
  readonly posted: Posted[] = [];
  /** Decides about each message when it is sent; all are delivered unless this says otherwise. */
  fate: (posted: Posted) => Fate = () => 'deliver';
  readonly #entropy: SeededEntropy;
  readonly #held: (() => void)[] = [];

  constructor({ seed = 1, weather }: { readonly seed?: number; readonly weather?: Weather } = {}) {
    this.#entropy = new SeededEntropy(seed);
    this.network = new FakeNetwork(this.time);
    this.hub = new LoopbackHub({ clock: this.time, entropy: this.#entropy, seed, cipher: 'plaintext', ...(weather === undefined ? {} : { weather }) });
  }

  async resident(user: string, device: string, options: Partial<Omit<EngineOptions, 'channel' | 'media'>> = {}): Promise<Resident> {
    const self = { user, device };
    const channel = new PostedChannel(await this.hub.channel(self), this);
    const media = new FakeMediaEngine({ clock: this.time, network: this.network, place: `${user}/${device}` });
    const engine = new CallEngine({ channel, media, clock: this.time, entropy: this.#entropy, ...options });
    return new Resident(engine, media, channel);
  }

  /** Lets go of everything held, in the order in which it was sent. */
  release(): void {
    for (const deliver of this.#held.splice(0)) deliver();
  }

  /** For {@link PostedChannel}: what happens to a message. */
  async post(posted: Posted, send: () => Promise<SendResult>): Promise<SendResult> {
    this.posted.push(posted);
    const fate = this.fate(posted);
    switch (fate) {
      case 'deliver':
        return send();
      case 'refuse':
        return { type: 'refused', because: 'rejected' };
      case 'lose':
        return { type: 'taken', outcomes: [{ device: { user: 'somebody', device: 'somewhere' }, outcome: 'delivered' }] };
      case 'hold':
        return new Promise((resolve) => {
          this.#held.push(() => void send().then(resolve));
        });
    }
  }

  /** The messages sent so far as words, e.g. `SETUP`, `SETUP(r)`, `CANCEL`. */
  get words(): readonly string[] {
    return this.posted.map(({ message }) => wordFor(message));
  }
}

/** One device with its engine, and what its user saw. */
export class Resident {
  readonly engine: CallEngine;
  readonly media: FakeMediaEngine;
  readonly channel: PostedChannel;
  /** Calls that rang, oldest first. */
  readonly rang: Call[] = [];
  readonly missed: { readonly conversation: string; readonly from: Device }[] = [];
  readonly turnedAway: Device[] = [];

  constructor(engine: CallEngine, media: FakeMediaEngine, channel: PostedChannel) {
    this.engine = engine;
    this.media = media;
    this.channel = channel;
    engine.on('incoming', (call) => this.rang.push(call));
    engine.on('missed', (missed) => this.missed.push(missed));
    engine.on('turned-away', ({ from }) => this.turnedAway.push(from));
  }

  get self(): Device {
    return this.engine.self;
  }

  call(user: string, conversation = 'c'): Call {
    return this.engine.call({ conversation, user });
  }

  /** The newest call that rang. */
  get ringing(): Call {
    const call = this.rang.at(-1);
    if (call === undefined) throw new Error(`nobody has called ${this.self.user}`);
    return call;
  }

  /** The process dies: nothing is said, nothing is heard any more. What it had stored is returned. */
  crash(): SavedEngine {
    const saved = this.engine.save();
    this.channel.cutOff();
    this.media.behave({ closesPolitely: false });
    return saved;
  }
}

/** A channel that shows each message to the town before it leaves, and can be cut off from both sides. */
class PostedChannel implements BackendChannel {
  readonly protection: BackendChannel['protection'];
  readonly self: Device;
  readonly #road: BackendChannel;
  readonly #town: Town;
  #cut = false;

  constructor(road: BackendChannel, town: Town) {
    this.#road = road;
    this.#town = town;
    this.self = road.self;
    this.protection = road.protection;
  }

  async send(message: OutgoingMessage): Promise<SendResult> {
    if (this.#cut) return { type: 'refused', because: 'closed' };
    const parsed = parseMessage(message.text);
    if (!parsed.ok) throw new Error(`the engine sent what it could not read itself: ${parsed.failure}`);
    return this.#town.post({ from: this.self, to: message.to, message: parsed.message }, () => this.#road.send(message));
  }

  onMessage(listener: (message: IncomingMessage) => void): void {
    this.#road.onMessage((message) => {
      if (!this.#cut) listener(message);
    });
  }

  backendNow(): ReturnType<BackendChannel['backendNow']> {
    return this.#road.backendNow();
  }

  cutOff(): void {
    this.#cut = true;
  }

  close(): Promise<void> {
    return this.#road.close();
  }
}

function wordFor(message: Message): string {
  return `${message.type}${message.resp ? '(r)' : ''}`;
}
