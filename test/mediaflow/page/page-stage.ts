import type { Stage } from '../../../src/mediaflow/conformance/conformance-world.ts';
import { told, type RecordedFlow } from '../../../src/mediaflow/conformance/recorded-flow.ts';
import type { MediaTrack } from '../../../src/mediaflow/index.ts';

/** An oscillator and a canvas in a page, and what its loudspeaker and its screen would get. */
export class PageStage implements Stage {
  readonly #audio = new AudioContext();
  readonly #stops: (() => void)[] = [];
  readonly #ears = new Map<MediaTrack, AnalyserNode>();
  readonly #eyes = new Map<MediaTrack, HTMLVideoElement>();

  async play(): Promise<{ audio: { track: MediaStreamTrack }; video: { track: MediaStreamTrack } }> {
    const tone = this.#audio.createOscillator();
    const out = this.#audio.createMediaStreamDestination();
    tone.connect(out);
    tone.start();
    const canvas = document.createElement('canvas');
    canvas.width = 160;
    canvas.height = 120;
    const pen = canvas.getContext('2d');
    let drawn = 0;
    const draw = (): void => {
      if (pen === null) return;
      pen.fillStyle = `hsl(${String((drawn++ * 37) % 360)} 80% 50%)`;
      pen.fillRect(0, 0, 160, 120);
    };
    draw();
    const timer = setInterval(draw, 50);
    const audio = trackOf(out.stream.getAudioTracks());
    const video = trackOf(canvas.captureStream(20).getVideoTracks());
    this.#stops.push(() => clearInterval(timer), () => audio.stop(), () => video.stop());
    return { audio: { track: audio }, video: { track: video } };
  }

  async loudness(end: RecordedFlow): Promise<number> {
    const track = told(end, 'track').find(({ kind }) => kind === 'audio')?.track;
    if (track === undefined) return 0;
    const samples = new Float32Array(2_048);
    this.#earOf(track).getFloatTimeDomainData(samples);
    return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  }

  async pictures(end: RecordedFlow): Promise<number> {
    const track = told(end, 'track').find(({ kind }) => kind === 'video')?.track;
    return track === undefined ? 0 : this.#eyeOf(track).getVideoPlaybackQuality().totalVideoFrames;
  }

  async close(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    if (this.#audio.state !== 'closed') await this.#audio.close();
  }

  #earOf(track: MediaStreamTrack): AnalyserNode {
    const known = this.#ears.get(track);
    if (known !== undefined) return known;
    const stream = new MediaStream([track]);
    // Chromium decodes what an element plays, and nothing for Web Audio alone.
    const element = new Audio();
    element.muted = true;
    element.srcObject = stream;
    void element.play();
    const ear = this.#audio.createAnalyser();
    this.#audio.createMediaStreamSource(stream).connect(ear);
    this.#ears.set(track, ear);
    this.#stops.push(() => (element.srcObject = null));
    return ear;
  }

  #eyeOf(track: MediaStreamTrack): HTMLVideoElement {
    const known = this.#eyes.get(track);
    if (known !== undefined) return known;
    const eye = document.createElement('video');
    eye.muted = true;
    eye.srcObject = new MediaStream([track]);
    void eye.play();
    this.#eyes.set(track, eye);
    this.#stops.push(() => (eye.srcObject = null));
    return eye;
  }
}

function trackOf([track]: MediaStreamTrack[]): MediaStreamTrack {
  if (track === undefined) throw new Error('no track was made');
  return track;
}
