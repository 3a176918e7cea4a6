import { Interned, PairTable } from './intern.ts';
import type { Packet } from './packet.ts';

/** What is said in one step, sorted by who is to hear it. */
export type Letter = readonly { readonly to: number; readonly packets: number }[];

/**
 * What is on the way to one device is an inbox, and each inbox has a number: far fewer than networks, since what
 * is on the way to one device says little of what is on the way to another. Every change of one is computed once.
 */
export class Network {
  readonly packets = new Interned<Packet>();
  /** Packets by number: in order of sending where messages must not overtake, else sorted. */
  readonly inboxes = new Interned<readonly number[]>();
  /** For each inbox, the packets that may be heard next: each once. */
  readonly deliverable: (readonly number[])[] = [];
  readonly #bundles = new Interned<readonly number[]>();
  readonly #order: 'any' | 'fifo';
  readonly #minus = new PairTable();
  readonly #plus = new PairTable();

  constructor(order: 'any' | 'fifo') {
    this.#order = order;
    // Number 0 is the empty one.
    this.inbox([]);
  }

  packet(packet: Packet): number {
    return this.packets.number(JSON.stringify(packet), () => packet);
  }

  letter(packets: readonly Packet[]): Letter {
    const receivers = [...new Set(packets.map(({ to }) => to))];
    return receivers.map((to) => {
      const numbers = packets.filter((packet) => packet.to === to).map((packet) => this.packet(packet));
      return { to, packets: this.#bundles.number(numbers.join(), () => numbers) };
    });
  }

  packetsOf(letter: Letter): readonly Packet[] {
    return letter.flatMap(({ packets }) => this.#bundles.at(packets).map((packet) => this.packets.at(packet)));
  }

  /** The channel is reliable: nothing on it is lost or comes twice. */
  isChannel(packet: number): boolean {
    return this.packets.at(packet).flow !== undefined;
  }

  minus(inbox: number, packet: number): number {
    const known = this.#minus.get(inbox, packet);
    if (known !== -1) return known;
    const packets = this.inboxes.at(inbox);
    const made = this.inbox(packets.toSpliced(packets.indexOf(packet), 1));
    this.#minus.set(inbox, packet, made);
    return made;
  }

  plus(inbox: number, bundle: number): number {
    const known = this.#plus.get(inbox, bundle);
    if (known !== -1) return known;
    const made = this.inbox([...this.inboxes.at(inbox), ...this.#bundles.at(bundle)]);
    this.#plus.set(inbox, bundle, made);
    return made;
  }

  /** Without the packets that are as good as gone. */
  without(inbox: number, isGone: (packet: Packet) => boolean): number {
    const packets = this.inboxes.at(inbox);
    const left = packets.filter((packet) => !isGone(this.packets.at(packet)));
    return left.length === packets.length ? inbox : this.inbox(left);
  }

  /** The number of an inbox, its packets in any order that the configuration allows. */
  inbox(unordered: readonly number[]): number {
    const packets = this.#order === 'any' ? unordered.toSorted((a, b) => a - b) : this.#byRoad(unordered);
    return this.inboxes.number(packets.join(), () => {
      this.deliverable.push(this.#next(packets));
      return packets;
    });
  }

  /** Order matters only between the same two devices on the same road. */
  #byRoad(packets: readonly number[]): readonly number[] {
    return packets.toSorted((a, b) => (this.#road(a) < this.#road(b) ? -1 : this.#road(a) > this.#road(b) ? 1 : 0));
  }

  #next(packets: readonly number[]): readonly number[] {
    if (this.#order === 'any') return [...new Set(packets)];
    const roads = new Set<string>();
    return packets.filter((packet) => {
      const road = this.#road(packet);
      return !roads.has(road) && roads.add(road);
    });
  }

  #road(packet: number): string {
    const { from, flow } = this.packets.at(packet);
    return `${String(from)} ${flow ?? ''}`;
  }
}
