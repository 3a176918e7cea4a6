declare const unit: unique symbol;

/** A span of time in milliseconds. */
export type DurationMs = number & { readonly [unit]: 'ms' };

/** A moment on the host's monotonic clock, in milliseconds since an arbitrary start. Never wall-clock time. */
export type InstantMs = number & { readonly [unit]: 'ms since start' };

/** A moment by the backend's clock, in milliseconds since the Unix epoch. */
export type BackendTimeMs = number & { readonly [unit]: 'ms since 1970 by the backend' };

export const ms = (count: number): DurationMs => count as DurationMs;
export const seconds = (count: number): DurationMs => (count * 1000) as DurationMs;
export const instant = (at: number): InstantMs => at as InstantMs;
export const backendTime = (at: number): BackendTimeMs => at as BackendTimeMs;

export const after = (at: InstantMs, span: DurationMs): InstantMs => (at + span) as InstantMs;
export const between = (from: InstantMs, to: InstantMs): DurationMs => (to - from) as DurationMs;
