/** A sine of 440 Hz at full amplitude, as a microphone would give it. */
export function toneTrack(audio: AudioContext): MediaStreamTrack {
  const tone = audio.createOscillator();
  const out = audio.createMediaStreamDestination();
  tone.connect(out);
  tone.start();
  return first(out.stream.getAudioTracks());
}

/** A picture that changes its colour twenty times a second, and what stops it. */
export function pictureTrack(width = 160, height = 120): { readonly track: MediaStreamTrack; stop(): void } {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext('2d');
  let drawn = 0;
  const draw = (): void => {
    if (pen === null) return;
    pen.fillStyle = `hsl(${String((drawn++ * 37) % 360)} 80% 50%)`;
    pen.fillRect(0, 0, width, height);
  };
  draw();
  const timer = setInterval(draw, 50);
  const track = first(canvas.captureStream(20).getVideoTracks());
  return {
    track,
    stop: () => {
      clearInterval(timer);
      track.stop();
    },
  };
}

/** What a loudspeaker would get of a track. */
export class PageEar {
  readonly #analyser: AnalyserNode;
  readonly #element = new Audio();
  readonly #samples = new Float32Array(2_048);

  constructor(audio: AudioContext, track: MediaStreamTrack) {
    const stream = new MediaStream([track]);
    // Chromium decodes what an element plays, and nothing for Web Audio alone.
    this.#element.muted = true;
    this.#element.srcObject = stream;
    void this.#element.play().catch(() => {});
    this.#analyser = audio.createAnalyser();
    audio.createMediaStreamSource(stream).connect(this.#analyser);
  }

  /** The loudest sample of the last 40 ms, between 0 and 1. */
  get loudness(): number {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return this.#samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  }

  close(): void {
    this.#element.srcObject = null;
    this.#analyser.disconnect();
  }
}

/** What a screen would get of a track. */
export class PageEye {
  readonly #element = document.createElement('video');

  constructor(track: MediaStreamTrack) {
    this.#element.muted = true;
    this.#element.srcObject = new MediaStream([track]);
    void this.#element.play().catch(() => {});
  }

  /** Pictures decoded so far. */
  get pictures(): number {
    return this.#element.getVideoPlaybackQuality().totalVideoFrames;
  }

  close(): void {
    this.#element.srcObject = null;
  }
}

function first([track]: MediaStreamTrack[]): MediaStreamTrack {
  if (track === undefined) throw new Error('no track was made');
  return track;
}
