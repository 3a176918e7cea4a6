import { readFile } from 'node:fs/promises';
import { playOpus, playVideo, readIvf, readOggOpus, silence, tone, type AudioSource, type OpusFrame, type VideoFrame, type VideoSource } from '../../src/mediaflow/index.ts';
import { readProblem } from './files.ts';
import type { PeerOptions } from './peer-options.ts';

/** Makes what this side sends, anew for each call. */
export type LocalMediaMaker = {
  /** `ended` is called once, when a file was played to its end. */
  readonly audio: (ended: () => void) => AudioSource;
  readonly video: (() => VideoSource) | undefined;
};

/** Reads the files at once, so that a wrong one is found before anybody is called. Rejects with `CommandError`. */
export async function readLocalMedia({ play, playSeconds, tone: hums, video }: PeerOptions): Promise<LocalMediaMaker> {
  const sound = play === undefined ? undefined : firstSeconds(await read(play, readOggOpus), playSeconds);
  const pictures = video === undefined ? undefined : await read<readonly VideoFrame[]>(video, readIvf);
  return {
    audio: (ended) => {
      if (sound !== undefined) return playOpus(sound, { onEnd: ended });
      return hums ? tone() : silence();
    },
    video: pictures === undefined ? undefined : () => playVideo(pictures, { loop: true }),
  };
}

async function read<T>(path: string, parse: (file: Uint8Array) => T): Promise<T> {
  try {
    return parse(await readFile(path));
  } catch (problem) {
    throw readProblem(path, problem);
  }
}

function firstSeconds(frames: readonly OpusFrame[], seconds: number | undefined): readonly OpusFrame[] {
  if (seconds === undefined) return frames;
  let left = seconds * SAMPLES_PER_SECOND;
  return frames.filter(({ samples }) => {
    left -= samples;
    return left >= 0;
  });
}

const SAMPLES_PER_SECOND = 48_000;
