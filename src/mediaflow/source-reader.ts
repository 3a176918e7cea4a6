import { ConstantBitrate } from './media/constant-bitrate.ts';
import { opusSilence } from './media/opus-silence.ts';
import { MediaKindError, type AudioSource, type LocalMedia, type OpusFrame, type SentMedia, type VideoFrame, type VideoLimit, type VideoSource } from './port.ts';

export type SourceReaderOptions = {
  /** Whether video leaves until told otherwise. */
  readonly videoSending: boolean;
  readonly audio: (frame: OpusFrame) => void;
  readonly video: (frame: VideoFrame) => void;
  /** A source could not be started: a device is gone, busy or forbidden. */
  readonly fault: () => void;
};

/** Reads the attached sources while there is somewhere to send to, and holds back what must not leave. */
export class SourceReader {
  readonly #onAudio: (frame: OpusFrame) => void;
  readonly #onVideo: (frame: VideoFrame) => void;
  readonly #fault: () => void;
  #media: FrameMedia = {};
  #stops: (() => void)[] = [];
  #running = false;
  #muted = false;
  #videoSending: boolean;
  /** After a pause the receiver has no picture to build on: only a keyframe may be the first to leave. */
  #awaitsKeyframe = true;
  #limit: VideoLimit | undefined;
  #constant: ConstantBitrate | undefined;

  constructor(options: SourceReaderOptions) {
    this.#videoSending = options.videoSending;
    this.#onAudio = options.audio;
    this.#onVideo = options.video;
    this.#fault = options.fault;
  }

  attach(media: LocalMedia): void {
    const frames = framesOnly(media);
    const running = this.#running;
    this.stop();
    this.#media = frames;
    if (this.#limit !== undefined) frames.video?.limit?.(this.#limit);
    if (running) this.start();
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    const { audio, video } = this.#media;
    try {
      if (audio !== undefined) this.#stops.push(audio.start((frame) => this.#pushAudio(frame)));
      if (video !== undefined) this.#stops.push(video.start((frame) => this.#pushVideo(frame)));
      // A source that runs already is in the middle of what builds on its last keyframe.
      if (this.#videoSending) this.requestKeyframe();
    } catch {
      this.#fault();
    }
  }

  stop(): void {
    this.#running = false;
    this.#awaitsKeyframe = true;
    for (const stop of this.#stops.splice(0)) stop();
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
  }

  /** From here on all audio leaves in packets of one size. */
  useConstantBitrate(): void {
    this.#constant ??= new ConstantBitrate();
  }

  setVideoSending(sending: boolean): void {
    if (sending === this.#videoSending) return;
    this.#videoSending = sending;
    this.#awaitsKeyframe = true;
    if (sending) this.requestKeyframe();
  }

  /** Also told to what is attached later: a source replaced by another meets the same path. */
  limitVideo(limit: VideoLimit): void {
    this.#limit = limit;
    this.#media.video?.limit?.(limit);
  }

  requestKeyframe(): void {
    this.#media.video?.requestKeyframe?.();
  }

  #pushAudio(frame: OpusFrame): void {
    if (!this.#running) return;
    const heard = this.#muted ? { payload: opusSilence(frame.samples), samples: frame.samples } : frame;
    this.#onAudio(this.#constant?.even(heard) ?? heard);
    this.#media.sent?.audio(heard);
  }

  #pushVideo(frame: VideoFrame): void {
    if (!this.#running || !this.#videoSending) return;
    if (this.#awaitsKeyframe && !frame.keyframe) return;
    this.#awaitsKeyframe = false;
    this.#onVideo(frame);
    this.#media.sent?.video(frame);
  }
}

type FrameMedia = { readonly audio?: AudioSource; readonly video?: VideoSource; readonly sent?: SentMedia };

function framesOnly({ audio, video, sent }: LocalMedia): FrameMedia {
  if ((audio !== undefined && 'track' in audio) || (video !== undefined && 'track' in video)) {
    throw new MediaKindError('this media engine sends encoded frames: pass sources like opusFile() and ivfFile(), or use a NativeMediaEngine');
  }
  return { ...(audio === undefined ? {} : { audio }), ...(video === undefined ? {} : { video }), ...(sent === undefined ? {} : { sent }) };
}
