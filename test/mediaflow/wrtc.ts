import { createRequire } from 'node:module';
import type { Stage } from '../../src/mediaflow/conformance/conformance-world.ts';
import { told, type RecordedFlow } from '../../src/mediaflow/conformance/recorded-flow.ts';
import type { MediaTrack } from '../../src/mediaflow/index.ts';

/** libwebrtc in Node. It is CommonJS, and its own types are those of a browser. */
export const wrtc = createRequire(import.meta.url)('@roamhq/wrtc') as Wrtc;

/** A tone and grey pictures made by hand, and sinks that hear and see what libwebrtc decodes. */
export class WrtcStage implements Stage {
  readonly #timers: ReturnType<typeof setInterval>[] = [];
  readonly #stops: (() => void)[] = [];
  readonly #ears = new Map<MediaTrack, { loudness: number }>();
  readonly #eyes = new Map<MediaTrack, { pictures: number }>();

  async play(): Promise<{ audio: { track: MediaTrack }; video: { track: MediaTrack } }> {
    const voice = new wrtc.nonstandard.RTCAudioSource();
    const camera = new wrtc.nonstandard.RTCVideoSource();
    const samples = Int16Array.from({ length: 480 }, (_, index) => 8_000 * Math.sin((index * 2 * Math.PI * 10) / 480));
    const tracks = { audio: { track: voice.createTrack() }, video: { track: camera.createTrack() } };
    // A device that is gone makes no more samples; libwebrtc in Node would send those of a track that has ended.
    const isLive = (kind: 'audio' | 'video'): boolean => tracks[kind].track.readyState === 'live';
    this.#timers.push(
      setInterval(() => isLive('audio') && voice.onData({ samples, sampleRate: 48_000, bitsPerSample: 16, channelCount: 1, numberOfFrames: 480 }), 10),
      setInterval(() => isLive('video') && camera.onFrame({ width: 160, height: 120, data: new Uint8ClampedArray(28_800).fill(128) }), 50),
    );
    this.#stops.push(() => tracks.audio.track.stop(), () => tracks.video.track.stop());
    return tracks;
  }

  loudness(end: RecordedFlow): Promise<number> {
    return this.loudnessOf(trackOf(end, 'audio'));
  }

  pictures(end: RecordedFlow): Promise<number> {
    return this.picturesOf(trackOf(end, 'video'));
  }

  async loudnessOf(track: MediaTrack | undefined): Promise<number> {
    if (track === undefined) return 0;
    const ear = this.#ears.get(track) ?? { loudness: 0 };
    if (!this.#ears.has(track)) {
      this.#ears.set(track, ear);
      const sink = new wrtc.nonstandard.RTCAudioSink(track);
      sink.ondata = ({ samples }) => (ear.loudness = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0) / 32_768);
      this.#stops.push(() => sink.stop());
    }
    return ear.loudness;
  }

  async picturesOf(track: MediaTrack | undefined): Promise<number> {
    if (track === undefined) return 0;
    const eye = this.#eyes.get(track) ?? { pictures: 0 };
    if (!this.#eyes.has(track)) {
      this.#eyes.set(track, eye);
      const sink = new wrtc.nonstandard.RTCVideoSink(track);
      sink.onframe = () => (eye.pictures += 1);
      this.#stops.push(() => sink.stop());
    }
    return eye.pictures;
  }

  async close(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    for (const stop of this.#stops.splice(0)) stop();
  }
}

function trackOf(end: RecordedFlow, kind: 'audio' | 'video'): MediaTrack | undefined {
  return told(end, 'track').find((event) => event.kind === kind)?.track;
}

type Sink = { stop(): void };
export type Wrtc = {
  readonly RTCPeerConnection: unknown;
  readonly nonstandard: {
    readonly RTCAudioSource: new () => { createTrack(): MediaTrack; onData(block: object): void };
    readonly RTCVideoSource: new () => { createTrack(): MediaTrack; onFrame(frame: object): void };
    readonly RTCAudioSink: new (track: MediaTrack) => Sink & { ondata: (block: { readonly samples: Int16Array }) => void };
    readonly RTCVideoSink: new (track: MediaTrack) => Sink & { onframe: (event: { readonly frame: { readonly width: number; readonly height: number } }) => void };
  };
};
