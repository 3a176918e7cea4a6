import { ms, seconds, type DurationMs } from '../base/units.ts';
import type { CandidateType, FlowFailure, IceConfig } from './port.ts';

/** How far gathering has come. Spans count from its start. */
export type Gathering = {
  readonly policy: IceConfig['policy'];
  readonly elapsed: DurationMs;
  /** Nothing more will be found. */
  readonly complete: boolean;
  /** Candidates found so far. With relay-only those of other kinds need not be looked for. */
  readonly found: number;
  readonly firstRelay?: DurationMs;
};

export type GatherVerdict =
  | { readonly type: 'wait'; readonly until: DurationMs }
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly failure: Extract<FlowFailure, 'no-network' | 'no-relay'> };

/** The limits of full gathering, as AVS has them: a description waits for candidates, a person does not. */
export const GATHER_LIMITS = Object.freeze({
  /** A machine with a network has its host candidates at once; after this long without any there is none. */
  anything: seconds(2),
  /** With a relay a path exists: what comes later than this would only make it better. */
  afterRelay: seconds(2),
  /** A dead TURN server costs this much, never more. */
  everything: seconds(10),
});

/** Decides whether a description may be made now. Pure; the same progress always gives the same verdict. */
export function judgeGathering(gathering: Gathering): GatherVerdict {
  const { policy, elapsed, complete, found, firstRelay } = gathering;
  if (found === 0 && policy === 'all') {
    if (complete || elapsed >= GATHER_LIMITS.anything) return { type: 'failed', failure: 'no-network' };
    return { type: 'wait', until: GATHER_LIMITS.anything };
  }
  const cap = firstRelay === undefined ? GATHER_LIMITS.everything : ms(Math.min(firstRelay + GATHER_LIMITS.afterRelay, GATHER_LIMITS.everything));
  if (!complete && elapsed < cap) return { type: 'wait', until: cap };
  if (policy === 'relay' && firstRelay === undefined) return { type: 'failed', failure: 'no-relay' };
  return { type: 'ready' };
}

/** True when a candidate of this type may be shown to a peer, or a peer's used. */
export function allowedBy(policy: IceConfig['policy'], type: CandidateType): boolean {
  return policy === 'all' || type === 'relay';
}
