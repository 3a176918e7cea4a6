import type { Interval } from './interval.ts';

/** How a call is to the people in it, as shown to them. */
export type Grade = 'good' | 'fair' | 'poor';

/** The worst of round-trip time, loss either way, and available bitrate; what was not measured does not count. Silence is poor. */
export function gradeOf(interval: Interval): Grade {
  const { roundTripMs, availableBitrate } = interval;
  if (interval.audio.sent > 0 && interval.audio.received === 0) return 'poor';
  const worst = Math.max(
    roundTripMs === undefined ? 0 : rising(roundTripMs, ROUND_TRIP),
    rising(worstLoss(interval), LOSS),
    // What carries sound alone need not carry a picture.
    availableBitrate === undefined || interval.video.sent === 0 ? 0 : 2 - rising(availableBitrate, BITRATE),
  );
  return GRADES[worst] ?? 'poor';
}

/** The greatest loss of any stream in either direction. */
export function worstLoss({ audio, video }: Interval): number {
  return Math.max(...[audio, video].map((stream) => Math.max(stream.received === 0 ? 0 : stream.lossIn, stream.sent === 0 ? 0 : (stream.lossOut ?? 0))));
}

/** The thresholds of seed 003, "Connection Quality Monitoring": milliseconds, parts, bits/s. */
const ROUND_TRIP = [100, 300] as const;
const LOSS = [0.02, 0.05] as const;
const BITRATE = [200_000, 500_000] as const;

const GRADES: readonly Grade[] = ['good', 'fair', 'poor'];

/** 0 below the first threshold, 1 up to and with the second, 2 above. */
function rising(value: number, [first, second]: readonly [number, number]): number {
  if (value > second) return 2;
  return value >= first ? 1 : 0;
}
