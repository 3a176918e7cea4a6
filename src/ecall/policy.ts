import { seconds, type DurationMs } from '../base/units.ts';
import type { Econn, Input, Output, TellCaller } from '../econn/index.ts';

/**
 * The door for tools that show what a rule is for: a policy that holds other rules of ECONN under this name is
 * played by them. Not of the package, and not data: a trace that was written to a file replays by our rules.
 */
export const otherRules: unique symbol = Symbol('other rules');

/** What an app may decide about calls, in one record. */
export type Policy = {
  /**
   * Whether a declined caller hears of it at once; else it rings on. `always` also tells Wire's clients, by an
   * answer that is withdrawn at once: there the call looks taken and ended, and ours is *ending* for three seconds.
   */
  readonly tellCaller: TellCaller;
  /** What a call does while this device is in one of another conversation: rings too, or hears that we are busy. */
  readonly whenInCall: 'ring' | 'turn-away';
  /** How long after it was stored a connected call may be gone on with (page reload); later it is ended. */
  readonly resumeWithin: DurationMs;
  /** Whether a peer that crashed in a call with us and calls again is answered without ringing. */
  readonly answerRecall: boolean;
  /** How long a connected call may be without any media before `no-media` is told. */
  readonly noMediaAfter: DurationMs;
  readonly whenNoMedia: 'tell' | 'close';
  /** So many unreadable messages on the data channel end the call: no honest peer sends any. */
  readonly nonsenseLimit: number;
  readonly [otherRules]?: (econn: Econn, input: Input) => readonly [Econn, readonly Output[]];
};

export const DEFAULT_POLICY: Policy = Object.freeze({
  tellCaller: 'when-understood',
  whenInCall: 'ring',
  resumeWithin: seconds(20),
  answerRecall: true,
  noMediaAfter: seconds(10),
  whenNoMedia: 'tell',
  nonsenseLimit: 20,
});
