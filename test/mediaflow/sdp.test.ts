import * as fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { FlowError, type FlowOptions } from '../../src/mediaflow/index.ts';
import { NATIVE_ABILITIES } from '../../src/mediaflow/native/native-abilities.ts';
import { readCandidate } from '../../src/mediaflow/sdp/candidate.ts';
import { readDescription } from '../../src/mediaflow/sdp/read-description.ts';
import { writeForEngine } from '../../src/mediaflow/sdp/write-for-engine.ts';
import { writeOurs } from '../../src/mediaflow/sdp/write-ours.ts';
import { WERIFT_ABILITIES } from '../../src/mediaflow/werift/werift-abilities.ts';
import { WeriftMediaEngine } from '../../src/mediaflow/werift/index.ts';
import { connectWerift } from './werift-pair.ts';

const OPTIONS: FlowOptions = { video: false, ice: { servers: [], policy: 'all' } };
const CAPTURES = new URL('../fixtures/captures/', import.meta.url);
const engine = new WeriftMediaEngine();
afterAll(() => engine.close());

describe('descriptions captured from AVS', () => {
  const captured = capturedDescriptions();

  it('are offers that we can answer, m-line for m-line, in one bundle and with a source of our own', async () => {
    const offers = captured.filter(({ response }) => !response);
    expect(offers.length).toBeGreaterThan(20);
    for (const { sdp } of offers) {
      const answer = await answerTo(sdp);
      expect(kinds(answer)).toEqual(kinds(sdp));
      expect(/^a=group:BUNDLE (.*)\r$/m.exec(answer)?.[1]).toBe('0 1 2');
      expect(answer).toMatch(/a=ssrc:\d+ cname:/);
      expect(answer).toMatch(/a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid/);
      expect(answer).toMatch(/a=setup:active/);
      expect(answer.match(/a=rtcp-mux/g)).toHaveLength(2);
    }
  });

  it('are answers of which everything that matters is read', () => {
    for (const { sdp } of captured.filter(({ response }) => response)) {
      const { transport, sections } = readDescription(sdp);
      expect(sections.map(({ use }) => use)).toEqual(['audio', 'video', 'channel']);
      expect(transport.fingerprints).toHaveLength(1);
      expect(transport.setup).toBe('active');
    }
  });
});

describe('our offer', () => {
  it('has what AVS cannot do without', async () => {
    const flow = engine.createFlow(OPTIONS, () => {});
    const { sdp } = await flow.createOffer();
    await flow.close();
    const [, audio = '', video = '', channel = ''] = sdp.split(/^(?=m=)/m);
    expect(sdp).toMatch(/^a=group:BUNDLE 0 1 2\r$/m);
    for (const section of [audio, video, channel]) expect(section).toMatch(/a=ice-ufrag:[^]*a=ice-pwd:[^]*a=fingerprint:sha-256 [^]*a=setup:actpass[^]*a=mid:\d/);
    for (const section of [audio, video]) expect(section).toMatch(/a=rtcp-mux[^]*sdes:mid/);
    expect(audio).toMatch(/a=msid:\S+ \S+[^]*a=ssrc:\d+ cname:/);
    expect(video).not.toContain('a=ssrc');
    expect(audio).toMatch(/m=audio \d{2,5} UDP\/TLS\/RTP\/SAVPF 111\r\nc=IN IP[46] \S+\r\na=candidate:/);
    expect(audio).toMatch(/a=rtpmap:111 opus\/48000\/2\r\na=fmtp:111 minptime=10;useinbandfec=1/);
    expect(video).toMatch(/96 97[^]*a=recvonly[^]*a=rtpmap:96 VP8\/90000[^]*a=fmtp:97 apt=96/);
    expect(channel).toMatch(/^m=application 9 UDP\/DTLS\/SCTP webrtc-datachannel\r\n[^]*a=sctp-port:5000/);
  });
});

describe('a track that belongs to no stream', () => {
  it('is put into one: AVS hands no other to its app', () => {
    const stack = ['v=0', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'c=IN IP4 0.0.0.0', 'a=sendrecv', 'a=mid:0', 'a=msid:- 7f3c', 'a=rtpmap:111 opus/48000/2', 'a=ssrc:5 cname:x', 'a=ssrc:5 msid:- 7f3c', ''].join('\r\n');
    expect(writeOurs(stack, []).match(/msid:.*/g)).toEqual(['msid:call 7f3c', 'msid:call 7f3c']);
  });
});

describe('H16: a peer that writes descriptions otherwise', () => {
  it.each([
    ['bare LF line ends', (sdp: string) => sdp.replaceAll('\r\n', '\n')],
    ['no candidates', (sdp: string) => sdp.replaceAll(/a=candidate:.*\r\n/g, '')],
    ['mDNS, TCP, IPv6, future and broken candidates and unknown lines', (sdp: string) => sdp.replaceAll('a=ice-options:trickle\r\n', `${STRANGE.join('\r\n')}\r\n`)],
    ['the old form of the channel', (sdp: string) => sdp.replace(/m=application (\d+) .*/, 'm=application $1 DTLS/SCTP 5000').replace('a=sctp-port:5000', 'a=sctpmap:5000 webrtc-datachannel 1024')],
    ['the channel as Firefox names it', (sdp: string) => sdp.replace('UDP/DTLS/SCTP', 'DTLS/SCTP')],
    ['the offerer as DTLS client', (sdp: string) => sdp.replaceAll('a=setup:actpass', 'a=setup:active')],
    ['no m=video', (sdp: string) => sections(sdp).filter((section) => !section.startsWith('m=video')).join('').replace('BUNDLE 0 1 2', 'BUNDLE 0 2')],
    ['the channel first', channelFirst],
    ['a second video and an unknown kind', (sdp: string) => `${sdp}m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:7\r\nm=text 9 RTP/AVP 98\r\na=mid:8\r\n`],
    ['Opus on 109', (sdp: string) => sdp.replaceAll(/\b111\b/g, '109')],
    ['a video codec we do not have', (sdp: string) => sdp.replace('VP8/90000', 'AV1/90000')],
  ])('is understood and connected to: %s', async (_, rewrite: (sdp: string) => string) => {
    const pair = await connectWerift({ offer: rewrite });
    try {
      await pair.opened();
      expect(kinds(pair.answer)).toEqual(kinds(rewrite(pair.offer)));
    } finally {
      await pair.close();
    }
  });

  it.each([
    ['an answer without a=setup', (sdp: string) => sdp.replaceAll(/a=setup:.*\r\n/g, '')],
    ['an answer without candidates', (sdp: string) => sdp.replaceAll(/a=candidate:.*\r\n/g, '')],
    ['an answer that refuses video', (sdp: string) => sdp.replace(/m=video \d+/, 'm=video 0').replace('BUNDLE 0 1 2', 'BUNDLE 0 2')],
  ])('is connected to after %s', async (_, rewrite: (sdp: string) => string) => {
    const pair = await connectWerift({ answer: rewrite });
    try {
      await pair.opened();
    } finally {
      await pair.close();
    }
  });

  it('gets no check to an address that is none of a peer: TCP, link-local, other components, and names only from a stack that resolves those of mDNS', () => {
    expect(STRANGE.map((line) => readCandidate(line.slice(2))?.address)).toEqual(['1f4712db-ea17-4bcf-a596-105139dfd8bf.local', undefined, undefined, 'fd00::77', undefined, undefined, undefined, undefined, undefined]);
  });
});

describe('a description that cannot be used (H06)', () => {
  const [{ sdp: good } = { sdp: '' }] = capturedDescriptions();

  it.each([
    ['no bundle', good.replace(/a=group:.*\r\n/, '')],
    ['no rtcp-mux', good.replaceAll('a=rtcp-mux\r\n', '')],
    ['no fingerprint', good.replaceAll(/a=fingerprint:.*\r\n/g, '')],
    ['only a SHA-1 fingerprint', good.replaceAll(/a=fingerprint:.*\r\n/g, `a=fingerprint:sha-1 ${'AA:'.repeat(19)}AA\r\n`)],
    ['no ICE password', good.replaceAll(/a=ice-pwd:.*\r\n/g, '')],
    ['nothing we can decode', good.replace('opus/48000/2', 'PCMU/8000').replace('VP8', 'AV1').replace(/m=application[^]*$/, '')],
    ['nothing at all', ''],
    ['a megabyte', good.padEnd(1_000_000, 'a=x\r\n')],
  ])('is refused as such: %s', (_, sdp) => {
    expect(() => readDescription(sdp)).toThrowError(expect.objectContaining({ name: 'FlowError', failure: 'bad-description' }));
  });

  it('is refused without any other error, whatever it is made of', () => {
    const lines = good.split('\r\n');
    const damage = fc.array(fc.tuple(fc.nat(lines.length - 1), fc.oneof(fc.string(), fc.constantFrom('m=audio', 'a=rtpmap:', 'a=ssrc:x', 'a=fmtp:111', 'm=video 0 x y', 'a=mid:__proto__', 'a=extmap:'))), { maxLength: 6 });
    fc.assert(fc.property(damage, (changes) => {
      const damaged = [...lines];
      for (const [at, line] of changes) damaged[at] = line;
      try {
        writeForEngine(readDescription(damaged.join('\r\n')), 'offer', 'all', WERIFT_ABILITIES);
      } catch (error) {
        expect(error).toBeInstanceOf(FlowError);
      }
    }));
  });
});

describe('what a stack is told of a peer', () => {
  it('is what it understands: names, feedback and extensions are left out for werift', () => {
    const [{ sdp } = { sdp: '' }] = capturedDescriptions();
    const named = sdp.replace('a=ice-options:trickle', STRANGE[0] ?? '');
    const forWerift = writeForEngine(readDescription(named), 'offer', 'all', WERIFT_ABILITIES);
    const forBrowser = writeForEngine(readDescription(named), 'offer', 'all', NATIVE_ABILITIES);
    expect(forWerift).not.toMatch(/\.local|transport-cc|abs-send-time/);
    expect(forBrowser).toMatch(/\.local \d+ typ host[^]*a=rtcp-fb:111 transport-cc[^]*a=extmap:2 \S+abs-send-time/);
  });
});

describe('relay-only (M01)', () => {
  it("tries none of the peer's candidates but relayed ones", () => {
    const turn = capturedDescriptions().map(({ sdp }) => sdp).find((sdp) => sdp.includes('typ relay')) ?? '';
    const applied = writeForEngine(readDescription(turn), 'offer', 'relay', WERIFT_ABILITIES);
    expect(applied).toContain('typ relay');
    expect(applied).not.toMatch(/typ (?:host|srflx|prflx)/);
  });

  it('makes no description without a relay', async () => {
    const flow = engine.createFlow({ video: false, ice: { servers: [], policy: 'relay' } }, () => {});
    await expect(flow.createOffer()).rejects.toMatchObject({ name: 'FlowError', failure: 'no-relay' });
    await flow.close();
  });
});

const STRANGE = [
  'a=candidate:1 1 udp 2122260223 1f4712db-ea17-4bcf-a596-105139dfd8bf.local 51234 typ host',
  'a=candidate:2 1 tcp 1518214911 192.0.2.7 9 typ host tcptype active generation 0',
  'a=candidate:3 2 udp 2122194686 192.0.2.7 55555 typ host',
  'a=candidate:4 1 UDP 2122265343 fd00::77 37241 typ host generation 0 network-id 2',
  'a=candidate:5 1 udp 2122265343 fe80::1%eth0 37241 typ host',
  'a=candidate:6 1 quic 2122265343 192.0.2.7 37241 typ teleport',
  'a=candidate:7 1 udp 2122265343 999.0.2.7 37241 typ host',
  'a=candidate:',
  'a=x-streamchange:soon',
];

function capturedDescriptions(): { sdp: string; response: boolean }[] {
  return readdirSync(CAPTURES).flatMap((name) => {
    const { messages } = JSON.parse(readFileSync(new URL(name, CAPTURES), 'utf8')) as { messages: { msg?: { sdp?: string; resp?: boolean } }[] };
    return messages.flatMap(({ msg }) => (msg?.sdp === undefined ? [] : [{ sdp: msg.sdp, response: msg.resp === true }]));
  });
}

async function answerTo(offer: string): Promise<string> {
  const flow = engine.createFlow(OPTIONS, () => {});
  try {
    return (await flow.createAnswer(offer)).sdp;
  } finally {
    await flow.close();
  }
}

function sections(sdp: string): string[] {
  return sdp.split(/^(?=m=)/m);
}

function channelFirst(sdp: string): string {
  const [session = '', audio = '', video = '', channel = ''] = sections(sdp);
  return [session, channel, audio, video].join('');
}

function kinds(sdp: string): string[] {
  return [...sdp.matchAll(/^m=(\w+)/gm)].map(([, kind]) => kind ?? '');
}
