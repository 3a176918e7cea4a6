import type { EcallInput, EcallOutput } from '../../src/ecall/port.ts';
import type { Ecall } from '../../src/ecall/ecall-state.ts';
import type { Econn, Input, OfferId, Output, StateName } from '../../src/econn/index.ts';
import type { Packet } from './packet.ts';

/**
 * One device as the explorer sees it: a value that is interned, and what may become of it. `D` is plain data;
 * two devices with the same key are the same for good.
 */
export interface DeviceModel<D> {
  opening(): D;
  keyOf(device: D): string;
  /** What it will do by itself, sooner or later: answer a question, hear what became of a message. */
  own(device: D): readonly Step<D>[];
  /** What its user, or fate, may do. */
  wishes(device: D): readonly Step<D>[];
  /** A running deadline expires. `early`: while other things are still to happen, which is counted. */
  deadlines(device: D, early: boolean): readonly Step<D>[];
  receive(device: D, packet: Packet): readonly Step<D>[];
  /** The channel of the end with this description opens, or closes by itself. */
  channel(device: D, local: string, event: 'opened' | 'closed'): readonly Step<D>[];
  /** Whether the packet can never again have an effect on it. */
  isInert(device: D, packet: Packet): boolean;
  view(device: D): View;
  /** The same with two devices' names exchanged, for symmetric worlds. */
  rename(device: D, one: string, other: string): D;
}

export type Step<D> = {
  readonly label: string;
  readonly next: D;
  readonly sent: readonly Packet[];
  /** Something was lost on the way that only deadlines can mend: a refused message, a memory. */
  readonly loses: boolean;
  /** What the engine was fed in it, one after the other. */
  readonly fed: readonly Fed[];
  /** A promise to ourselves that this step broke. */
  readonly broken?: string;
};

/** One call of the engine's `handle`. */
export type Fed =
  | { readonly level: 'econn'; readonly before: Econn; readonly input: Input; readonly after: Econn; readonly outputs: readonly Output[] }
  | { readonly level: 'ecall'; readonly before: Ecall; readonly input: EcallInput; readonly after: Ecall; readonly outputs: readonly EcallOutput[] };

/** What a law may look at. */
export type View = {
  readonly state: StateName;
  /** The live call and the device it is with, by position. */
  readonly call?: string;
  readonly peer?: number;
  readonly flows: readonly FlowEnd[];
  /** How many messages it has said about each call, where they are counted. */
  readonly said?: Readonly<Record<string, number>>;
  /** The live call's id. */
  readonly id?: OfferId;
  /** Whether an offer of another was heard of at all, and whether it was let pass in a glare. */
  readonly hasHeard: (offer: OfferId) => boolean;
  readonly hasIgnored: (offer: OfferId) => boolean;
};

/** One end of a peer connection: its own description, the one it applied, and whether its channel was told to be open. */
export type FlowEnd = { readonly local: string; readonly remote?: string; readonly open: boolean };
