import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConstantBitrate } from '../../src/mediaflow/media/constant-bitrate.ts';
import { opusSamples, opusSilence, readOggOpus, tone } from '../../src/mediaflow/index.ts';
import { moment, pair, talking } from '../ecall/pair.ts';
import { connectWerift } from './werift-pair.ts';
import { told } from '../../src/mediaflow/conformance/recorded-flow.ts';

const SPOKEN = readOggOpus(readFileSync(new URL('../../tools/demo/media/alice.opus', import.meta.url)));

describe('constant-bitrate audio', () => {
  it('has packets of one size, whatever is said, and silence as long as speech', () => {
    const constant = new ConstantBitrate();
    for (const frame of SPOKEN) constant.even(frame);
    const sizes = new Set([...SPOKEN, { payload: opusSilence(960), samples: 960 }].map((frame) => constant.even(frame).payload.length));
    expect(new Set(SPOKEN.map(({ payload }) => payload.length)).size).toBeGreaterThan(10);
    expect(sizes.size).toBe(1);
  });

  it('never gets shorter, so that what comes after a loud moment tells nothing of it', () => {
    const constant = new ConstantBitrate();
    const sizes = [40, 300, 40, 3].map((length) => constant.even({ payload: new Uint8Array(length), samples: 480 }).payload.length);
    expect(sizes).toEqual([80, 320, 320, 320]);
  });

  it('keeps the frames of every kind of packet as they were', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 31 }), frames(), (configuration, { packet, frames: inside }) => {
      const toc = (configuration << 3) | (packet[0] ?? 0);
      const whole = Uint8Array.of(toc, ...packet.subarray(1));
      const even = new ConstantBitrate().even({ payload: whole, samples: 960 }).payload;
      expect(framesOf(even)).toEqual(inside);
      expect(opusSamples(even)).toBe(opusSamples(whole));
      expect(even[0]).toBe(toc | 3);
    }));
  });

  it('leaves alone what is no packet', () => {
    for (const payload of [new Uint8Array(0), Uint8Array.of(3), Uint8Array.of(3, 0x41, 255), Uint8Array.of(3, 0x41, 9, 1), new Uint8Array(1300)]) {
      expect(new ConstantBitrate().even({ payload, samples: 960 }).payload).toEqual(payload);
    }
  });

  it('is agreed on by descriptions: who asks and who mirrors both send it', async () => {
    const werift = await connectWerift({ flows: [{ constantBitrate: true }, {}] });
    try {
      await werift.opened();
      expect([werift.offer, werift.answer].map((sdp) => /^a=fmtp:111 .*;cbr=1\r$/m.test(sdp))).toEqual([true, true]);
      expect([werift.a, werift.b].map((end) => told(end, 'constant-bitrate').length)).toEqual([1, 1]);
      werift.b.flow.attach({ audio: tone() });
      await werift.until(() => told(werift.a, 'audio').length > 2, 'audio');
      expect(new Set(told(werift.a, 'audio').map(({ frame }) => frame.payload.length))).toEqual(new Set([80]));
    } finally {
      await werift.close();
    }
  });

  it('is not sent when nobody asked', async () => {
    const { call, answered } = await talking();
    expect([call.props.audioCbr, answered.props.audioCbr, call.peerProps.audioCbr]).toEqual([false, false, false]);
  });

  it('is told to both apps, and outlives a re-SETUP begun by the side that did not ask', async () => {
    const { town, alice, bob } = await pair();
    const call = alice.call('bob', { constantBitrate: true });
    await moment(town);
    const { ringing } = bob;
    ringing.answer();
    await moment(town);
    expect([ringing.props.audioCbr, ringing.peerProps.audioCbr, call.peerProps.audioCbr]).toEqual([true, true, true]);
    const heard: number[] = [];
    ringing.renew();
    await moment(town);
    call.on('audio', ({ payload }) => heard.push(payload.length));
    ringing.provide({ audio: tone({ clock: town.time }) });
    await moment(town);
    expect(new Set(heard)).toEqual(new Set([80]));
  });
});

/** Packets of every code, with the frames that are in them. */
function frames(): fc.Arbitrary<{ packet: Uint8Array; frames: number[][] }> {
  const frame = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 60 });
  const padding = fc.integer({ min: 0, max: 40 });
  return fc.oneof(
    frame.map((one) => ({ packet: Uint8Array.of(0, ...one), frames: [one] })),
    frame.map((one) => ({ packet: Uint8Array.of(1, ...one, ...one), frames: [one, one] })),
    fc.tuple(frame, frame).map(([one, two]) => ({ packet: Uint8Array.of(2, one.length, ...one, ...two), frames: [one, two] })),
    fc.tuple(frame, fc.integer({ min: 1, max: 3 }), padding).map(([one, count, zeros]) => {
      const all = Array.from({ length: count }, () => one);
      return { packet: Uint8Array.of(3, count | (zeros === 0 ? 0 : 0x40), ...(zeros === 0 ? [] : [zeros]), ...all.flat(), ...new Uint8Array(zeros)), frames: all };
    }),
  );
}

/** Reads a code 3 packet as RFC 6716 §3.2.5 says, for lengths below 252. */
function framesOf(packet: Uint8Array): number[][] {
  const [, second = 0] = packet;
  const bytes = [...packet.subarray(2)];
  let padding = 0;
  for (let more = (second & 0x40) !== 0; more; ) {
    const length = bytes.shift() ?? 0;
    more = length === 255;
    padding += more ? 254 : length;
  }
  const count = second & 0x3f;
  const lengths = (second & 0x80) === 0 ? [] : bytes.splice(0, count - 1);
  const rest = bytes.slice(0, bytes.length - padding);
  if ((second & 0x80) === 0) return Array.from({ length: count }, (_, index) => rest.slice((index * rest.length) / count, ((index + 1) * rest.length) / count));
  return [...lengths.map((length) => rest.splice(0, length)), rest];
}
