import { describe, expect, test } from 'vitest';
import { RtcpPacketConverter, RtpHeader, RtpPacket, TransportWideCC, type RtcpHeader } from 'werift';
import { ControlBudget } from '../../../src/mediaflow/werift/hardening/srtp/control-budget.ts';
import { isReadableRtcp } from '../../../src/mediaflow/werift/hardening/srtp/readable-rtcp.ts';
import { isReadableRtp } from '../../../src/mediaflow/werift/hardening/srtp/readable-rtp.ts';

describe('an RTP packet whose extension is longer than the packet', () => {
  /** 24 bytes, of which the extension says to be 4 kB. */
  const packet = Buffer.concat([Buffer.of(0x90, 111, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9, 0xbe, 0xde, 4, 0), Buffer.alloc(8, 0x11)]);

  test('makes stock werift invent thousands of elements, each at the cost of all before: the defect', () => {
    expect(RtpHeader.deSerialize(packet).extensions.length).toBeGreaterThan(2_000);
  });

  test('is not read', () => {
    expect(isReadableRtp(packet)).toBe(false);
  });

  test('is not read either when the packet is as long as it says and nobody sends such extensions', () => {
    expect(isReadableRtp(Buffer.concat([packet.subarray(0, 16), Buffer.alloc(4_096)]))).toBe(false);
  });
});

test('an RTP packet of a browser is read: with sources, extensions, padding, and with nothing in it', () => {
  const header = new RtpHeader({ payloadType: 96, ssrc: 9, csrc: [1, 2], extension: true, extensionProfile: 0xbede, extensions: [{ id: 1, payload: Buffer.from('video') }, { id: 3, payload: Buffer.alloc(3) }] });
  expect(isReadableRtp(new RtpPacket(header, Buffer.alloc(40)).serialize())).toBe(true);
  expect(isReadableRtp(new RtpPacket(new RtpHeader({ payloadType: 111 }), Buffer.alloc(0)).serialize())).toBe(true);
  for (let length = 0; length < 12; length += 1) expect(isReadableRtp(Buffer.alloc(length, 0x80))).toBe(false);
});

describe('congestion feedback about packets that were never sent', () => {
  /** 40 bytes: eight runs of 8,191 packets not received. */
  const packet = Buffer.from(`8fcd000800000001000000020001ffff00000100${'1fff'.repeat(9)}0000`, 'hex');

  test('makes stock werift write down sixty thousand packets for forty bytes: the defect', () => {
    const feedback = TransportWideCC.deSerialize(packet.subarray(4), {} as RtcpHeader);
    expect(feedback.packetResults.length).toBeGreaterThan(60_000);
  });

  test('is not read, nor is any other: nobody was told to send it', () => {
    expect(isReadableRtcp(packet)).toBe(false);
    expect(isReadableRtcp(Buffer.concat([Buffer.from('80c9000100000001', 'hex'), packet]))).toBe(false);
  });
});

describe('requests to send packets again', () => {
  /** One item, seventeen packets. */
  const request = (items: number): Buffer => {
    const packet = Buffer.alloc(12 + 4 * items, 0xff);
    packet.writeUInt32BE((0x81cd << 16 | (2 + items)) >>> 0, 0);
    return packet;
  };

  test('make stock werift name six thousand packets for one datagram: the defect', () => {
    const [feedback] = RtcpPacketConverter.deSerialize(request(350)) as unknown as { feedback: { lost: number[] } }[];
    expect(feedback?.feedback.lost.length).toBe(5_950);
  });

  test('are heard as often as an honest peer can have reason to make them', () => {
    let now = 0;
    const budget = new ControlBudget(() => now);
    expect(budget.spend(request(350))).toBe(true);
    expect(budget.spend(request(350))).toBe(false);
    // Each of three hundred packets a second asked for ten times, each by itself.
    for (; now < 10_000; now += 1) for (let again = 0; again < 3; again += 1) if (now > 1_000) expect(budget.spend(Buffer.from('81cd0003000000010000000200640000', 'hex'))).toBe(true);
  });

  test('hidden in front of another packet count to the end of the datagram, as werift reads them', () => {
    const budget = new ControlBudget(() => 0);
    const hidden = Buffer.concat([request(1), Buffer.alloc(1_400, 0xff)]);
    expect(budget.spend(hidden)).toBe(true);
    expect(budget.spend(hidden)).toBe(false);
  });
});

test('RTCP of a browser is read: reports, descriptions, a keyframe and a bandwidth', () => {
  const compound = Buffer.from('80c8000600000001000000010000000200000003000000040000000581ca000300000001010361626300000081ce000200000001000000028fce0005000000010000000052454d420103ffff00000002', 'hex');
  expect(isReadableRtcp(compound)).toBe(true);
  expect(isReadableRtcp(compound.subarray(0, -1))).toBe(false);
});
