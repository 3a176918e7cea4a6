import type { Configuration } from './configuration.ts';
import type { DeviceModel, FlowEnd, Step, View } from './device-model.ts';
import { exchange } from './exchange.ts';
import { Interned, PairTable } from './intern.ts';
import { allowance, afterLoss, afterRepeat, isLossy, LOSSY, mayLose, mayRepeat } from './allowance.ts';
import { Network, type Letter } from './network.ts';
import type { Packet } from './packet.ts';

/** A step with numbers for all that it changes. */
export type Move = {
  readonly label: string;
  readonly next: number;
  readonly letter: Letter;
  readonly loses: boolean;
  readonly broken?: string;
};

/** How a world came from its parent. */
export type Cause = { readonly who: number; readonly what: 'own' | 'wish' | 'deadline' | 'channel' | 'hears' | 'hears twice' | 'lost'; readonly packet: number; readonly move: Move | undefined };

/** Told of each world that can come next; the array is used again for the one after. */
export type Visit = (world: Uint32Array, who: number, what: Cause['what'], packet: number, move: Move | undefined) => void;

/** All that was given a number, in the order in which it was given. */
export type Numbered<D> = { readonly devices: readonly (readonly [who: number, device: D])[]; readonly packets: readonly Packet[]; readonly inboxes: readonly (readonly number[])[] };

type Known<D> = { readonly who: number; readonly device: D; readonly view: View; readonly moves: { own?: readonly Move[]; wish?: readonly Move[]; deadline?: readonly Move[]; early?: readonly Move[] } };

/**
 * All that can happen in a configuration, each piece computed once: devices, packets and inboxes are numbers,
 * and what a device does with a packet is looked up. A world is a short row of them: all devices, all inboxes,
 * and what the network may still do.
 */
export class Model<D> {
  readonly network: Network;
  readonly devices = new Interned<Known<D>>();
  readonly configuration: Configuration;
  readonly width: number;
  readonly #count: number;
  /** Steps of devices that were computed, not looked up. */
  steps = 0;
  readonly #models: readonly DeviceModel<D>[];
  readonly #tidied = new PairTable();
  readonly #heard = new PairTable();
  readonly #heardMoves: (readonly Move[])[] = [];
  readonly #events = new Map<string, readonly Move[]>();
  readonly #renamed: { readonly devices: number[]; readonly inboxes: number[] }[] = [];
  readonly #scratch: Uint32Array;
  readonly #swapped: Uint32Array;

  constructor(configuration: Configuration, models: readonly DeviceModel<D>[]) {
    this.configuration = configuration;
    this.#models = models;
    this.network = new Network(configuration.order);
    this.#count = models.length;
    this.width = 2 * models.length + 1;
    this.#scratch = new Uint32Array(this.width);
    this.#swapped = new Uint32Array(this.width);
  }

  opening(): Uint32Array {
    const world = new Uint32Array(this.width);
    for (const [position, model] of this.#models.entries()) world[position] = this.#number(position, model.opening());
    world[this.width - 1] = allowance(this.configuration.losses, this.configuration.repeats);
    return world;
  }

  viewsOf(world: Uint32Array): readonly View[] {
    return this.#models.map((_, position) => this.devices.at(world[position]!).view);
  }

  isLossy(world: Uint32Array): boolean {
    return isLossy(world[this.width - 1]!);
  }

  /**
   * Every world that can come next. Answers whether this one is at rest (nothing on the way, nobody about to do
   * anything by himself) and whether a deadline still runs.
   */
  successors(world: Uint32Array, visit: Visit): 'moving' | 'resting' | 'last' {
    let resting = true;
    for (let who = 0; who < this.#count; who++) {
      const inbox = world[this.#count + who]!;
      if (inbox !== 0) resting = false;
      for (const packet of this.network.deliverable[inbox]!) this.#deliver(world, who, inbox, packet, visit);
      const own = this.#moves(who, world[who]!, 'own');
      if (own.length > 0) resting = false;
      for (const move of own) this.#visit(world, who, inbox, world[this.width - 1]!, move, visit, 'own', -1);
      for (const move of this.#moves(who, world[who]!, 'wish')) this.#visit(world, who, inbox, world[this.width - 1]!, move, visit, 'wish', -1);
      if (this.#channelEvents(world, who, inbox, visit)) resting = false;
    }
    let last = resting;
    for (let who = 0; who < this.#count; who++) {
      for (const move of this.#moves(who, world[who]!, resting ? 'deadline' : 'early')) {
        last = false;
        this.#visit(world, who, world[this.#count + who]!, world[this.width - 1]!, move, visit, 'deadline', -1);
      }
    }
    return last ? 'last' : resting ? 'resting' : 'moving';
  }

  /** The same world in the form in which all that are alike are one. */
  canonical(world: Uint32Array): Uint32Array {
    let best = world;
    for (const [pair, [one, other]] of this.configuration.alike.entries()) {
      const swapped = this.#swapped;
      for (let who = 0; who < this.#count; who++) {
        const from = who === one ? other : who === other ? one : who;
        swapped[who] = this.#renameDevice(pair, who, world[from]!);
        swapped[this.#count + who] = this.#renameInbox(pair, world[this.#count + from]!);
      }
      swapped[this.width - 1] = world[this.width - 1]!;
      if (isLess(swapped, best)) best = this.configuration.alike.length === 1 ? swapped : Uint32Array.from(swapped);
    }
    return best;
  }

  /** What the numbers stand for, in order. */
  dump(): Numbered<D> {
    return { devices: this.devices.things.map(({ who, device }) => [who, device]), packets: this.network.packets.things, inboxes: this.network.inboxes.things };
  }

  restore({ devices, packets, inboxes }: Numbered<D>): void {
    for (const [who, device] of devices) this.#number(who, device);
    for (const packet of packets) this.network.packet(packet);
    for (const inbox of inboxes) this.network.inbox(inbox);
  }

  #deliver(world: Uint32Array, who: number, inbox: number, packet: number, visit: Visit): void {
    const left = world[this.width - 1]!;
    const rest = this.network.minus(inbox, packet);
    const reliable = this.network.isChannel(packet);
    for (const move of this.#hears(who, world[who]!, packet)) {
      this.#visit(world, who, rest, left, move, visit, 'hears', packet);
      if (mayRepeat(left) && !reliable) this.#visit(world, who, inbox, afterRepeat(left), move, visit, 'hears twice', packet);
    }
    if (!mayLose(left) || reliable) return;
    const next = this.#scratch;
    next.set(world);
    next[this.#count + who] = rest;
    next[this.width - 1] = afterLoss(left);
    this.#forget(next);
    visit(next, who, 'lost', packet, undefined);
  }

  /** A channel opens when both ends have applied each other's description, and closes when one end is gone. */
  #channelEvents(world: Uint32Array, who: number, inbox: number, visit: Visit): boolean {
    let happens = false;
    for (const flow of this.devices.at(world[who]!).view.flows) {
      if (flow.remote === undefined || flow.remote === 'gone') continue;
      const met = this.#otherEnd(world, who, flow);
      if (met === flow.open) continue;
      for (const move of this.#hearsOfChannel(who, world[who]!, flow.local, met ? 'opened' : 'closed')) {
        happens = true;
        this.#visit(world, who, inbox, world[this.width - 1]!, move, visit, 'channel', -1);
      }
    }
    return happens;
  }

  #otherEnd(world: Uint32Array, who: number, flow: FlowEnd): boolean {
    for (let other = 0; other < this.#count; other++) {
      if (other === who) continue;
      for (const end of this.devices.at(world[other]!).view.flows) if (end.local === flow.remote && end.remote === flow.local) return true;
    }
    return false;
  }

  #visit(world: Uint32Array, who: number, inbox: number, left: number, move: Move, visit: Visit, what: Cause['what'], packet: number): void {
    const count = this.#count;
    const next = this.#scratch;
    next.set(world);
    next[who] = move.next;
    next[count + who] = inbox;
    if (inbox !== 0) next[count + who] = this.#tidy(who, move.next, inbox);
    for (const { to, packets } of move.letter) next[count + to] = this.#tidy(to, next[to]!, this.network.plus(next[count + to]!, packets));
    next[this.width - 1] = move.loses ? left | LOSSY : left;
    this.#forget(next);
    visit(next, who, what, packet, move);
  }

  /** When all are idle and nothing is on the way, what was lost before is no excuse any more. */
  #forget(world: Uint32Array): void {
    const left = world[this.width - 1]!;
    if (!isLossy(left)) return;
    for (let who = 0; who < this.#count; who++) if (world[this.#count + who] !== 0 || this.devices.at(world[who]!).view.state !== 'idle') return;
    world[this.width - 1] = left & ~LOSSY;
  }

  /** What can have no effect on the device any more is taken off the road. */
  #tidy(who: number, number: number, inbox: number): number {
    const known = this.#tidied.get(number, inbox);
    if (known !== -1) return known;
    const { device } = this.devices.at(number);
    const tidy = this.network.without(inbox, (packet) => this.#models[who]!.isInert(device, packet));
    this.#tidied.set(number, inbox, tidy);
    return tidy;
  }

  #moves(who: number, number: number, kind: 'own' | 'wish' | 'deadline' | 'early'): readonly Move[] {
    const known = this.devices.at(number);
    const moves = known.moves[kind];
    if (moves !== undefined) return moves;
    const model = this.#models[who]!;
    const { device } = known;
    const steps = kind === 'own' ? model.own(device) : kind === 'wish' ? model.wishes(device) : model.deadlines(device, kind === 'early');
    return (known.moves[kind] = this.#numbered(who, steps));
  }

  #hears(who: number, number: number, packet: number): readonly Move[] {
    const known = this.#heard.get(number, packet);
    if (known !== -1) return this.#heardMoves[known]!;
    const steps = this.#models[who]!.receive(this.devices.at(number).device, this.network.packets.at(packet));
    const moves = steps.length === 0 ? [{ label: 'hears', next: number, letter: [], loses: false }] : this.#numbered(who, steps);
    this.#heard.set(number, packet, this.#heardMoves.length);
    this.#heardMoves.push(moves);
    return moves;
  }

  #hearsOfChannel(who: number, number: number, local: string, event: 'opened' | 'closed'): readonly Move[] {
    const key = `${String(number)} ${event} ${local}`;
    const known = this.#events.get(key);
    if (known !== undefined) return known;
    const moves = this.#numbered(who, this.#models[who]!.channel(this.devices.at(number).device, local, event));
    this.#events.set(key, moves);
    return moves;
  }

  #numbered(who: number, steps: readonly Step<D>[]): readonly Move[] {
    this.steps += steps.length;
    return steps.map(({ label, next, sent, loses, broken }) => {
      const number = this.#number(who, next);
      return { label, next: number, letter: this.network.letter(sent), loses, ...(broken === undefined ? {} : { broken }) };
    });
  }

  #number(who: number, device: D): number {
    const model = this.#models[who]!;
    return this.devices.number(`${String(who)} ${model.keyOf(device)}`, () => ({ who, device, view: model.view(device), moves: {} }));
  }

  /** A device's number tells its place, so that there is one place to go to. */
  #renameDevice(pair: number, to: number, number: number): number {
    const { devices } = (this.#renamed[pair] ??= { devices: [], inboxes: [] });
    const [one, other] = this.#namesOf(pair);
    return (devices[number] ??= this.#number(to, this.#models[to]!.rename(this.devices.at(number).device, one, other)));
  }

  #renameInbox(pair: number, inbox: number): number {
    const { inboxes } = (this.#renamed[pair] ??= { devices: [], inboxes: [] });
    return (inboxes[inbox] ??= this.network.inbox(this.network.inboxes.at(inbox).map((packet) => this.#renamePacket(pair, packet))));
  }

  #renamePacket(pair: number, packet: number): number {
    const [first, second] = this.configuration.alike[pair]!;
    const [one, other] = this.#namesOf(pair);
    const swap = (position: number): number => (position === first ? second : position === second ? first : position);
    const renamed = exchange(this.network.packets.at(packet), one, other);
    return this.network.packet({ ...renamed, from: swap(renamed.from), to: swap(renamed.to) });
  }

  #namesOf(pair: number): readonly [string, string] {
    const [one, other] = this.configuration.alike[pair]!;
    return [this.configuration.devices[one]!.self.device, this.configuration.devices[other]!.self.device];
  }
}

function isLess(a: Uint32Array, b: Uint32Array): boolean {
  for (let word = 0; word < a.length; word++) if (a[word] !== b[word]) return a[word]! < b[word]!;
  return false;
}
