import { RtcpPacketConverter, RtpHeader, RtpPacket } from 'werift';
import { isReadableRtcp } from '../../../src/mediaflow/werift/hardening/srtp/readable-rtcp.ts';
import { inputOf, packetsOf, spoilPackets } from '../mutate/packets.ts';
import { realPair, type RealEnd } from '../real-pair.ts';
import { demand, type Target } from '../target.ts';

/** RTP and RTCP that the peer itself has sealed: through SRTP, werift's parsers, its receivers and ours. */
export const target: Target = {
  name: 'rtp',
  what: 'RTP and RTCP of the peer, sealed with its keys, in a connected call',
  mutator: spoilPackets(),
  longest: 1_400,
  prepare: async () => {
    const pair = await realPair();
    const { near, far } = pair;
    const sealing = far.transport as unknown as Sealing;
    // Those of the description, and two that nobody told of.
    const sources = [...far.sources, 3_333, 4_444];
    const sequences = new Map<number, number>();
    const number = (source: number, skipped: number): number => {
      const next = ((sequences.get(source) ?? 0) + 1 + skipped) & 0xffff;
      sequences.set(source, next);
      return next;
    };
    return {
      seeds: honest(0, 1, OURS).map((packets) => inputOf(packets)),
      feed: (input) => {
        for (const packet of packetsOf(input)) {
          if (packet.length < 12) continue;
          if (isControl(packet)) {
            const control = withOurSource(packet, near.sources[1] ?? 0);
            // The budget for RTCP would have most of a search's packets dropped unread.
            if (control.length % 8 === 0) near.hear(sealing.srtcp.encrypt(control), near.farAddress);
            else read(near, control);
            continue;
          }
          const source = sources[packet.readUInt32BE(8) % sources.length]!;
          // Some leave a gap of any length.
          packet.writeUInt16BE(number(source, packet[3] === 0xff ? packet.readUInt16BE(2) & 0x3fff : packet[3]! & 3), 2);
          packet.writeUInt32BE(source, 8);
          near.hear(seal(sealing, packet), near.farAddress);
        }
      },
      check: async () => {
        await pair.exchange();
        const before = near.recorded.flow.stats().audio.received;
        near.hear(seal(sealing, rtp(111, sources[0]!, Buffer.alloc(20), { sequenceNumber: number(sources[0]!, 0) })), near.farAddress);
        demand(near.recorded.flow.stats().audio.received === before + 1, 'an honest packet arrives');
      },
      close: () => pair.close(),
    };
  },
};

type Sealing = { readonly srtp: { encrypt(payload: Buffer, header: SealedHeader): Buffer }; readonly srtcp: { encrypt(packet: Buffer): Buffer } };

/** What SRTP asks of a header. */
type SealedHeader = { readonly ssrc: number; readonly sequenceNumber: number; readonly serializeSize: number; serialize(): Buffer };

/** Seals the packet byte for byte, also where no RTP sender would write such a header. */
function seal({ srtp }: Sealing, packet: Buffer): Buffer {
  const extended = (packet[0]! & 0x10) === 0 ? 0 : 4 + 4 * (packet[14 + 4 * (packet[0]! & 15)]! * 256 + packet[15 + 4 * (packet[0]! & 15)]!);
  const size = Math.min(packet.length, 12 + 4 * (packet[0]! & 15) + (Number.isNaN(extended) ? 0 : extended));
  const header = packet.subarray(0, size);
  return srtp.encrypt(packet.subarray(size), { ssrc: packet.readUInt32BE(8), sequenceNumber: packet.readUInt16BE(2), serializeSize: size, serialize: () => header });
}

const isControl = (packet: Buffer): boolean => packet[1]! >= 192 && packet[1]! <= 208;

/** Stands for the source of our own video, which is another in each call. */
const OURS = 0xabab_abab;

function withOurSource(packet: Buffer, source: number): Buffer {
  for (let at = packet.indexOf('abababab', 4, 'hex'); at !== -1; at = packet.indexOf('abababab', at + 4, 'hex')) packet.writeUInt32BE(source, at);
  return packet;
}

/** As werift's transport does with what it has opened. */
function read({ transport }: RealEnd, control: Buffer): void {
  if (!isReadableRtcp(control)) return;
  try {
    for (const packet of RtcpPacketConverter.deSerialize(control)) transport.onRtcp.execute(packet);
  } catch {
    // Caught and forgotten there as well.
  }
}

const rtp = (payloadType: number, ssrc: number, payload: Buffer, extra: Partial<RtpHeader> = {}): Buffer => new RtpPacket(new RtpHeader({ payloadType, ssrc, sequenceNumber: 1, timestamp: 960, ...extra }), payload).serialize();

function honest(audio: number, video: number, ours: number): Buffer[][] {
  const control = (type: number, count: number, ...words: number[]): Buffer => {
    const packet = Buffer.alloc(4 + 4 * words.length);
    packet.writeUInt8(0x80 | count, 0);
    packet.writeUInt8(type, 1);
    packet.writeUInt16BE(words.length, 2);
    for (const [index, word] of words.entries()) packet.writeUInt32BE(word >>> 0, 4 + 4 * index);
    return packet;
  };
  const report = [audio, 0x0100_0000, 5, 6, 7, 8];
  return [
    [rtp(111, audio, Buffer.from('f8fffe', 'hex'))],
    [rtp(96, video, Buffer.from('908080000010000000', 'hex'), { marker: true, extension: true, extensionProfile: 0xbede, extensions: [{ id: 1, payload: Buffer.from('1') }] })],
    [rtp(97, 3_333, Buffer.from('0001908080000010000000', 'hex'))], [rtp(33, 4_444, Buffer.alloc(30))],
    [control(200, 1, audio, 1, 2, 3, 4, 5, ...report)], [control(201, 1, audio, ...report)], [control(202, 1, audio, 0x0103_6162, 0x6300_0000)], [control(203, 1, audio)],
    [control(205, 1, audio, video, 0x0001_00ff)], [control(205, 15, audio, video, 0x0001_0002, 0x0000_0100, 0x2002_0101)], [control(206, 1, audio, ours)], [control(205, 1, audio, ours, 0x0001_00ff, 0x0100_0000)], [control(206, 4, audio, video, video, 0x0100_0000)],
    [control(206, 15, audio, 0, 0x5245_4d42, 0x0103_ffff, video)], [Buffer.concat([control(200, 0, audio, 1, 2, 3, 4, 5), control(202, 1, audio, 0x0103_6162, 0x6300_0000)])],
    [rtp(111, audio, Buffer.alloc(20)), rtp(96, video, Buffer.alloc(100, 0x90)), control(206, 1, audio, video)],
  ];
}
