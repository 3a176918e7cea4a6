import type { Clock } from '../../base/clock.ts';
import { systemClock } from '../../base/system-clock.ts';
import { ms } from '../../base/units.ts';
import type { AudioSource, OpusFrame } from '../port.ts';
import { opusSilence } from './opus-silence.ts';
import { startPace } from './pace.ts';
import { toneFrames } from './tone-frames.ts';

export type SourceOptions = {
  /** What paces the source. Default: the system's clock. */
  readonly clock?: Clock;
};

export type PlayOptions = SourceOptions & {
  /** From the beginning again, for ever. */
  readonly loop?: boolean;
  /** Told once, when the last frame was over. Never with `loop`. */
  readonly onEnd?: () => void;
};

/** Plays encoded frames in real time, as from a file. Stopped and started again it goes on where it was. */
export function playOpus(frames: readonly OpusFrame[], options: PlayOptions = {}): AudioSource {
  const { clock = systemClock } = options;
  let position = 0;
  let ended = false;
  return {
    start(push) {
      return startPace(clock, () => {
        if (position >= frames.length && options.loop === true) position = 0;
        const frame = frames[position];
        if (frame === undefined) {
          if (!ended) options.onEnd?.();
          ended = true;
          return undefined;
        }
        position += 1;
        push(frame);
        return ms(frame.samples / SAMPLES_PER_MS);
      });
    },
  };
}

/** A microphone that hears nothing: a silent frame each 20 ms. Keeps the audio path warm and alive. */
export function silence({ clock = systemClock }: SourceOptions = {}): AudioSource {
  return playOpus([{ payload: opusSilence(960), samples: 960 }], { clock, loop: true });
}

/** 440 Hz without end. */
export function tone({ clock = systemClock }: SourceOptions = {}): AudioSource {
  return playOpus(toneFrames(), { clock, loop: true });
}

const SAMPLES_PER_MS = 48;
