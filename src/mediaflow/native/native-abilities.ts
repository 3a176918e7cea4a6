import { MID_EXTENSION, type StackAbilities } from '../sdp/stack-abilities.ts';

/** What libwebrtc, Gecko and WebKit have in common and a call is better with: congestion control, repair, levels. */
export const NATIVE_ABILITIES: StackAbilities = {
  resolvesNames: true,
  feedback: new Set(['nack', 'nack pli', 'ccm fir', 'goog-remb', 'transport-cc']),
  extensions: new Set([
    MID_EXTENSION,
    'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
    'urn:ietf:params:rtp-hdrext:toffset',
    'urn:3gpp:video-orientation',
    'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
    'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
    'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
    'http://www.webrtc.org/experiments/rtp-hdrext/video-content-type',
    'http://www.webrtc.org/experiments/rtp-hdrext/video-timing',
  ]),
};
