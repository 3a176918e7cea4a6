import { readFile } from 'node:fs/promises';
import { MediaFileError, playOpus, playVideo, readIvf, readOggOpus, silence, tone, type AudioSource, type OpusFrame, type VideoFrame, type VideoSource } from '../../src/mediaflow/index.ts';
import { readMatroska } from '../../src/mediaflow/werift/index.ts';
import { readProblem } from './files.ts';
import type { PeerOptions } from './peer-options.ts';

/** Makes what this side sends, anew for each call. */
export type LocalMediaMaker = {
  /** `ended` is called once, when a file was played to its end. */
  readonly audio: (ended: () => void) => AudioSource;
  readonly video: (() => VideoSource) | undefined;
};

/** Reads the files at once, so that a wrong one is found before anybody is called. Rejects with `CommandError`. */
export async function readLocalMedia({ play, playSeconds, tone: hums, video, file }: PeerOptions): Promise<LocalMediaMaker> {
  const film = file === undefined ? {} : await read(file, readMatroska);
  const sound = firstSeconds(play === undefined ? film.audio : await read(play, readOggOpus), playSeconds);
  const pictures = video === undefined ? film.video : await read(video, readPictures);
  return {
    audio: (ended) => {
      if (sound !== undefined) return playOpus(sound, { onEnd: ended });
      return hums ? tone() : silence();
    },
    video: pictures === undefined ? undefined : () => playVideo(pictures, { loop: true }),
  };
}

function readPictures(file: Uint8Array): readonly VideoFrame[] {
  if (Buffer.from(file.subarray(0, 4)).toString('latin1') === 'DKIF') return readIvf(file);
  const { video } = readMatroska(file);
  if (video === undefined) throw new MediaFileError('unsupported', 'no VP8, VP9 or H.264 in the file');
  return video;
}

async function read<T>(path: string, parse: (file: Uint8Array) => T): Promise<T> {
  try {
    return parse(await readFile(path));
  } catch (problem) {
    throw readProblem(path, problem);
  }
}

function firstSeconds(frames: readonly OpusFrame[] | undefined, seconds: number | undefined): readonly OpusFrame[] | undefined {
  if (seconds === undefined || frames === undefined) return frames;
  let left = seconds * SAMPLES_PER_SECOND;
  return frames.filter(({ samples }) => {
    left -= samples;
    return left >= 0;
  });
}

const SAMPLES_PER_SECOND = 48_000;
