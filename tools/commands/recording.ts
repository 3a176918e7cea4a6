import { extname } from 'node:path';
import type { ReceivedAudio, ReceivedVideo, SentMedia } from '../../src/mediaflow/index.ts';
import { CallRecorder, OpusFileSink } from '../../src/mediaflow/werift/index.ts';
import { numbered, writeProblem } from './files.ts';

/** Where a call is recorded, by the name of the file. */
export type Recording = {
  readonly heard: (frame: ReceivedAudio) => void;
  readonly seen: (frame: ReceivedVideo) => void;
  /** Told what leaves, when both sides are recorded. */
  readonly sent: SentMedia | undefined;
  /** The files, complete. Rejects with `CommandError` when one could not be written. Idempotent. */
  readonly close: () => Promise<readonly string[]>;
};

/** `.webm` and `.mkv`: both sides with sound and picture. Anything else: what is heard, as Ogg/Opus. Throws `CommandError`. */
export function openRecording(path: string): Recording {
  return ['.webm', '.mkv'].includes(extname(path).toLowerCase()) ? ofBothSides(path) : ofWhatIsHeard(path);
}

function ofBothSides(path: string): Recording {
  const recorder = new CallRecorder({ path: (part) => numbered(path, part) });
  return {
    heard: (frame) => recorder.audio('their', frame),
    seen: (frame) => recorder.video('their', frame),
    sent: { audio: (frame) => recorder.audio('our', frame), video: (frame) => recorder.video('our', frame) },
    close: () => recorder.finish().catch((problem: unknown) => {
      throw writeProblem(path, problem);
    }),
  };
}

function ofWhatIsHeard(path: string): Recording {
  try {
    const sink = new OpusFileSink(path);
    return {
      heard: (frame) => sink.push(frame),
      seen: () => undefined,
      sent: undefined,
      close: async () => {
        sink.close();
        return [path];
      },
    };
  } catch (problem) {
    throw writeProblem(path, problem);
  }
}
