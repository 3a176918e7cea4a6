/**
 * callcore: an end-to-end encrypted call engine.
 *
 * @module
 */
export { CallEngine, CallNotPossibleError, type CallTarget, type EngineEvents, type EngineOptions } from './ecall/index.ts';
export { MemoryStore, type SavedConversation, type SavedEngine, type Store } from './ecall/index.ts';
export { Call, type CallEnd, type CallEvents, type CallOptions, type CallPeer, type CallPhase, type CallSecurity, type Contact } from './ecall/index.ts';
export type { CallMetrics, CallStats, MediaCount, MessageCounts, Policy } from './ecall/index.ts';
export { browserNetwork, type IceLease, type IceSource, type NetworkWatch } from './ecall/index.ts';
export { digest, type Digest, type DigestOptions } from './ecall/index.ts';
export { DEFAULT_POLICY, redact, replay, type Trace, type TraceEntry } from './ecall/index.ts';
export { DEFAULT_PROPS, DEFAULT_TIMEOUTS, drawIncarnation, type CloseReason, type PropName, type Props, type TellCaller, type Timeouts, type VideoState } from './econn/index.ts';
export type { Clock, StopTimer } from './base/clock.ts';
export type { Device } from './base/device.ts';
export type { Entropy } from './base/entropy.ts';
export { systemClock } from './base/system-clock.ts';
export { systemEntropy } from './base/system-entropy.ts';
export { backendTime, ms, seconds, type BackendTimeMs, type DurationMs, type InstantMs } from './base/units.ts';
export type { Log, LogFields } from './base/log.ts';
export { BugError } from './base/absurd.ts';
