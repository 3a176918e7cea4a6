import { chart, type StateName } from './chart.ts';
import { chartEvent } from './chart-event.ts';
import { openMemory, type Identity, type Memory } from './memory.ts';
import { laterIncarnation, type OfferId } from './offer-id.ts';
import type { Input, Output } from './port.ts';
import { run, type Run } from './runner.ts';
import { isSaved, type Saved } from './saved.ts';

/**
 * The calls of one conversation as one device sees them: a re-entrant state machine that goes from idle
 * through a call and back. Opaque: look at it through the functions of this file.
 */
export type Econn = { readonly state: StateName; readonly memory: Memory };

export type Step = readonly [next: Econn, outputs: readonly Output[]];

export function openEconn(identity: Identity): Econn {
  return { state: chart.initial, memory: openMemory(identity) };
}

/**
 * Feeds one input and returns the ECONN as it is afterwards, with what the host must now do.
 *
 * Pure: no clock, no timer, no randomness, no I/O; the same ECONN and input always give the same step. Carry
 * out the outputs in order, and all of them, before the next input. An input that the state has no use for
 * returns the very same ECONN and no outputs.
 */
export function handle(econn: Econn, input: Input): Step {
  return handleBy(run, econn, input);
}

/** {@link handle} by another compiled chart than ours. */
export function handleBy(run: Run, econn: Econn, input: Input): Step {
  const event = chartEvent(econn.memory, input);
  const moved = event === undefined ? undefined : run(econn.state, econn.memory, event);
  if (moved === undefined) return [econn, NOTHING];
  const same = moved.state === econn.state && moved.memory === econn.memory;
  return [same ? econn : { state: moved.state, memory: moved.memory }, moved.outputs];
}

const NOTHING: readonly Output[] = [];

export function stateOf(econn: Econn): StateName {
  return econn.state;
}

/** The live call's name, or `undefined` when idle. */
export function callOf(econn: Econn): OfferId | undefined {
  return econn.memory.call?.id;
}

/** Whether a sign of life changes nothing, but that the next one is waited for from here: `heard` need not be fed then. */
export function isHeardInTime({ state, memory }: Econn): boolean {
  return state === 'established' && memory.call?.contact === 'live' && memory.call.pings === 0;
}

/** Everything, as plain JSON data. */
export function save(econn: Econn): Saved {
  return { version: 1, state: econn.state, memory: econn.memory };
}

/**
 * The ECONN that was saved, or `undefined` for data that is none. Timers do not run: a host that goes on
 * where it stopped starts them from its own record; one that cannot feeds `restarted`.
 */
export function restore(saved: unknown): Econn | undefined {
  return isSaved(saved) ? { state: saved.state, memory: saved.memory } : undefined;
}

/**
 * A new life of the device's offer counter: for a state that was stored and may not be the newest. Our offers
 * from here on are newer than any that peers may remember of us.
 */
export function reincarnate(econn: Econn, incarnation: string): Econn {
  const { memory } = econn;
  return { ...econn, memory: { ...memory, ledger: { ...memory.ledger, own: { incarnation: laterIncarnation(incarnation, memory.ledger.own.incarnation), counter: 0 } } } };
}
