import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReceivedVideo } from '../../src/mediaflow/index.ts';
import { ReceptionCount, SequenceExtender } from '../../src/mediaflow/rtp/sequence.ts';
import { Vp8Assembler, type VideoPacket } from '../../src/mediaflow/rtp/vp8-assembler.ts';
import { readVp8Descriptor } from '../../src/mediaflow/rtp/vp8-descriptor.ts';
import { MAX_VP8_PAYLOAD, Vp8Packetizer } from '../../src/mediaflow/rtp/vp8-packetizer.ts';

describe('VP8 over RTP', () => {
  it('every picture is the same after packets that fit a path, through the wrap of sequence and picture id', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 6 }), (sizes) => {
      const pictures = sizes.map((size, index) => picture(index === 0, size));
      const packets = packetsOf(pictures, 65_530, 0x7ffe);
      expect(Math.max(...packets.map(({ payload }) => payload.length))).toBeLessThanOrEqual(MAX_VP8_PAYLOAD);
      expect(assembled(packets).shown.map(({ payload }) => payload)).toEqual(pictures);
    }), { numRuns: 30 });
  });

  it('packets that come out of order, or twice, make the same pictures', () => {
    const pictures = [picture(true, 5_000), picture(false, 3_000), picture(false, 100)];
    const packets = packetsOf(pictures);
    const shuffled = [packets[0], packets[2], packets[1], packets[1], ...packets.slice(3).toReversed()].flatMap((packet) => packet ?? []);
    expect(assembled(shuffled).shown.map(({ payload }) => payload)).toEqual(pictures);
  });

  it('after a packet that never comes nothing is shown until the next keyframe, which is asked for', () => {
    const pictures = [picture(true, 3_000), ...Array.from({ length: 40 }, () => picture(false, 1_500)), picture(true, 2_000), picture(false, 500)];
    const packets = packetsOf(pictures).filter((_, index) => index !== 4);
    const { shown, lost } = assembled(packets);
    expect(shown.map(({ keyframe, payload }) => `${keyframe} ${payload.length}`)).toEqual(['true 3000', 'true 2000', 'false 500']);
    expect(lost).toBeGreaterThan(0);
  });

  it('whatever comes in a packet, nothing is thrown', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 65_535 }), fc.uint8Array({ maxLength: 12 }), fc.boolean()), { maxLength: 80 }), (hostile) => {
      assembled(hostile.map(([sequence, payload, marker]) => ({ sequence, payload, marker, timestamp: sequence })));
    }));
  });

  it('descriptors with every optional field are skipped', () => {
    expect(readVp8Descriptor(Uint8Array.of(0x90, 0xf0, 0x81, 0x02, 0x07, 0x21, 0xaa))).toEqual({ startsPicture: true, headerBytes: 6 });
    expect(readVp8Descriptor(Uint8Array.of(0x10, 0xaa))).toEqual({ startsPicture: true, headerBytes: 1 });
    expect(readVp8Descriptor(Uint8Array.of(0x90, 0x80, 0x81))).toBeUndefined();
  });
});

describe('sequence numbers', () => {
  it('go on past their wrap, also when packets straddle it out of order', () => {
    const extender = new SequenceExtender();
    expect([65_534, 0, 65_535, 1].map((sequence) => extender.extend(sequence) - 65_536)).toEqual([65_534, 65_536, 65_535, 65_537]);
  });

  it('tell how many packets did not come', () => {
    const count = new ReceptionCount();
    for (const sequence of [65_534, 65_535, 1, 2, 5]) count.add(sequence);
    expect([count.received, count.lost]).toEqual([5, 3]);
  });
});

function picture(keyframe: boolean, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index === 0 ? (keyframe ? 0x10 : 0x11) : (index * 7) & 0xff));
}

function packetsOf(pictures: readonly Uint8Array[], firstSequence = 0, firstPictureId = 0): VideoPacket[] {
  const packetizer = new Vp8Packetizer(firstPictureId);
  return pictures.flatMap((whole, number) => packetizer.split(whole).map((payload, index, all) => ({ payload, marker: index === all.length - 1, timestamp: number * 3_000 })))
    .map((packet, index) => ({ ...packet, sequence: (firstSequence + index) & 0xffff }));
}

function assembled(packets: readonly VideoPacket[]): { shown: ReceivedVideo[]; lost: number } {
  const shown: ReceivedVideo[] = [];
  let lost = 0;
  const assembler = new Vp8Assembler((frame) => shown.push(frame), () => (lost += 1));
  for (const packet of packets) assembler.push(packet);
  return { shown, lost };
}
