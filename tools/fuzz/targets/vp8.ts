import { PictureAssembler } from '../../../src/mediaflow/rtp/picture-assembler.ts';
import { Vp8Packetizer } from '../../../src/mediaflow/rtp/vp8-packetizer.ts';
import { inputOf, packetsOf, spoilPackets } from '../mutate/packets.ts';
import { demand, type Target } from '../target.ts';

/** RTP payloads of a peer on their way to pictures: three bytes of number, moment and marker, then the payload. */
export const target: Target = {
  name: 'vp8',
  what: 'VP8 payloads in RTP, put together to pictures',
  mutator: spoilPackets(),
  longest: 3_000,
  prepare: () => {
    const seed = honest();
    return {
      seeds: [seed, inputOf(packetsOf(seed).slice(0, 2)), inputOf([Uint8Array.of(0, 0, 1, 0x10, 0), Uint8Array.of(1, 1, 1, 0x90, 0xf0, 0x80, 0, 0, 0, 1)])],
      feed: (input) => {
        const packets = packetsOf(input).filter(({ length }) => length >= 3);
        let out = 0;
        let pictures = 0;
        const assembler = new PictureAssembler('VP8', ({ payload }) => {
          out += payload.length;
          pictures += 1;
        }, () => undefined);
        for (const packet of packets) assembler.push({ sequence: packet.readUInt8(0) * 257, timestamp: packet.readUInt8(1), marker: (packet.readUInt8(2) & 1) === 1, payload: packet.subarray(3) });
        demand(pictures <= packets.length && out <= input.length, 'no more comes out than went in');
      },
      check: () => {
        let pictures = 0;
        const assembler = new PictureAssembler('VP8', () => (pictures += 1), () => undefined);
        for (const [index, packet] of packetsOf(honest()).entries()) assembler.push({ sequence: index, timestamp: packet.readUInt8(1), marker: (packet.readUInt8(2) & 1) === 1, payload: packet.subarray(3) });
        demand(pictures === 2, 'honest pictures arrive');
      },
    };
  },
};

function honest(): Uint8Array {
  const packetizer = new Vp8Packetizer(5);
  return inputOf([new Uint8Array(1_500).fill(0x10), new Uint8Array(40).fill(0x11)].flatMap((picture, index) => {
    const pieces = packetizer.split(picture);
    return pieces.map((piece, at) => Buffer.concat([Buffer.of(at + 2 * index, index, at === pieces.length - 1 ? 1 : 0), piece]));
  }));
}
