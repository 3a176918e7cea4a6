import type { Interval } from './interval.ts';

/** Which way sound gets through. */
export type MediaPath = 'both-ways' | 'only-outgoing' | 'only-incoming' | 'neither';

/** What was seen of the path so far. */
export type PathWatch = {
  readonly path: MediaPath;
  /** What the last interval said, when it was worse than `path`. */
  readonly doubt?: MediaPath;
  /** Intervals in a row in which we sent and the peer reported nothing. */
  readonly unreported: number;
};

/** Until something is seen, nothing is wrong. */
export function openPathWatch(): PathWatch {
  return { path: 'both-ways', unreported: 0 };
}

/**
 * One interval of three seconds more. A path that got worse is believed when two intervals in a row say so, one
 * that got better at once. Who is muted sends silence, so nothing on the wire is a fault.
 */
export function watchPath(watch: PathWatch, { audio }: Interval): PathWatch {
  const unreported = audio.sent > 0 && audio.lossOut === undefined ? watch.unreported + 1 : 0;
  const heard = audio.received > 0;
  const arrives = audio.lossOut !== 1 && unreported < REPORTS_DUE;
  const seen: MediaPath = heard ? (arrives ? 'both-ways' : 'only-incoming') : arrives ? 'only-outgoing' : 'neither';
  const better = RANK[seen] > RANK[watch.path];
  return seen === watch.path || seen === watch.doubt || better ? { path: seen, unreported } : { path: watch.path, doubt: seen, unreported };
}

/** libwebrtc reports on audio every 2.5 to 7.5 s (RFC 3550 §6.2): this many intervals without a word say enough. */
const REPORTS_DUE = 3;

const RANK: Readonly<Record<MediaPath, number>> = { neither: 0, 'only-outgoing': 1, 'only-incoming': 1, 'both-ways': 2 };
