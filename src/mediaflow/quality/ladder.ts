import { between, seconds, type DurationMs, type InstantMs } from '../../base/units.ts';
import type { VideoLimit } from '../port.ts';
import type { Interval } from './interval.ts';

/** Where our video stands between its best and its least. */
export type Ladder = {
  /** An index into {@link RUNGS}. */
  readonly rung: number;
  readonly limit: VideoLimit;
  /** Since when nothing spoke against climbing; absent while something does. */
  readonly calmSince?: InstantMs;
  /** How long it must be calm before the next climb: doubled by each climb that had to be taken back. */
  readonly patience: DurationMs;
  readonly climbedAt?: InstantMs;
};

/** Best first. Resolutions and the span of bitrates: seed 003, "Video". */
export const RUNGS: readonly VideoLimit[] = [
  { width: 1280, height: 720, frameRate: 30, bitrate: 2_000_000 },
  { width: 640, height: 480, frameRate: 30, bitrate: 800_000 },
  { width: 320, height: 240, frameRate: 15, bitrate: 250_000 },
];

/** Starts in the middle: a picture at once on most paths, and one step from everything. */
export function openLadder(): Ladder {
  return { rung: START, limit: rungAt(START), patience: FIRST_PATIENCE };
}

/**
 * Down at once when what we send does not arrive or the path is said to carry less, up one rung after a calm
 * time. Within a rung the bitrate follows the estimate. `limit` is another object only when it changed.
 */
export function adapt(ladder: Ladder, interval: Interval, now: InstantMs): Ladder {
  const room = Math.min(interval.availableBitrate ?? Number.POSITIVE_INFINITY, rungAt(0).bitrate) - interval.audio.sendBitrate;
  const trouble = Math.max(interval.video.lossOut ?? 0, interval.audio.lossOut ?? 0) > LOSS_LIMIT || (interval.roundTripMs ?? 0) > ROUND_TRIP_LIMIT;
  const fits = fittingRung(room);
  if (trouble || fits > ladder.rung) return descend(ladder, Math.max(fits, trouble ? ladder.rung + 1 : 0), room, now);
  const calmSince = ladder.calmSince ?? now;
  const climbs = ladder.rung > 0 && fits < ladder.rung && between(calmSince, now) >= ladder.patience;
  if (climbs) return { ...ladder, rung: ladder.rung - 1, limit: limitAt(ladder.rung - 1, room, ladder.limit), calmSince: now, climbedAt: now };
  return { ...ladder, calmSince, limit: limitAt(ladder.rung, room, ladder.limit) };
}

function descend(ladder: Ladder, wanted: number, room: number, now: InstantMs): Ladder {
  const rung = Math.min(wanted, RUNGS.length - 1);
  const { calmSince: _, ...rest } = ladder;
  const takenBack = ladder.climbedAt !== undefined && between(ladder.climbedAt, now) < ladder.patience;
  const patience = takenBack ? (Math.min(ladder.patience * 2, LONGEST_PATIENCE) as DurationMs) : ladder.patience;
  return { ...rest, rung, patience, limit: limitAt(rung, room, ladder.limit) };
}

/** The best rung that still looks right at three quarters of its bitrate. */
function fittingRung(room: number): number {
  const found = RUNGS.findIndex(({ bitrate }) => room >= bitrate * 0.75);
  return found === -1 ? RUNGS.length - 1 : found;
}

/** Small changes of the estimate are noise: an encoder that is told of each is never at rest. */
function limitAt(rung: number, room: number, before: VideoLimit): VideoLimit {
  const full = rungAt(rung);
  const bitrate = Math.round(Math.max(LEAST, Math.min(full.bitrate, room * 0.9)));
  const same = full.height === before.height && Math.abs(bitrate - before.bitrate) < before.bitrate * 0.1;
  return same ? before : { ...full, bitrate };
}

function rungAt(rung: number): VideoLimit {
  return RUNGS[rung] ?? { width: 320, height: 240, frameRate: 15, bitrate: LEAST };
}

const START = 1;
/** Below this a picture helps nobody. */
const LEAST = 100_000;
/** Where seed 003 calls a path poor. */
const LOSS_LIMIT = 0.05;
const ROUND_TRIP_LIMIT = 300;
const FIRST_PATIENCE = seconds(9);
const LONGEST_PATIENCE = seconds(72);
