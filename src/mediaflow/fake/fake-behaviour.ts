import { ms, seconds, type DurationMs } from '../../base/units.ts';
import type { CandidateType } from '../port.ts';

/** What goes well and what does not for the flows of one fake engine. */
export type FakeBehaviour = {
  /** How long until nothing more is to be found. `never`: the caps of the gather rule decide. */
  readonly gather: DurationMs | 'never';
  /** What is found, and when after the start of gathering. Empty: a machine without a network. */
  readonly candidates: readonly { readonly type: CandidateType; readonly after: DurationMs }[];
  /** `fails`: no check of this side is ever answered. */
  readonly ice: 'works' | 'fails';
  /** How long this side tries to find a path before it fails with `no-path`. */
  readonly iceGivesUpAfter: DurationMs;
  /** `refused`: this side does not believe the peer's certificate. */
  readonly dtls: 'works' | 'refused';
  /** From the proven path to `channel-opened` on this side. `never`: DTLS stands, the channel does not open. */
  readonly channelOpensAfter: DurationMs | 'never';
  /** How long a cut path takes to be noticed as `disconnected`. */
  readonly silenceNoticedAfter: DurationMs | 'never';
  /** Whether a closing flow tells its peer; `false` is a process that was killed. */
  readonly closesPolitely: boolean;
};

/** All goes well, in no time. */
export const HEALTHY: FakeBehaviour = Object.freeze({
  gather: ms(0),
  candidates: [{ type: 'host' as const, after: ms(0) }],
  ice: 'works',
  iceGivesUpAfter: seconds(30),
  dtls: 'works',
  channelOpensAfter: ms(0),
  silenceNoticedAfter: seconds(30),
  closesPolitely: true,
});
