import { createHash } from 'node:crypto';
import type { AudioSource, ReceivedAudio } from '../../src/mediaflow/index.ts';
import type { FrameReport, PlayedFrame, ReceivedFrame } from './peer-events.ts';

/** Writes down every audio frame of one call: what its source gave and what arrived. */
export class FrameLedger {
  readonly #played: PlayedFrame[] = [];
  readonly #received: ReceivedFrame[] = [];

  /** The same source, written down as it plays. */
  watch(source: AudioSource, isMuted: () => boolean): AudioSource {
    return {
      start: (push) =>
        source.start((frame) => {
          this.#played.push({ digest: digest(frame.payload), samples: frame.samples, muted: isMuted() });
          push(frame);
        }),
    };
  }

  heard({ payload, timestamp, sequence }: ReceivedAudio): void {
    this.#received.push({ digest: digest(payload), timestamp, sequence });
  }

  get report(): FrameReport {
    return { played: this.#played, received: this.#received };
  }
}

/** 96 bits of SHA-256: enough that no two of a call's frames are taken for one another. */
export function digest(payload: Uint8Array): string {
  return createHash('sha256').update(payload).digest('base64url').slice(0, 16);
}
