import { RTCRtpCodecParameters, useH264, useNACK, useOPUS, usePLI, useREMB, useSdesMid, useVP8, useVP9, type PeerConfig } from 'werift';

/** Opus, VP8 and its repair, VP9, H.264, numbered as libwebrtc does; our SSRC's m-line is told by `a=ssrc` and by the mid extension. */
export function mediaConfig(): Pick<PeerConfig, 'codecs' | 'headerExtensions'> {
  // One object for both kinds: in a bundle an extension must have one number.
  const mid = useSdesMid();
  return {
    codecs: {
      audio: [useOPUS({ payloadType: 111, parameters: 'minptime=10;useinbandfec=1' })],
      video: [
        useVP8({ payloadType: 96, rtcpFeedback: [useNACK(), usePLI(), useREMB()] }),
        new RTCRtpCodecParameters({ mimeType: 'video/rtx', clockRate: 90_000, payloadType: 97, parameters: 'apt=96' }),
        useVP9({ payloadType: 98, parameters: 'profile-id=0', rtcpFeedback: [useNACK(), usePLI(), useREMB()] }),
        useH264({ payloadType: 102, parameters: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f', rtcpFeedback: [useNACK(), usePLI(), useREMB()] }),
      ],
    },
    headerExtensions: { audio: [mid], video: [mid] },
  };
}
