import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RTCPeerConnection } from 'werift';
import type { Clock } from '../../src/base/clock.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { instant, ms } from '../../src/base/units.ts';
import { handSource, recordFlow, told } from '../../src/mediaflow/conformance/recorded-flow.ts';
import { playOpus, playVideo, readIvf, readOggOpus, tone, type FlowOptions, type OpusFrame, type VideoFrame } from '../../src/mediaflow/index.ts';
import { createHardenedPeer } from '../../src/mediaflow/werift/hardened-peer.ts';
import { IvfFileSink, OpusFileSink, WeriftMediaEngine, type WeriftMediaEngineOptions } from '../../src/mediaflow/werift/index.ts';
import { TinyTurn } from './hardening/tiny-turn.ts';
import { connectWerift } from './werift-pair.ts';

const MEDIA = new URL('../../tools/demo/media/', import.meta.url);
const AUDIO_ONLY: FlowOptions = { video: false, ice: { servers: [], policy: 'all' } };

describe('a peer that cannot be talked to', () => {
  it('H07 is told from an impostor: no way to encrypt media that both sides know', async () => {
    const pair = await connectWerift({ callerEngine: { createPeer: (options) => knowingNoOther(createHardenedPeer(options)) } });
    try {
      await pair.until(() => told(pair.a, 'failed').length > 0, 'the refusal');
      expect(told(pair.a, 'failed')).toEqual([{ type: 'failed', failure: 'peer-incompatible' }]);
      expect(told(pair.b, 'channel-opened')).toEqual([]);
    } finally {
      await pair.close();
    }
  });
});

describe('media between two werift flows', () => {
  it('need not come for either to know that the other is there: reports do', async () => {
    const pair = await connectWerift();
    try {
      await pair.opened();
      // The first is the channel's opening.
      await pair.until(() => [pair.a, pair.b].every((end) => told(end, 'heard').length >= 3), 'signs of life');
      expect([told(pair.a, 'audio'), told(pair.b, 'audio')]).toEqual([[], []]);
    } finally {
      await pair.close();
    }
  });

  it('arrives as it was in the files, and what is recorded plays the same', async () => {
    const frames = readOggOpus(readFileSync(new URL('alice.opus', MEDIA)));
    const pictures = readIvf(readFileSync(new URL('clock-vp8.ivf', MEDIA)));
    const folder = mkdtempSync(join(tmpdir(), 'flow-'));
    const pair = await connectWerift();
    try {
      const fast = hurried(10);
      let ended = 0;
      pair.a.flow.attach({ audio: playOpus(frames, { clock: fast, onEnd: () => (ended += 1) }), video: playVideo(pictures, { clock: fast, onEnd: () => (ended += 1) }) });
      await pair.until(() => ended === 2 && told(pair.b, 'audio').length === frames.length && told(pair.b, 'video').length === pictures.length, 'all that was played');
      const audio = told(pair.b, 'audio').map(({ frame }) => frame);
      expect(audio.map(({ payload }) => hex(payload))).toEqual(frames.map(({ payload }) => hex(payload)));
      const steps = audio.slice(1).map(({ timestamp }, index) => (timestamp - (audio[index]?.timestamp ?? 0)) >>> 0);
      expect(steps.every((step) => step === 960)).toBe(true);
      const video = told(pair.b, 'video').map(({ frame }) => frame);
      expect(video.map(({ payload }) => hex(payload))).toEqual(pictures.map(({ payload }) => hex(payload)));
      expect(video.map(({ keyframe }) => keyframe)).toEqual(pictures.map(({ keyframe }) => keyframe));

      const [opus, ivf] = [new OpusFileSink(join(folder, 'heard.opus')), new IvfFileSink(join(folder, 'seen.ivf'))];
      for (const frame of audio) opus.push(frame);
      for (const frame of video) ivf.push(frame);
      opus.close();
      ivf.close();
      expect(readOggOpus(readFileSync(join(folder, 'heard.opus')))).toEqual(frames);
      expect(readIvf(readFileSync(join(folder, 'seen.ivf')))).toEqual(pictures);
      expect(pair.b.flow.stats()).toMatchObject({ audio: { received: 866, lost: 0 }, video: { lost: 0 }, pair: { local: 'host', remote: 'host' } });
    } finally {
      await pair.close();
      rmSync(folder, { recursive: true });
    }
  });

  it('is measured at both ends: what arrived, how long it took, and what the path is believed to carry', async () => {
    const pair = await connectWerift();
    try {
      await pair.opened();
      const pictures = readIvf(readFileSync(new URL('clock-vp8.ivf', MEDIA)));
      pair.a.flow.attach({ audio: tone(), video: playVideo(pictures, { loop: true }) });
      await pair.until(() => pair.a.flow.stats().availableBitrate !== undefined && pair.a.flow.stats().audio.reported !== undefined && pair.a.flow.stats().roundTripMs !== undefined, 'reports');
      const [sent, received] = [pair.a.flow.stats(), pair.b.flow.stats()];
      expect(sent.audio.reported).toMatchObject({ lost: 0, fractionLost: 0 });
      expect(sent.availableBitrate).toBeGreaterThanOrEqual(1_000_000 * 0.99);
      expect(sent.roundTripMs).toBeLessThan(1000);
      expect(received.audio.bytesReceived).toBe(received.audio.received * 40);
      expect(received.audio.jitterMs).toBeDefined();
    } finally {
      await pair.close();
    }
  });

  it('shows a pause between two sources as a pause, in steps of whole frames', async () => {
    let ahead = 0;
    const pair = await connectWerift({ callerEngine: { clock: { ...systemClock, now: () => instant(systemClock.now() + ahead) } } });
    try {
      await pair.opened();
      for (const wait of [0, 3_000]) {
        ahead += wait;
        const source = handSource<OpusFrame>();
        pair.a.flow.attach({ audio: source });
        source.push({ payload: Uint8Array.of(0xf8, 1), samples: 960 });
      }
      await pair.until(() => told(pair.b, 'audio').length === 2, 'both frames');
      const [first = 0, second = 0] = told(pair.b, 'audio').map(({ frame }) => frame.timestamp);
      const step = (second - first) >>> 0;
      expect(step % 960).toBe(0);
      expect(step / 48_000).toBeCloseTo(3, 0);
    } finally {
      await pair.close();
    }
  });

  it('is never video when video was not part of the call', async () => {
    const pair = await connectWerift({ flow: AUDIO_ONLY });
    try {
      const source = handSource<VideoFrame>();
      pair.a.flow.attach({ video: source });
      pair.a.flow.setVideoSending(true);
      await pair.opened();
      source.push({ payload: Uint8Array.of(0x10, 1, 2), timestamp: 0, keyframe: true });
      pair.a.flow.send('after it');
      await pair.until(() => told(pair.b, 'channel-message').length === 1, 'the message');
      expect(pair.a.flow.stats().video.sent).toBe(0);
    } finally {
      await pair.close();
    }
  });

  it('repairs a lost packet, and asks for a keyframe when the loss cannot be repaired', async () => {
    const { options, peer } = capturing();
    const pair = await connectWerift({ callerEngine: options });
    try {
      const source = handSource<VideoFrame>();
      pair.a.flow.attach({ video: source });
      await pair.opened();
      const loss = loseRtp(peer());
      const show = (size: number, keyframe: boolean): void => source.push({ payload: Uint8Array.from({ length: size }, (_, index) => (index === 0 && !keyframe ? 1 : 0)), timestamp: 0, keyframe });
      show(2_000, true);
      loss.lose = 1;
      show(4_000, false);
      show(300, false);
      await pair.until(() => told(pair.b, 'video').length === 3, 'the picture whose first packet was lost once');
      loss.lose = 1_000;
      show(2_000, false);
      loss.lose = 0;
      loss.silencedRepairs = true;
      const asked = source.keyframesAsked;
      for (let count = 0; count < 40; count++) show(300, false);
      await pair.until(() => source.keyframesAsked > asked, 'the request for a keyframe');
      const before = told(pair.b, 'video').length;
      show(900, true);
      await pair.until(() => told(pair.b, 'video').length > before, 'the picture after the keyframe');
      expect(told(pair.b, 'video').at(-1)?.frame).toMatchObject({ keyframe: true });
    } finally {
      await pair.close();
    }
  });
});

describe('what a peer may do on the channel of a werift flow (H13)', () => {
  it('binary, oversized, unknown kinds, a wrong label and a second channel are counted and change nothing', async () => {
    const { options, peer } = capturing();
    const pair = await connectWerift({ callerEngine: options });
    try {
      await pair.opened();
      const raw = peer();
      const sctp = raw.sctpTransport?.sctp;
      const [id] = Object.keys(raw.sctpTransport?.dataChannels ?? {});
      const stream = Number(id);
      await sctp?.send(stream, 53, Buffer.from('binary'), { ordered: true });
      await sctp?.send(stream, 51, Buffer.alloc(200_000, 'x'), { ordered: true });
      await sctp?.send(stream, 60, Buffer.from('of no known kind'), { ordered: true });
      raw.createDataChannel('calling-3.0');
      raw.createDataChannel('something-else');
      await pair.until(() => told(pair.b, 'channel-rejected').length === 5, 'five rejections');
      pair.a.flow.send('still here');
      await pair.until(() => told(pair.b, 'channel-message').length === 1, 'the message');
      expect(told(pair.b, 'channel-opened')).toHaveLength(1);
      expect(told(pair.b, 'channel-closed')).toHaveLength(0);
    } finally {
      await pair.close();
    }
  });

  it('a channel under another name alone is not the call\'s channel', async () => {
    const { options, peer } = capturing((made) => {
      const create = made.createDataChannel.bind(made);
      made.createDataChannel = () => create('chat');
    });
    const pair = await connectWerift({ callerEngine: options });
    try {
      await pair.until(() => told(pair.b, 'channel-rejected').length > 0, 'the rejection');
      expect(told(pair.b, 'channel-opened')).toHaveLength(0);
      expect(peer().sctpTransport).toBeDefined();
    } finally {
      await pair.close();
    }
  });
});

describe('a relay-only werift flow (M01)', () => {
  it('shows no address of this machine, connects through the relay, and says that it did', async () => {
    const turn = await TinyTurn.start();
    const servers = [{ urls: turn.url, username: turn.username, credential: turn.credential }];
    const pair = await connectWerift({ flow: { video: false, ice: { servers, policy: 'relay' } } });
    try {
      for (const sdp of [pair.offer, pair.answer]) {
        const candidates = sdp.match(/a=candidate:.*/g) ?? [];
        expect(candidates.length).toBeGreaterThan(0);
        for (const candidate of candidates) expect(candidate).toMatch(/ typ relay raddr 0\.0\.0\.0 rport 0 /);
        const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []).filter(({ internal }) => !internal);
        for (const { address } of own) expect(sdp).not.toContain(address);
      }
      await pair.opened();
      expect(pair.a.flow.stats().pair).toEqual({ local: 'relay', remote: 'relay' });
    } finally {
      await pair.close();
      turn.close();
    }
  });
});

describe('the end of a werift flow', () => {
  it('is told as no path when ICE gives up', async () => {
    const { options, peer } = capturing();
    const pair = await connectWerift({ callerEngine: options });
    try {
      await pair.opened();
      (peer().iceTransports[0] as unknown as { setState(state: string): void }).setState('failed');
      expect(told(pair.a, 'failed')).toEqual([{ type: 'failed', failure: 'no-path' }]);
      expect(told(pair.a, 'link').at(-1)).toEqual({ type: 'link', link: 'disconnected' });
    } finally {
      await pair.close();
    }
  });

  it('leaves nothing behind, after a hundred flows closed at every stage (O04)', async () => {
    const before = resources();
    for (let round = 0; round < 25; round++) {
      const pair = await connectWerift();
      if (round % 3 !== 0) await pair.opened();
      await pair.close();
    }
    const engine = new WeriftMediaEngine();
    const flows = Array.from({ length: 50 }, () => recordFlow(engine, AUDIO_ONLY).flow);
    const offers = flows.slice(0, 40).map((flow) => flow.createOffer().catch((error: unknown) => error));
    await offers[0];
    await engine.close();
    await Promise.all(offers);
    await connectWerift().then((pair) => pair.close());
    await new Promise((resolve) => setImmediate(resolve));
    expect(surplus(resources(), before)).toEqual([]);
  }, 120_000);
});

/** Real time, sped up for a source: what it plays in a minute is over in six seconds at ten. */
function hurried(times: number): Clock {
  return { ...systemClock, now: () => instant(systemClock.now() * times), schedule: (span, fire) => systemClock.schedule(ms(span / times), fire) };
}

function capturing(prepare: (peer: RTCPeerConnection) => void = () => {}): { options: WeriftMediaEngineOptions; peer: () => RTCPeerConnection } {
  const made: RTCPeerConnection[] = [];
  const createPeer: WeriftMediaEngineOptions['createPeer'] = (options) => {
    const peer = createHardenedPeer(options);
    prepare(peer);
    made.push(peer);
    return peer;
  };
  return { options: { createPeer }, peer: () => made[0]! };
}

/** Loses the next `lose` packets of a connection, and, when told, every retransmission (payload type 97). */
function loseRtp(peer: RTCPeerConnection): { lose: number; silencedRepairs: boolean } {
  const loss = { lose: 0, silencedRepairs: false };
  const transport = peer.dtlsTransports[0]!;
  const send = transport.sendRtp.bind(transport);
  transport.sendRtp = async (payload, header) => {
    if (loss.lose > 0 || (loss.silencedRepairs && header.payloadType === 97)) {
      loss.lose = Math.max(0, loss.lose - 1);
      return 0;
    }
    return send(payload, header);
  };
  return loss;
}

function resources(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => kind !== 'Immediate').toSorted();
}

/** What is there now and was not before. What others leave or end meanwhile does not count as ours. */
function surplus(now: readonly string[], before: readonly string[]): string[] {
  const left = [...before];
  return now.filter((kind) => {
    const at = left.indexOf(kind);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Its DTLS takes one SRTP profile, which nobody has. */
function knowingNoOther(peer: RTCPeerConnection): RTCPeerConnection {
  const apply = peer.setRemoteDescription.bind(peer);
  peer.setRemoteDescription = (description) => {
    for (const transport of peer.dtlsTransports) Object.assign(transport, { srtpProfiles: [0x00fe] });
    return apply(description);
  };
  return peer;
}
