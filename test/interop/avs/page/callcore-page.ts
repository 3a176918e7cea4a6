import type { Call, Device } from '../../../../src/index.ts';
import { NativeMediaEngine } from '../../../../src/mediaflow/native/index.ts';
import type { OutgoingMessage } from '../../../../src/transport/index.ts';
import { PageEar, PageEye, pictureTrack, toneTrack } from '../../../mediaflow/page/page-media.ts';
import { CallcoreSubject, type SubjectOptions } from '../callcore-subject.ts';

declare global {
  interface Window {
    /** The way to the post, given by who opened this page. */
    toPost(message: OutgoingMessage): Promise<readonly Device[]>;
    openSubject: typeof openSubject;
    subject: CallcoreSubject;
  }
}

const audio = new AudioContext();
const picture = pictureTrack(320, 180);

/** callcore on the native WebRTC of this page. Replaces the subject that was open. */
function openSubject(options: SubjectOptions): void {
  const media = { audio: { track: toneTrack(audio) }, video: { track: picture.track } };
  window.subject = new CallcoreSubject({ media: new NativeMediaEngine(), play: () => media, sense, post: (message) => window.toPost(message) }, options);
}
window.openSubject = openSubject;

function sense(call: Call): { readonly loudness: number; readonly pictures: number } {
  let ear: PageEar | undefined;
  let eye: PageEye | undefined;
  let seen = 0;
  call.on('track', ({ kind, track }) => {
    if (kind === 'audio') {
      ear?.close();
      ear = new PageEar(audio, track);
    } else {
      seen += eye?.pictures ?? 0;
      eye?.close();
      eye = new PageEye(track);
    }
  });
  return {
    get loudness() {
      return ear?.loudness ?? 0;
    },
    get pictures() {
      return seen + (eye?.pictures ?? 0);
    },
  };
}
