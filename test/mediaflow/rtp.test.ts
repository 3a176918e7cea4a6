import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readIvf, type ReceivedVideo, type VideoCodec } from '../../src/mediaflow/index.ts';
import { pictureSize } from '../../src/mediaflow/rtp/picture-size.ts';
import { VIDEO_PAYLOADS } from '../../src/mediaflow/rtp/video-codec.ts';
import { ReceptionCount, SequenceExtender } from '../../src/mediaflow/rtp/sequence.ts';
import { MAX_VIDEO_PAYLOAD } from '../../src/mediaflow/rtp/even-pieces.ts';
import { PictureAssembler, type VideoPacket } from '../../src/mediaflow/rtp/picture-assembler.ts';
import { readVp8Descriptor } from '../../src/mediaflow/rtp/vp8-descriptor.ts';
import { Vp8Packetizer } from '../../src/mediaflow/rtp/vp8-packetizer.ts';

describe('VP8 over RTP', () => {
  it('every picture is the same after packets that fit a path, through the wrap of sequence and picture id', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 6 }), (sizes) => {
      const pictures = sizes.map((size, index) => picture(index === 0, size));
      const packets = packetsOf(pictures, 65_530, 0x7ffe);
      expect(Math.max(...packets.map(({ payload }) => payload.length))).toBeLessThanOrEqual(MAX_VIDEO_PAYLOAD);
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

describe.each(['VP9', 'H264'] as const)('%s over RTP', (codec) => {
  const pictures = readClock(codec);

  it('every picture is the same after packets that fit a path', () => {
    const packets = packetsIn(codec, pictures);
    expect(Math.max(...packets.map(({ payload }) => payload.length))).toBeLessThanOrEqual(MAX_VIDEO_PAYLOAD);
    expect(assembled(packets, codec).shown.map(({ payload, keyframe }) => [keyframe, hex(payload)])).toEqual(pictures.map(({ payload, keyframe }) => [keyframe, hex(payload)]));
    expect(pictures.filter(({ keyframe }) => keyframe).length).toBe(2);
  });

  it('after a packet that never comes nothing is shown until the next keyframe', () => {
    const packets = packetsIn(codec, [...pictures, ...pictures, ...pictures]);
    const missing = packets.findIndex(({ timestamp }) => timestamp === 3 * 3_000);
    const { shown, lost } = assembled(packets.filter((_, index) => index !== missing), codec);
    expect(shown.slice(0, 4).map(({ keyframe, timestamp }) => [keyframe, timestamp / 3_000])).toEqual([[true, 0], [false, 1], [false, 2], [true, expect.any(Number)]]);
    expect(shown.length).toBeGreaterThan(pictures.length);
    expect(lost).toBeGreaterThan(0);
  });

  it('whatever comes in a packet, nothing is thrown', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 65_535 }), fc.uint8Array({ maxLength: 12 }), fc.boolean()), { maxLength: 80 }), (hostile) => {
      assembled(hostile.map(([sequence, payload, marker]) => ({ sequence, payload, marker, timestamp: sequence })), codec);
    }));
  });

  it('a keyframe says how large it is', () => {
    expect(pictureSize(codec, pictures[0]?.payload ?? new Uint8Array())).toEqual({ width: 160, height: 90 });
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (hostile) => {
      pictureSize(codec, hostile);
    }));
  });
});

describe('H.264 from other senders', () => {
  it('comes with several units in one packet', () => {
    const stap = Uint8Array.of(24, 0, 2, 0x67, 1, 0, 2, 0x68, 2);
    const packets = [{ sequence: 1, timestamp: 5, marker: false, payload: stap }, { sequence: 2, timestamp: 5, marker: true, payload: Uint8Array.of(0x65, 9) }];
    expect(assembled(packets, 'H264').shown.map(({ payload }) => hex(payload))).toEqual(['000000016701000000016802000000016509']);
  });
});

describe('VP9 from other senders', () => {
  it.each([
    ['a short picture id', [0x88, 0x05], []],
    ['layers, not flexible', [0xa8, 0x85, 0x01, 0x00, 0x07], []],
    ['a scalability structure with sizes and a group of pictures', [0x8a, 0x05, 0x18, 0, 160, 0, 90, 2, 0x04, 1, 0x00], []],
    ['three references', [0xd8, 0x05, 0x03, 0x05, 0x06], []],
  ])('has %s before its bytes', (_, descriptor) => {
    expect(VIDEO_PAYLOADS.VP9.read(Uint8Array.of(...descriptor, 0x82, 0x49))).toEqual({ startsPicture: true, bytes: [Uint8Array.of(0x82, 0x49)] });
  });

  it('is one picture when it has several layers', () => {
    const layer = (id: number, flags: number, byte: number): Uint8Array => Uint8Array.of(0xa0 | 0x10 | flags, 0x05, id << 1, byte);
    const packets = [layer(0, 0x0c, 0x82), layer(1, 0x0c, 0x99)].map((payload, sequence, all) => ({ sequence, timestamp: 1, marker: sequence === all.length - 1, payload }));
    expect(assembled(packets, 'VP9').shown.map(({ payload }) => hex(payload))).toEqual(['8299']);
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

const VIDEO = new URL('../fixtures/video/', import.meta.url);

function readClock(codec: 'VP9' | 'H264'): ReceivedVideo[] {
  const file = readIvf(readFileSync(new URL(`clock-${codec.toLowerCase()}.ivf`, VIDEO)));
  return file.map((frame) => ({ ...frame, codec }));
}

function packetsIn(codec: VideoCodec, pictures: readonly ReceivedVideo[]): VideoPacket[] {
  const packetizer = VIDEO_PAYLOADS[codec].packetizer(0x7ffe);
  return pictures.flatMap(({ payload: whole, keyframe }, number) => packetizer.split(whole, keyframe).map((payload, index, all) => ({ payload, marker: index === all.length - 1, timestamp: number * 3_000 })))
    .map((packet, index) => ({ ...packet, sequence: (65_500 + index) & 0xffff }));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function picture(keyframe: boolean, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index === 0 ? (keyframe ? 0x10 : 0x11) : (index * 7) & 0xff));
}

function packetsOf(pictures: readonly Uint8Array[], firstSequence = 0, firstPictureId = 0): VideoPacket[] {
  const packetizer = new Vp8Packetizer(firstPictureId);
  return pictures.flatMap((whole, number) => packetizer.split(whole).map((payload, index, all) => ({ payload, marker: index === all.length - 1, timestamp: number * 3_000 })))
    .map((packet, index) => ({ ...packet, sequence: (firstSequence + index) & 0xffff }));
}

function assembled(packets: readonly VideoPacket[], codec: VideoCodec = 'VP8'): { shown: ReceivedVideo[]; lost: number } {
  const shown: ReceivedVideo[] = [];
  let lost = 0;
  const assembler = new PictureAssembler(codec, (frame) => shown.push(frame), () => (lost += 1));
  for (const packet of packets) assembler.push(packet);
  return { shown, lost };
}
