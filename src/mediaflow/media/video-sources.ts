import { systemClock } from '../../base/system-clock.ts';
import { ms } from '../../base/units.ts';
import type { VideoFrame, VideoSource } from '../port.ts';
import type { PlayOptions } from './audio-sources.ts';
import { startPace } from './pace.ts';

/**
 * Plays encoded pictures in real time, as from a file. Timestamps rise evenly through loops and jumps. A
 * request for a keyframe jumps to the next one in the file, or with `loop` to the first.
 */
export function playVideo(frames: readonly VideoFrame[], options: PlayOptions = {}): VideoSource {
  const { clock = systemClock } = options;
  let position = 0;
  let timestamp = 0;
  let ended = false;
  let keyframeWanted = false;
  const seek = (): void => {
    const next = frames.findIndex((frame, index) => index >= position && frame.keyframe);
    if (next !== -1) position = next;
    else if (options.loop === true) position = 0;
  };
  return {
    start(push) {
      return startPace(clock, () => {
        if (keyframeWanted) seek();
        keyframeWanted = false;
        if (position >= frames.length && options.loop === true) position = 0;
        const frame = frames[position];
        if (frame === undefined) {
          if (!ended) options.onEnd?.();
          ended = true;
          return undefined;
        }
        const lasts = ticksOf(frames, position);
        position += 1;
        push({ ...frame, timestamp });
        timestamp = (timestamp + lasts) >>> 0;
        return ms(lasts / TICKS_PER_MS);
      });
    },
    requestKeyframe() {
      keyframeWanted = true;
    },
  };
}

/** Until the next picture; the last one lasts as long as the one before it. */
function ticksOf(frames: readonly VideoFrame[], index: number): number {
  const to = frames[index + 1] === undefined ? index : index + 1;
  const span = (frames[to]?.timestamp ?? 0) - (frames[to - 1]?.timestamp ?? 0);
  return span > 0 && span <= 90_000 ? span : DEFAULT_TICKS;
}

const TICKS_PER_MS = 90;
/** 30 pictures a second, when the file does not say. */
const DEFAULT_TICKS = 3_000;
