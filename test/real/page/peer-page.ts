import { CallEngine, type Call } from '../../../src/index.ts';
import { NativeMediaEngine } from '../../../src/mediaflow/native/index.ts';
import { connectBackend } from '../../../src/transport/index.ts';
import { PageEar, PageEye, pictureTrack, toneTrack } from '../../mediaflow/page/page-media.ts';

const audio = new AudioContext();
const media = { audio: { track: toneTrack(audio) }, video: { track: pictureTrack().track } };
let engine: CallEngine | undefined;
let call: Call | undefined;
let ear: PageEar | undefined;
let eye: PageEye | undefined;
const told: string[] = [];

/** A callcore peer as an app in a browser has it, to be acted on from outside. */
const peer = {
  async open(url: string, user: string): Promise<void> {
    engine = new CallEngine({ channel: await connectBackend({ url, self: { user, device: 'page' }, token: `${user}'s token` }), media: new NativeMediaEngine() });
    engine.on('incoming', follow);
  },
  call: (user: string, video: boolean): void => follow(engine?.call({ conversation: 'c', user, media, video })),
  answer: (video: boolean): void => call?.answer({ media, video }),
  end: (): void => call?.end(),
  renew: (): void => call?.renew(),
  setVideo: (on: boolean): void => call?.setVideo(on),
  setMuted: (on: boolean): void => call?.setMuted(on),
  report: () => ({
    state: call?.state, told: [...told], code: call?.security.code, protection: call?.security.signalling, peerProps: call?.peerProps,
    loudness: ear?.loudness ?? 0, pictures: eye?.pictures ?? 0,
  }),
  close: (): Promise<void> | undefined => engine?.close(),
};

export type PagePeer = typeof peer;

function follow(next: Call | undefined): void {
  call = next;
  call?.on('state', (state) => told.push(state));
  call?.on('track', ({ kind, track }) => {
    if (kind === 'audio') ear = new PageEar(audio, track);
    else eye = new PageEye(track);
  });
}

Object.assign(window, { peer });
