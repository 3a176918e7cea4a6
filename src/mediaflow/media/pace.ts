import type { Clock, StopTimer } from '../../base/clock.ts';
import { after, between, ms, type DurationMs, type InstantMs } from '../../base/units.ts';

/** Says what comes next and how long it lasts; `undefined` at the end. */
export type Tick = () => DurationMs | undefined;

/**
 * Calls `tick` in real time: each time when what the last one started is over. Deadlines are absolute, so the
 * lateness of timers does not add up. After more than {@link LATEST} of lateness (a suspended machine, a busy
 * loop) time that was missed is skipped instead of played all at once.
 */
export function startPace(clock: Clock, tick: Tick): StopTimer {
  const pace: { due: InstantMs; timer: StopTimer | undefined; stopped: boolean } = { due: clock.now(), timer: undefined, stopped: false };
  const run = (): void => {
    if (between(pace.due, clock.now()) > LATEST) pace.due = clock.now();
    while (!pace.stopped && pace.due <= clock.now()) {
      const lasts = tick();
      if (lasts === undefined) return;
      // Something that lasts no time at all would be played for ever in no time.
      pace.due = after(pace.due, ms(Math.max(lasts, 1)));
    }
    if (!pace.stopped) pace.timer = clock.schedule(between(clock.now(), pace.due), run);
  };
  pace.timer = clock.schedule(ms(0), run);
  return () => {
    pace.stopped = true;
    pace.timer?.();
  };
}

/** Five of the usual audio frames: a receiver's jitter buffer takes that many at once. */
const LATEST = ms(100);
