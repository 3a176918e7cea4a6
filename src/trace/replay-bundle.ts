import type { InstantMs } from '../base/units.ts';
import { handle as handleEcall } from '../ecall/ecall.ts';
import type { Ecall } from '../ecall/ecall-state.ts';
import { otherRules } from '../ecall/policy.ts';
import type { EcallInput, EcallOutput } from '../ecall/port.ts';
import { handle as handleEconn, type Econn, type Input, type Output } from '../econn/index.ts';
import { OURS, type TraceBundle, type TracePart } from './bundle.ts';

/** A step as it happens again. `recorded`: what the trace says that it put out. */
export type ReplayedStep = {
  readonly at: InstantMs;
  readonly input: EcallInput | Input;
  readonly before: Ecall | Econn;
  readonly after: Ecall | Econn;
  readonly outputs: readonly (EcallOutput | Output)[];
  readonly recorded: readonly (EcallOutput | Output)[];
};

/** An ECONN by other rules than ours, by their name; `undefined` for a name that is not known. */
export type Rulebook = (rules: string) => ((econn: Econn, input: Input) => readonly [Econn, readonly Output[]]) | undefined;

/** The trace was recorded under rules that are not known here; pass a rulebook that knows them. */
export class UnknownRulesError extends Error {
  override readonly name = 'UnknownRulesError' as const;
}

/** The first step whose outputs are others than the trace says. Positions count from 0. */
export type Difference = { readonly device: number; readonly part: number; readonly entry: number; readonly input: string; readonly recorded: readonly unknown[]; readonly replayed: readonly unknown[] };

export type BundleReplay = { readonly steps: number; readonly difference: Difference | undefined };

/** Runs the inputs of a part again, one by one. */
export function* stepsOf(part: TracePart, rulebook?: Rulebook): Generator<ReplayedStep> {
  const handle = handlerOf(part.rules, rulebook);
  if (part.level === 'econn') yield* walk<Econn, Input, Output>(part, handle);
  else {
    const { initial, entries } = part;
    const policy = part.rules === OURS ? initial.policy : { ...initial.policy, [otherRules]: handle };
    yield* walk<Ecall, EcallInput, EcallOutput>({ initial: { ...initial, policy }, entries }, handleEcall);
  }
}

/** The same part with the outputs of its replay: equal to the first one, or something is not pure. */
export function replayPart(part: TracePart, rulebook?: Rulebook): TracePart {
  const entries = [...stepsOf(part, rulebook)].map(({ at, input, outputs }) => ({ at, input, outputs }));
  return { ...part, entries } as TracePart;
}

/** Runs everything again and compares each step's outputs, as JSON text, with those of the trace. */
export function replayBundle({ devices }: TraceBundle, rulebook?: Rulebook): BundleReplay {
  let steps = 0;
  for (const [device, { parts }] of devices.entries()) {
    for (const [part, each] of parts.entries()) {
      let entry = 0;
      for (const { input, outputs, recorded } of stepsOf(each, rulebook)) {
        if (JSON.stringify(outputs) !== JSON.stringify(recorded)) return { steps, difference: { device, part, entry, input: input.type, recorded, replayed: outputs } };
        entry += 1;
        steps += 1;
      }
    }
  }
  return { steps, difference: undefined };
}

type Walked<S, I, O> = { readonly initial: S; readonly entries: readonly { readonly at: InstantMs; readonly input: I; readonly outputs: readonly O[] }[] };

function* walk<S extends Ecall | Econn, I extends EcallInput | Input, O extends EcallOutput | Output>({ initial, entries }: Walked<S, I, O>, handle: (state: S, input: I) => readonly [S, readonly O[]]): Generator<ReplayedStep> {
  let before = initial;
  for (const { at, input, outputs: recorded } of entries) {
    const [after, outputs] = handle(before, input);
    yield { at, input, before, after, outputs, recorded };
    before = after;
  }
}

function handlerOf(rules: string, rulebook: Rulebook | undefined): (econn: Econn, input: Input) => readonly [Econn, readonly Output[]] {
  if (rules === OURS) return handleEconn;
  const handle = rulebook?.(rules);
  if (handle === undefined) throw new UnknownRulesError(`the trace was recorded under the rules "${rules}", which are not known here`);
  return handle;
}
