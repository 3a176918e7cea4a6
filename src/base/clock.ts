import type { BackendTimeMs, DurationMs, InstantMs } from './units.ts';

/** Stops a timer that has not fired. Harmless afterwards. */
export type StopTimer = () => void;

/**
 * The only source of time in callcore: the system's in an app (`systemClock`), one that moves only when told
 * to in tests and simulations (`VirtualTime`).
 */
export interface Clock {
  /** Monotonic: never goes back, not even when the wall clock is set. */
  now(): InstantMs;
  /** Wall-clock time in milliseconds since 1970. May jump; fit for ages and records, never for deadlines. */
  wallNow(): BackendTimeMs;
  /** Runs `fire` once when `span` has passed; it may run late, never early, never before this call returned. */
  schedule(span: DurationMs, fire: () => void): StopTimer;
}
