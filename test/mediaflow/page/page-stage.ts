import type { Stage } from '../../../src/mediaflow/conformance/conformance-world.ts';
import { told, type RecordedFlow } from '../../../src/mediaflow/conformance/recorded-flow.ts';
import type { MediaTrack } from '../../../src/mediaflow/index.ts';
import { PageEar, PageEye, pictureTrack, toneTrack } from './page-media.ts';

/** An oscillator and a canvas in a page, and what its loudspeaker and its screen would get. */
export class PageStage implements Stage {
  readonly #audio = new AudioContext();
  readonly #stops: (() => void)[] = [];
  readonly #ears = new Map<MediaTrack, PageEar>();
  readonly #eyes = new Map<MediaTrack, PageEye>();

  async play(): Promise<{ audio: { track: MediaStreamTrack }; video: { track: MediaStreamTrack } }> {
    const audio = toneTrack(this.#audio);
    const picture = pictureTrack();
    this.#stops.push(() => audio.stop(), () => picture.stop());
    return { audio: { track: audio }, video: { track: picture.track } };
  }

  async loudness(end: RecordedFlow): Promise<number> {
    const track = told(end, 'track').find(({ kind }) => kind === 'audio')?.track;
    if (track === undefined) return 0;
    const ear = this.#ears.get(track) ?? new PageEar(this.#audio, track);
    this.#ears.set(track, ear);
    return ear.loudness;
  }

  async pictures(end: RecordedFlow): Promise<number> {
    const track = told(end, 'track').find(({ kind }) => kind === 'video')?.track;
    if (track === undefined) return 0;
    const eye = this.#eyes.get(track) ?? new PageEye(track);
    this.#eyes.set(track, eye);
    return eye.pictures;
  }

  async close(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    for (const sense of [...this.#ears.values(), ...this.#eyes.values()]) sense.close();
    if (this.#audio.state !== 'closed') await this.#audio.close();
  }
}
