import { MediaFileError } from '../../../src/mediaflow/media/media-file-error.ts';
import { readMatroska } from '../../../src/mediaflow/media/matroska.ts';
import { fixture } from '../fixture.ts';
import { spoilBytes } from '../mutate/bytes.ts';
import { demand, type Target } from '../target.ts';

/** A WebM or Matroska file to be played. */
export const target: Target = {
  name: 'matroska',
  what: 'WebM and Matroska files with Opus, VP8 and H.264',
  mutator: spoilBytes,
  longest: 6_000,
  prepare: () => {
    const files = ['clock-vp8.webm', 'clock-h264.mkv'].map((name) => fixture(`test/fixtures/video/${name}`));
    return {
      seeds: files.map((file) => file.slice(0, 5_000)),
      feed: (input) => {
        try {
          const { audio = [], video = [] } = readMatroska(input);
          demand(video.length === 0 || video[0]?.keyframe === true, 'what is played begins with a keyframe');
          demand(audio.length <= input.length && video.length <= input.length, 'no more comes out than went in');
        } catch (problem) {
          if (!(problem instanceof MediaFileError)) throw problem;
        }
      },
      check: () => {
        for (const file of files) demand((readMatroska(file).video?.length ?? 0) === 21, 'an honest file plays');
      },
    };
  },
};
