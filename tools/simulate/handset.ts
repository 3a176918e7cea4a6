import type { Device } from '../../src/base/device.ts';
import { ms, type DurationMs } from '../../src/base/units.ts';
import { CallEngine, type Call, type Policy } from '../../src/ecall/index.ts';
import { DeviceClock } from '../../src/testing/device-clock.ts';
import { FakeMediaEngine } from '../../src/mediaflow/index.ts';
import { openSealedChannel, createDeviceKeys, restoreDeviceKeys, type BackendChannel, type SavedChannel, type SealedChannel } from '../../src/transport/index.ts';
import type { Circle } from './circle.ts';
import { KeptConversations } from './kept-conversations.ts';
import { PlainChannel } from './plain-channel.ts';
import { RoughRoad } from './rough-road.ts';
import { SkewedCarrier } from './skewed-carrier.ts';

/** What a device's user meets. */
export type HandsetListener = {
  readonly rang: (handset: Handset, call: Call) => void;
  /** A call of an earlier process goes on. */
  readonly wentOn: (handset: Handset, call: Call) => void;
  readonly missed: (handset: Handset) => void;
  readonly sent: (handset: Handset, conversation: string, text: string) => void;
};

/** One process of a device, from its start until it dies or is reloaded. */
type Life = { readonly engine: CallEngine; readonly clock: DeviceClock; readonly media: FakeMediaEngine; readonly road: RoughRoad; readonly carrier: SkewedCarrier; readonly place: string; readonly sealed: SealedChannel | undefined };

/** One device with all its lives: a real engine on a network that may fail, on a machine that may sleep. */
export class Handset {
  readonly number: number;
  readonly self: Device;
  readonly #circle: Circle;
  readonly #policy: Partial<Policy>;
  readonly #listener: HandsetListener;
  #store = new KeptConversations();
  /** Something stored some calls ago. */
  #older = new KeptConversations();
  #life: Life | undefined;
  #lives = 0;
  /** Where it was before it roamed, since all was last well: cut off from everywhere. */
  readonly #left: string[] = [];
  #place = '';
  #keys: Uint8Array | undefined;
  #channel: SavedChannel | undefined;
  #sleeping = false;
  #offline = false;
  #cut = false;
  #grain = 0;
  /** When a message of it or for it was last lost or refused. */
  troubledAt = -Infinity;
  /** When it was last away, or came back. */
  stirredAt = -Infinity;
  /** When its memory was last lost. */
  forgotAt = -Infinity;
  /** When a call of it last changed its state. */
  changedAt = -Infinity;
  /** Of its app, aborted never: what listens to it is counted. */
  closing: AbortSignal = new AbortController().signal;
  /** When its machine last slept or its timers were late. */
  lateAt = -Infinity;

  constructor(number: number, self: Device, circle: Circle, policy: Partial<Policy>, listener: HandsetListener) {
    this.number = number;
    this.self = self;
    this.#circle = circle;
    this.#policy = policy;
    this.#listener = listener;
  }

  /** Absent while its process is dead. */
  get engine(): CallEngine | undefined {
    return this.#life?.engine;
  }

  /** How many processes there were: an engine of an earlier one counts no more. */
  get lives(): number {
    return this.#lives;
  }

  /** Its process runs and its machine is awake: its user can do something with it. */
  get usable(): boolean {
    return this.#life !== undefined && !this.#sleeping;
  }

  /** Usable, and nothing keeps messages from it. */
  get reachable(): boolean {
    return this.usable && !this.#offline;
  }

  get timers(): number {
    return this.#life?.clock.planned ?? 0;
  }

  get flows(): number {
    return this.#life?.media.flows.length ?? 0;
  }

  get place(): string {
    return this.#place;
  }

  async boot(): Promise<void> {
    const { hub, network, time, entropy, dice } = this.#circle;
    const life = ++this.#lives;
    const clock = new DeviceClock(time);
    if (this.#grain > 0) clock.throttle(ms(this.#grain));
    const carrier = new SkewedCarrier(hub.carrier(this.self));
    const channel = await this.#open(carrier);
    if (this.#lives !== life) return;
    const road = new RoughRoad(channel, dice, () => this.#circle.climate, {
      sent: ({ conversation, text }) => this.#listener.sent(this, conversation, text),
      troubled: () => (this.troubledAt = time.now()),
    });
    this.#place = `${this.self.device}.${life}`;
    this.closing = new AbortController().signal;
    const media = new FakeMediaEngine({ clock, network, place: this.#place, behaviour: { gather: ms(life % 3 * 150), channelOpensAfter: ms(60 + this.number * 40), silenceNoticedAfter: ms(4000) } });
    this.#connect();
    const engine = new CallEngine({ channel: road, media, clock, entropy, policy: this.#policy, store: this.#store, ...this.#circle.tracing(this.self) });
    engine.on('incoming', (call) => this.#listener.rang(this, call));
    engine.on('missed', () => this.#listener.missed(this));
    this.#life = { engine, clock, media, road, carrier, place: this.#place, sealed: channel instanceof PlainChannel ? undefined : (channel as SealedChannel) };
    this.stirredAt = time.now();
    // One that still rings is told as such.
    for (const call of engine.calls) if (call.state !== 'ringing') this.#listener.wentOn(this, call);
  }

  /** The process dies: nothing is said, nothing is heard. */
  async crash(back: DurationMs, memory: 'stored' | 'older' | 'none'): Promise<void> {
    const life = this.#life;
    if (life === undefined) return;
    this.#die(life);
    this.#lives += 1;
    this.#dropFlows(life);
    if (memory !== 'stored') this.forgotAt = this.#circle.time.now();
    // A store of its own: what the dead engine makes of the end of its flows, it writes where nobody reads.
    this.#store = memory === 'none' ? new KeptConversations() : (memory === 'older' ? this.#older : this.#store).copy();
    await this.#circle.wait(back);
    // What its engine opened when those flows ended leads nowhere; closed as well, each would be followed by another.
    for (const flow of life.media.flows) this.#circle.network.remove(flow);
    await this.boot();
  }

  /** The page goes and comes back. */
  async reload(back: DurationMs): Promise<void> {
    const life = this.#life;
    if (life === undefined || this.#sleeping) return;
    this.#life = undefined;
    this.#lives += 1;
    await Promise.all([life.engine.suspend(), this.#circle.wait(back)]);
    this.#die(life);
    await this.boot();
  }

  async sleep(back: DurationMs): Promise<void> {
    const life = this.#life;
    if (life === undefined || this.#sleeping) return;
    this.#sleeping = true;
    life.clock.sleep();
    this.#circle.hub.partition(this.self);
    this.#connect();
    await this.#circle.wait(back);
    this.#wake();
  }

  async offline(back: DurationMs): Promise<void> {
    if (this.#offline || this.#sleeping) return;
    this.#offline = true;
    this.#circle.hub.partition(this.self);
    await this.#circle.wait(back);
    this.#goOnline();
  }

  async cut(back: DurationMs): Promise<void> {
    if (this.#cut || this.#sleeping) return;
    this.#cut = true;
    this.#connect();
    await this.#circle.wait(back);
    this.#mend();
  }

  /** What ran over the old network is dead for good. */
  async roam(back: DurationMs, told: boolean): Promise<void> {
    const life = this.#life;
    if (life === undefined || this.#sleeping) return;
    this.#circle.network.isolate(this.#place);
    this.#left.push(this.#place);
    this.#place = `${this.self.device}.${this.#lives}.${this.#left.length}`;
    this.#connect();
    await this.offline(back);
    if (this.#life !== life) return;
    life.media.moveTo(this.#place);
    if (told) life.engine.networkChanged();
  }

  async throttle(grain: DurationMs, back: DurationMs): Promise<void> {
    this.#grain = grain;
    this.#life?.clock.throttle(grain);
    this.lateAt = this.#circle.time.now() + grain;
    await this.#circle.wait(back);
    this.#hurry();
  }

  skew(by: DurationMs): void {
    if (this.#life !== undefined) this.#life.carrier.skew = by;
  }

  /** All that was broken works again. */
  recover(): void {
    if (this.#sleeping) this.#wake();
    if (this.#offline) this.#goOnline();
    if (this.#cut) this.#mend();
    this.#hurry();
    this.skew(ms(0));
  }

  /** Nothing runs over networks that it left. */
  forgetOldNetworks(): void {
    for (const old of this.#left.splice(0)) this.#circle.network.rejoin(old);
  }

  /** What a crash may bring back one day. */
  remember(): void {
    this.#older = this.#store.copy();
  }

  #die(life: Life): void {
    this.#life = undefined;
    this.#channel = life.sealed?.save();
    life.clock.die();
    life.road.cutOff();
    if (this.#sleeping) this.#wake();
  }

  #wake(): void {
    if (!this.#sleeping) return;
    this.#sleeping = false;
    const { time, hub } = this.#circle;
    this.stirredAt = this.lateAt = time.now();
    this.#connect();
    if (!this.#offline) hub.heal(this.self);
    this.#life?.clock.wake();
  }

  #goOnline(): void {
    if (!this.#offline) return;
    this.#offline = false;
    this.stirredAt = this.#circle.time.now();
    if (!this.#sleeping) this.#circle.hub.heal(this.self);
  }

  #mend(): void {
    if (!this.#cut) return;
    this.#cut = false;
    this.#connect();
  }

  #hurry(): void {
    if (this.#grain > 0) this.lateAt = this.#circle.time.now() + this.#grain;
    this.#grain = 0;
    this.#life?.clock.throttle(ms(0));
  }

  /** Lets media through to where it is, or not. */
  #connect(): void {
    const { network } = this.#circle;
    if (this.#sleeping || this.#cut) network.isolate(this.#place);
    else network.rejoin(this.#place);
  }

  /** The dead say no goodbye. */
  #dropFlows({ media, place }: Life): void {
    const { network } = this.#circle;
    const places = [place, ...this.#left, this.#place];
    for (const each of places) network.isolate(each);
    for (const flow of media.flows) void flow.close();
    for (const each of places) network.rejoin(each);
    this.#left.length = 0;
  }

  async #open(carrier: SkewedCarrier): Promise<BackendChannel> {
    const { hub, entropy, time } = this.#circle;
    if (!this.#circle.sealed) {
      hub.directory.publish(this.self);
      return new PlainChannel(carrier, hub.directory);
    }
    const keys = this.#keys === undefined ? await createDeviceKeys({ clock: time, entropy }) : await restoreDeviceKeys(this.#keys, { entropy });
    this.#keys = keys.save();
    hub.directory.publish(this.self, keys.bundle);
    return openSealedChannel({ self: this.self, keys, carrier, directory: hub.directory, clock: time, entropy, saved: this.#channel, onIdentityChange: () => 'accept' });
  }
}
