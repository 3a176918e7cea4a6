import type { Clock, StopTimer } from '../base/clock.ts';
import { between, seconds, type DurationMs, type InstantMs } from '../base/units.ts';
import { adapt, gradeOf, intervalOf, openLadder, openPathWatch, scoreOf, watchPath, type FlowStats, type Grade, type Interval, type Ladder, type MediaPath, type PathWatch, type Reading, type VideoLimit } from '../mediaflow/index.ts';

/** What the last three seconds of a call were like. */
export type CallStats = Interval & {
  /** Since the watch began, which is when the call was connected or somebody first listened. */
  readonly elapsed: DurationMs;
  /** For people: the worst of delay, loss and bitrate. */
  readonly quality: Grade;
  /** Of the audio, 1 to 4.4, a mean opinion score. */
  readonly score: number;
  readonly path: MediaPath;
  /** Whether the peer's audio is of one packet size: constant bitrate, measured. Absent until enough came. */
  readonly peerEvenSized?: boolean;
  readonly pair?: FlowStats['pair'];
};

export type WatchNews =
  | { readonly type: 'stats'; readonly stats: CallStats }
  | { readonly type: 'quality'; readonly quality: Grade }
  | { readonly type: 'media-path'; readonly path: MediaPath };

export type WatchDoors = {
  readonly clock: Clock;
  /** Of the flow that carries the call; `undefined` when none does. */
  readonly stats: () => FlowStats | undefined;
  readonly limitVideo: (limit: VideoLimit) => void;
  readonly tell: (news: WatchNews) => void;
};

/** Looks at a call's media every three seconds, judges it, and keeps its video within what the path carries. */
export class CallWatch {
  readonly #doors: WatchDoors;
  readonly #begun: InstantMs;
  #due: InstantMs;
  #timer: StopTimer | undefined;
  #last: Reading | undefined;
  #ladder: Ladder = openLadder();
  #path: PathWatch = openPathWatch();
  #quality: Grade | undefined;

  constructor(doors: WatchDoors) {
    this.#doors = doors;
    this.#begun = doors.clock.now();
    this.#due = this.#begun;
    doors.limitVideo(this.#ladder.limit);
    this.#look();
  }

  stop(): void {
    this.#timer?.();
    this.#timer = undefined;
  }

  #look(): void {
    const { clock, stats } = this.#doors;
    const now = clock.now();
    // A throttled timer skips what it missed; the interval says how long it really was.
    this.#due = (this.#due + Math.ceil((between(this.#due, now) + 1) / EVERY) * EVERY) as InstantMs;
    this.#timer = clock.schedule(between(now, this.#due), () => this.#look());
    const read = stats();
    if (read === undefined) return;
    const last = this.#last;
    this.#last = { at: now, stats: read };
    if (last !== undefined) this.#judge(intervalOf(last, this.#last), this.#last);
  }

  #judge(interval: Interval, { at, stats }: Reading): void {
    const { tell, limitVideo } = this.#doors;
    this.#path = this.#changed(watchPath(this.#path, interval));
    const ladder = adapt(this.#ladder, interval, at);
    if (ladder.limit !== this.#ladder.limit) limitVideo(ladder.limit);
    this.#ladder = ladder;
    const quality = gradeOf(interval);
    const { evenSized } = stats.audio;
    tell({
      type: 'stats',
      stats: {
        ...interval, elapsed: between(this.#begun, at), quality, score: scoreOf(interval), path: this.#path.path,
        ...(evenSized === undefined ? {} : { peerEvenSized: evenSized }), ...(stats.pair === undefined ? {} : { pair: stats.pair }),
      },
    });
    if (quality !== this.#quality) tell({ type: 'quality', quality });
    this.#quality = quality;
  }

  #changed(next: PathWatch): PathWatch {
    if (next.path !== this.#path.path) this.#doors.tell({ type: 'media-path', path: next.path });
    return next;
  }
}

/** Seed 003: "Quality is checked every 3 seconds". */
const EVERY = seconds(3);
