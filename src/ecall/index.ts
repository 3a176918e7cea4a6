export { CallEngine, CallNotPossibleError, type CallTarget, type EngineEvents, type EngineOptions } from './engine.ts';
export { MemoryStore, type SavedConversation, type SavedEngine, type Store } from './store.ts';
export { Call, type CallEnd, type CallEvents, type CallOptions, type CallPeer, type CallPhase, type CallSecurity } from './call.ts';
export type { CallStats } from './call-watch.ts';
export type { CallMetrics, MediaCount, MessageCounts } from './metrics.ts';
export { DEFAULT_POLICY, type Policy } from './policy.ts';
export { redact, replay, type Trace, type TraceEntry } from './trace.ts';
export { digest, type Digest, type DigestOptions } from './digest.ts';
export type { TracedStep } from './world.ts';
