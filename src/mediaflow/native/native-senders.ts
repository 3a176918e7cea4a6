import { MediaKindError, type LocalMedia, type MediaTrack, type VideoLimit } from '../port.ts';
import type { Sender } from './platform.ts';

/** What leaves through a flow: the app's tracks, silent while muted, no picture while video is off. */
export class NativeSenders {
  readonly #senders: { audio?: Sender; video?: Sender } = {};
  readonly #placed: { audio?: MediaTrack; video?: MediaTrack } = {};
  #media: { readonly audio?: MediaTrack; readonly video?: MediaTrack } = {};
  #muted = false;
  #videoSending: boolean;
  #limit: VideoLimit | undefined;

  constructor(videoSending: boolean) {
    this.#videoSending = videoSending;
  }

  use(kind: 'audio' | 'video', sender: Sender): void {
    this.#senders[kind] = sender;
    this.#apply();
  }

  attach({ audio, video }: LocalMedia): void {
    this.#media = { ...trackOf('audio', audio), ...trackOf('video', video) };
    this.#apply();
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
    this.#apply();
  }

  setVideoSending(sending: boolean): void {
    this.#videoSending = sending;
    this.#apply();
  }

  limitVideo(limit: VideoLimit): void {
    this.#limit = limit;
    void this.#limitEncoder();
  }

  #apply(): void {
    const { audio, video } = this.#media;
    // A track that is off is sent as silence: the peer hears that we are there.
    if (audio !== undefined) audio.enabled = !this.#muted;
    this.#place('audio', audio);
    // A picture that is off would be sent as a black one.
    this.#place('video', this.#videoSending ? video : undefined);
  }

  #place(kind: 'audio' | 'video', track: MediaTrack | undefined): void {
    const sender = this.#senders[kind];
    if (sender === undefined || this.#placed[kind] === track) return;
    if (track === undefined) delete this.#placed[kind];
    else this.#placed[kind] = track;
    // It is refused by a connection that was closed meanwhile, and by nothing else: the kinds are right.
    sender.replaceTrack(track ?? null).then(() => (kind === 'video' ? this.#limitEncoder() : undefined), () => {});
  }

  async #limitEncoder(): Promise<void> {
    const sender = this.#senders.video;
    const limit = this.#limit;
    if (sender === undefined || limit === undefined) return;
    const parameters = sender.getParameters();
    const encoding = parameters.encodings?.[0];
    // There is none before the connection is negotiated, nor where video is not sent.
    if (encoding === undefined) return;
    encoding.maxBitrate = limit.bitrate;
    encoding.maxFramerate = limit.frameRate;
    encoding.scaleResolutionDownBy = Math.max(1, heightOf(this.#placed.video) / limit.height);
    await sender.setParameters(parameters).catch(() => {});
  }
}

/** Of the pictures that a camera or a screen gives; 0 when its platform does not say. */
function heightOf(track: (MediaTrack & { getSettings?(): { height?: number } }) | undefined): number {
  return track?.getSettings?.().height ?? 0;
}

function trackOf(kind: 'audio' | 'video', source: LocalMedia['audio'] | LocalMedia['video']): { readonly audio?: MediaTrack; readonly video?: MediaTrack } {
  if (source === undefined) return {};
  if (!('track' in source)) throw new MediaKindError('this media engine sends tracks: pass { track }, as openMicrophone() gives it');
  if (source.track.kind !== kind) throw new MediaKindError(`the track given as ${kind} is one of ${source.track.kind}`);
  return { [kind]: source.track };
}
