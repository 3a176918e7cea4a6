import { deviceKey, type Device } from '../base/device.ts';
import { SeededEntropy } from '../base/seeded-entropy.ts';
import { between, ms } from '../base/units.ts';
import { CallEngine, type EngineOptions } from '../ecall/index.ts';
import { encodeMessage, type Message } from '../econn/index.ts';
import { FakeMediaEngine, FakeNetwork, type FakeBehaviour } from '../mediaflow/index.ts';
import { TraceBook } from '../trace/index.ts';
import { LoopbackHub, type IncomingMessage, type SendResult, type Weather } from '../transport/index.ts';
import { DeviceClock } from './device-clock.ts';
import { Resident } from './resident.ts';
import { TownChannel, type Arriving, type Fate, type Posted } from './town-channel.ts';
import { VirtualTime } from './virtual-time.ts';

/** What a test decides about one message when it reaches one device. `hold`: it is heard, older, at `release`; `hold-twice`: and then twice. */
export type Arrival = 'hear' | 'lose' | 'hold' | 'hold-twice' | 'repeat';

/** A message that waits for `release`. */
export type Held = Pick<Arriving, 'from' | 'message'>;

export type ResidentOptions = Partial<Omit<EngineOptions, 'channel' | 'media'>> & { readonly behaviour?: Partial<FakeBehaviour> };

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
  /** Decides about each message when it reaches a device; all are heard unless this says otherwise. */
  arrival: (arriving: Arriving) => Arrival = () => 'hear';
  /** What a device hears instead of the message: as a peer that cannot spell would send it. */
  garble: (arriving: Arriving) => Message = ({ message }) => message;
  /** Every step of every engine, when the town was founded with `traced`. */
  readonly book: TraceBook | undefined;
  readonly #entropy: SeededEntropy;
  readonly #held: { readonly what: Held; readonly letGo: () => void }[] = [];
  readonly #residents: Resident[] = [];
  readonly #lives = new Map<string, number>();

  constructor({ seed = 1, weather, traced }: { readonly seed?: number; readonly weather?: Weather; readonly traced?: ConstructorParameters<typeof TraceBook>[0] } = {}) {
    if (traced !== undefined) this.book = new TraceBook(traced);
    this.#entropy = new SeededEntropy(seed);
    this.network = new FakeNetwork(this.time);
    this.hub = new LoopbackHub({ clock: this.time, entropy: this.#entropy, seed, cipher: 'plaintext', ...(weather === undefined ? {} : { weather }) });
  }

  /** A device that starts up. One of the same name takes the place of the one that crashed. */
  async resident(user: string, device: string, { behaviour, ...options }: ResidentOptions = {}): Promise<Resident> {
    const self = { user, device };
    const life = (this.#lives.get(deviceKey(self)) ?? 0) + 1;
    this.#lives.set(deviceKey(self), life);
    const place = life === 1 ? `${user}/${device}` : `${user}/${device}_${life}`;
    const clock = new DeviceClock(this.time);
    const channel = new TownChannel(await this.hub.channel(self), this);
    const media = new FakeMediaEngine({ clock, network: this.network, place, ...(behaviour === undefined ? {} : { behaviour }) });
    const onStep = this.book?.listen(`${user}/${device}`);
    const engine = new CallEngine({ channel, media, clock, entropy: this.#entropy, ...(onStep === undefined ? {} : { onStep }), ...options });
    const resident = new Resident(engine, media, {
      place,
      cut: () => {
        this.book?.note(this.time.now(), 'fate', 'crashes', `${user}/${device}`);
        clock.die();
        channel.cutOff();
        // The dead say no goodbye: their flows fall silent.
        for (const other of this.#residents) this.network.cut(place, other.place);
        for (const flow of media.flows) void flow.close();
      },
    });
    this.#residents.push(resident);
    return resident;
  }

  /** No media and no channel between two devices, until {@link heal}. */
  cut(one: Resident, other: Resident): void {
    this.book?.note(this.time.now(), 'fate', `${nameOf(one)} and ${nameOf(other)} are cut off from each other`);
    this.network.cut(one.place, other.place);
  }

  heal(one: Resident, other: Resident): void {
    this.book?.note(this.time.now(), 'fate', `${nameOf(one)} and ${nameOf(other)} can reach each other again`);
    this.network.heal(one.place, other.place);
  }

  /** Lets go of what is held, or of some of it, in the order in which it was held. */
  release(which: (held: Held) => boolean = () => true): void {
    for (const held of this.#held.splice(0)) {
      if (which(held.what)) held.letGo();
      else this.#held.push(held);
    }
  }

  /** For {@link TownChannel}: a message that is sent, when the backend takes it. */
  async admit(posted: Posted): Promise<Fate> {
    this.posted.push(posted);
    const fate = this.fate(posted);
    if (fate !== 'stall') return fate;
    await this.#hold(posted);
    return 'deliver';
  }

  /** For {@link TownChannel}: what happens to a message that is sent. */
  async post(posted: Posted, fate: Fate, send: () => Promise<SendResult>): Promise<SendResult> {
    switch (fate) {
      case 'deliver':
      case 'stall':
        return send();
      case 'refuse':
        return { type: 'refused', because: 'rejected' };
      case 'lose':
        return { type: 'taken', outcomes: this.#addressed(posted).map((device) => ({ device, outcome: 'delivered' })) };
      case 'hold':
        await this.#hold(posted);
        return send();
    }
  }

  /** For {@link TownChannel}: what happens to a message that comes. */
  arrive(arriving: Arriving, sent: IncomingMessage, hear: (incoming: IncomingMessage) => void): void {
    const garbled = this.garble(arriving);
    const incoming = garbled === arriving.message ? sent : { ...sent, text: encodeMessage(garbled) };
    const since = this.time.now();
    const later = (): void => hear({ ...incoming, age: ms(incoming.age + between(since, this.time.now())) });
    switch (this.arrival(arriving)) {
      case 'hear':
        hear(incoming);
        return;
      case 'repeat':
        hear(incoming);
        hear(incoming);
        return;
      case 'hold':
        this.#held.push({ what: arriving, letGo: later });
        return;
      case 'hold-twice':
        this.#held.push({ what: arriving, letGo: later }, { what: arriving, letGo: later });
        return;
      case 'lose':
    }
  }

  /** The messages sent so far as words, e.g. `SETUP`, `SETUP(r)`, `CANCEL`. */
  get words(): readonly string[] {
    return this.posted.map(({ message }) => wordFor(message));
  }

  #hold(what: Held): Promise<void> {
    return new Promise((letGo) => {
      this.#held.push({ what, letGo });
    });
  }

  #addressed({ from, to }: Posted): readonly Device[] {
    return to.type === 'devices' ? to.devices : to.users.flatMap((user) => this.hub.directory.devicesOf(user, [from, ...to.except]));
  }
}

function nameOf({ self }: Resident): string {
  return `${self.user}/${self.device}`;
}

/** How people speak of a message: its type, and `(r)` for a response. */
export function wordFor(message: Message): string {
  return `${message.type}${message.resp ? '(r)' : ''}`;
}
