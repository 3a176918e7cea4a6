import type { Clock } from '../../base/clock.ts';
import { systemClock } from '../../base/system-clock.ts';
import { between, ms, type InstantMs } from '../../base/units.ts';
import type { OpusFrame, VideoFrame } from '../port.ts';
import { opusSamples } from './opus-packet.ts';
import { RecordedFile, type RecordedFrame, type RecordedTrack } from './recorded-file.ts';
import { TrackPace } from './track-pace.ts';

export type CallRecorderOptions = {
  /** Where the first, second, … part goes. */
  readonly path: (part: number) => string;
  readonly clock?: Clock;
};

/**
 * Records both sides of a call as WebM, each side's audio and video in a track of its own. A file cannot gain
 * tracks once it is begun: it waits two seconds to see which there are, and what begins later begins another
 * part.
 */
export class CallRecorder {
  readonly #path: (part: number) => string;
  readonly #clock: Clock;
  readonly #files: string[] = [];
  readonly #closing: Promise<void>[] = [];
  readonly #seen = new Map<RecordedTrack, { readonly pace: TrackPace; last?: number }>();
  #begun: InstantMs | undefined;
  #gathered: RecordedFrame[] = [];
  #file: RecordedFile | undefined;
  #finished = false;

  constructor({ path, clock = systemClock }: CallRecorderOptions) {
    this.#path = path;
    this.#clock = clock;
  }

  audio(side: 'our' | 'their', { payload }: Pick<OpusFrame, 'payload'>): void {
    const samples = opusSamples(payload);
    if (samples !== undefined) this.#take(`${side} audio`, { payload, length: samples / 48_000, keyframe: true, codec: 'opus' });
  }

  video(side: 'our' | 'their', { payload, timestamp, keyframe, codec = 'VP8' }: VideoFrame): void {
    const track: RecordedTrack = `${side} video`;
    const last = this.#seen.get(track)?.last;
    const ticks = last === undefined ? 0 : (timestamp - last) | 0;
    this.#take(track, { payload, length: ticks > 0 && ticks < 90_000 ? ticks / 90_000 : DEFAULT_LENGTH, keyframe, codec });
    const seen = this.#seen.get(track);
    if (seen !== undefined) seen.last = timestamp;
  }

  /** Completes the files and returns their paths; none when nothing came. Rejects when one could not be written. */
  async finish(): Promise<readonly string[]> {
    if (!this.#finished) {
      this.#finished = true;
      this.#open();
      this.#closeFile();
    }
    await Promise.all(this.#closing);
    return this.#files;
  }

  #take(track: RecordedTrack, frame: Omit<RecordedFrame, 'track' | 'place'>): void {
    if (this.#finished) return;
    const now = this.#clock.now();
    const isNew = this.#file === undefined ? !this.#seen.has(track) : !this.#file.takes({ ...frame, track, place: 0 });
    // The first picture of a track must stand alone.
    if (isNew && !frame.keyframe) return;
    if (isNew && this.#file !== undefined) this.#beginPart();
    this.#begun ??= now;
    const seen = this.#seen.get(track) ?? { pace: new TrackPace(this.#begun) };
    this.#seen.set(track, seen);
    const placed = { ...frame, track, place: seen.pace.place(now, frame.length) };
    if (this.#file !== undefined) {
      this.#file.write(placed);
      return;
    }
    this.#gathered.push(placed);
    if (between(this.#begun, now) >= GATHER) this.#open();
  }

  #open(): void {
    if (this.#gathered.length === 0) return;
    const path = this.#path(this.#files.length + 1);
    this.#files.push(path);
    const first = new Map<RecordedTrack, RecordedFrame>();
    // Of two codecs in one track the newer goes on; what came in the older is a moment at most.
    for (const frame of this.#gathered) if (!first.has(frame.track) || first.get(frame.track)?.codec !== frame.codec) first.set(frame.track, frame);
    const file = new RecordedFile(path, first);
    for (const frame of this.#gathered) if (file.takes(frame)) file.write(frame);
    this.#gathered = [];
    this.#file = file;
  }

  #beginPart(): void {
    this.#closeFile();
    this.#seen.clear();
    this.#begun = undefined;
  }

  #closeFile(): void {
    const closed = this.#file?.close();
    this.#file = undefined;
    if (closed === undefined) return;
    closed.catch(() => {});
    this.#closing.push(closed);
  }
}

const GATHER = ms(2_000);
/** 15 pictures a second, until the second one tells. */
const DEFAULT_LENGTH = 1 / 15;
