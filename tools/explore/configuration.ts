import type { Device } from '../../src/base/device.ts';
import type { TellCaller } from '../../src/econn/index.ts';
import type { RuleVariant } from './rule-variants.ts';

/** What may happen to one device, at most so often. Each is used up by being done: every configuration is finite. */
export type Budget = {
  /** Calls that its user places. */
  readonly starts: number;
  /** Re-SETUPs that it begins of its own will; those after a lost channel are free. */
  readonly renews: number;
  /** Crashes, each followed at once by a new life. */
  readonly crashes: number;
  /** Messages that the backend does not take. */
  readonly refusals: number;
  /** Deadlines that expire while other things are still to happen. At rest they expire for nothing. */
  readonly expiries: number;
  /** Flows that fail by themselves. */
  readonly failures: number;
};

export const NOTHING: Budget = Object.freeze({ starts: 0, renews: 0, crashes: 0, refusals: 0, expiries: 0, failures: 0 });

/** A finite world: who is in it, what the network may do, and how often each thing may happen. */
export type Configuration = {
  readonly name: string;
  readonly about: string;
  /** `econn`: the machine with a small model of flows. `ecall`: the conversation with its flows and slow work. */
  readonly level: 'econn' | 'ecall';
  readonly devices: readonly Resident[];
  /** `any`: messages overtake each other at will. `fifo`: not between the same two devices. */
  readonly order: 'any' | 'fifo';
  /** Backend messages that may get lost, in all. */
  readonly losses: number;
  /** Backend messages that may be delivered twice, in all. */
  readonly repeats: number;
  /** When the sender hears that the backend has taken a message: in the same step, or at any time after. */
  readonly settles: 'at once' | 'later';
  /** What a device that crashed comes back with. */
  readonly restores: readonly Restore[];
  /** Whether the caller is told of a refusal (`reject`); AVS does not. */
  readonly tellCaller: TellCaller;
  /** Devices of one user that behave alike, by position: worlds that differ only in who is who are one. */
  readonly alike: readonly (readonly [number, number])[];
  /** Messages about each call are counted, renewals left out (P18). */
  readonly counts: boolean;
  /** Off: session ids, hints and the order of sets are kept, to show that leaving them out hides nothing. */
  readonly canonical: boolean;
  /** Messages that can have no effect any more are taken off the road. Off: to show that this hides nothing. */
  readonly tidy: boolean;
  /** `at last`: only once no deadline runs any more. For peers that write no offer ids, whose late answers bind anything. */
  readonly judged: 'at rest' | 'at last';
  /** The rules that are played by; ours unless a rule is taken out. */
  readonly rules: RuleVariant | 'ours';
  /** Stops here when the world is not known to be finite in time; 0 for no bound. */
  readonly maxStates: number;
};

export type Resident = { readonly self: Device; readonly budget: Budget; readonly kind: 'callcore' | 'avs' };

/** `newest`: all that it knew. `older`: what it had stored at some time before. `nothing`: a device without memory. `resumes`: goes on with its call (a page that was reloaded). */
export type Restore = 'newest' | 'older' | 'nothing' | 'resumes';
