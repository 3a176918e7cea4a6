/** What two fakes need to know of each other. */
export type FakeIdentity = { readonly token: string; readonly fingerprint: string; readonly constantBitrate?: boolean };

/** A description in the shape AVS writes, in which the ICE user name is the flow's token. */
export function writeFakeDescription(self: FakeIdentity, role: 'offer' | 'answer', video: boolean): string {
  const transport = [
    `a=ice-ufrag:${self.token}`,
    'a=ice-pwd:fakefakefakefakefakefake',
    `a=fingerprint:sha-256 ${self.fingerprint}`,
    `a=setup:${role === 'offer' ? 'actpass' : 'active'}`,
  ];
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0 1 2',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'c=IN IP4 127.0.0.1',
    ...transport,
    'a=mid:0',
    'a=sendrecv',
    'a=rtcp-mux',
    'a=rtpmap:111 opus/48000/2',
    ...(self.constantBitrate === true ? ['a=fmtp:111 cbr=1'] : []),
    'm=video 9 UDP/TLS/RTP/SAVPF 96 97',
    'c=IN IP4 127.0.0.1',
    ...transport,
    'a=mid:1',
    `a=${video ? 'sendrecv' : 'recvonly'}`,
    'a=rtcp-mux',
    'a=rtpmap:96 VP8/90000',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 127.0.0.1',
    ...transport,
    'a=mid:2',
    'a=sctp-port:5000',
    '',
  ].join('\r\n');
}

/** Whom a description speaks of; `undefined` when it is none. Reads descriptions of real flows as well. */
export function readFakeDescription(sdp: string): FakeIdentity | undefined {
  const token = /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1];
  const fingerprint = /^a=fingerprint:sha-256 (\S+)/im.exec(sdp)?.[1];
  if (!sdp.startsWith('v=0') || token === undefined || fingerprint === undefined) return undefined;
  return { token, fingerprint, ...(/^a=fmtp:111 .*\bcbr=1\b/m.test(sdp) ? { constantBitrate: true } : {}) };
}
