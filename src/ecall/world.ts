import type { Clock } from '../base/clock.ts';
import type { Entropy } from '../base/entropy.ts';
import type { Log } from '../base/log.ts';
import type { Timeouts } from '../econn/index.ts';
import type { MediaEngine } from '../mediaflow/index.ts';
import type { BackendChannel } from '../transport/index.ts';
import type { Ecall } from './ecall-state.ts';
import type { IceServers } from './ice-servers.ts';
import type { Policy } from './policy.ts';
import type { Store } from './store.ts';
import type { TraceEntry } from './trace.ts';

/** What the impure half of the engine is given: its only ways to the outside. */
export type World = {
  readonly channel: BackendChannel;
  readonly media: MediaEngine;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Log;
  readonly ice: IceServers;
  readonly policy: Policy;
  readonly timeouts: Timeouts;
  readonly store: Store | undefined;
  readonly listenerThrew: (problem: unknown) => void;
  readonly isMember: (conversation: string, user: string) => boolean;
  readonly onStep: ((step: TracedStep) => void) | undefined;
};

/** One input that a conversation's call was fed, and what came of it. With ids and descriptions: not for logs. */
export type TracedStep = { readonly conversation: string; readonly user: string; readonly before: Ecall; readonly after: Ecall; readonly entry: TraceEntry };
