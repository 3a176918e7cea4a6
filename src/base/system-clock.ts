import type { Clock } from './clock.ts';
import { backendTime, instant } from './units.ts';

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => instant(performance.now()),
  wallNow: () => backendTime(Date.now()),
  schedule(span, fire) {
    const timer = setTimeout(fire, span);
    return () => clearTimeout(timer);
  },
};
