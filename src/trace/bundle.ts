import type { InstantMs } from '../base/units.ts';
import type { Ecall } from '../ecall/ecall-state.ts';
import type { Trace } from '../ecall/trace.ts';
import type { Econn, Input, Output } from '../econn/index.ts';

/**
 * What happened to one conversation at several devices, on one clock: the trace file. Plain JSON; described in
 * docs/explain.md. Each part replays to the same bytes wherever JavaScript runs.
 */
export type TraceBundle = {
  readonly format: typeof FORMAT;
  readonly version: 1;
  /** For people. */
  readonly title: string;
  /** What `at` counts: milliseconds, or the steps of an exploration, which knows no time. */
  readonly clock: 'ms' | 'steps';
  readonly devices: readonly TracedDevice[];
  readonly notes: readonly Note[];
};

export const FORMAT = 'callcore-trace';

export type TracedDevice = {
  /** For people; `user/device` unless that was taken out. */
  readonly name: string;
  /** In order. A device that crashed or had several calls has several. */
  readonly parts: readonly TracePart[];
};

/** A run of steps from a known beginning. */
export type TracePart = EcallPart | EconnPart;

/** Of a call as the engine runs it. `rules`: {@link OURS}, or others under test. */
export type EcallPart = { readonly level: 'ecall'; readonly rules: string } & Pick<Trace, 'initial' | 'entries'>;

/** Of the state machine alone. */
export type EconnPart = { readonly level: 'econn'; readonly rules: string; readonly initial: Econn; readonly entries: readonly EconnEntry[] };

export type EconnEntry = { readonly at: InstantMs; readonly input: Input; readonly outputs: readonly Output[] };

/** What no device knows: a crash, a cut cable, a verdict. `device`: by position; absent when it concerns all. */
export type Note = { readonly at: InstantMs; readonly device?: number; readonly kind: 'fate' | 'wrong'; readonly text: string };

/** The name of the rules that callcore plays by. */
export const OURS = 'ours';

/** The trace of one call as the only device of a bundle. */
export function bundleOf({ initial, entries }: Trace, name: string, title: string): TraceBundle {
  return { format: FORMAT, version: 1, title, clock: 'ms', devices: [{ name, parts: [{ level: 'ecall', rules: OURS, initial, entries }] }], notes: [] };
}

/** The machine within a state of either level. */
export function econnOf(state: Ecall | Econn): Econn {
  return 'econn' in state ? state.econn : state;
}
