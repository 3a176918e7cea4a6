import { handle } from './ecall.ts';
import type { Ecall } from './ecall-state.ts';
import type { EcallInput, EcallOutput } from './port.ts';
import type { InstantMs } from '../base/units.ts';
import { Redaction } from './redaction.ts';

/** Everything that happened to one call, from idle on: enough to have it happen again, byte for byte. */
export type Trace = {
  readonly version: 1;
  readonly initial: Ecall;
  readonly entries: readonly TraceEntry[];
};

export type TraceEntry = { readonly at: InstantMs; readonly input: EcallInput; readonly outputs: readonly EcallOutput[] };

/** Runs a trace's inputs again and returns the trace that results: equal to the first one, or something is not pure. */
export function replay(trace: Trace): Trace {
  let ecall = trace.initial;
  const entries = trace.entries.map(({ at, input }) => {
    const [next, outputs] = handle(ecall, input);
    ecall = next;
    return { at, input, outputs };
  });
  return { version: 1, initial: trace.initial, entries };
}

/**
 * A trace that may be shown: session descriptions, user, device and session ids are replaced by tokens, and
 * whatever a peer wrote that is not read here is left out. Equal ids keep equal tokens, and tokens order as
 * the ids do, so that a glare is decided the same way and the trace still replays.
 */
export function redact(trace: Trace): Trace {
  // Our own session ids are made from ids: what we put out must be made again from the tokens.
  return replay(new Redaction([trace]).of(trace));
}
