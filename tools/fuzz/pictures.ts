import type { VideoCodec } from '../../src/mediaflow/index.ts';
import { pictureSize } from '../../src/mediaflow/rtp/picture-size.ts';
import { PictureAssembler } from '../../src/mediaflow/rtp/picture-assembler.ts';
import { VIDEO_PAYLOADS } from '../../src/mediaflow/rtp/video-codec.ts';
import { inputOf, packetsOf, spoilPackets } from './mutate/packets.ts';
import { demand, type Target } from './target.ts';

/** RTP payloads of a peer on their way to pictures: three bytes of number, moment and marker, then the payload. */
export function picturesTarget(name: string, codec: VideoCodec, honestPictures: readonly Uint8Array[], strange: readonly Uint8Array[]): Target {
  const honest = inputOf(honestPictures.flatMap((picture, index) => {
    const pieces = VIDEO_PAYLOADS[codec].packetizer(5).split(picture, index === 0);
    return pieces.map((piece, at) => Buffer.concat([Buffer.of(at + 2 * index, index, at === pieces.length - 1 ? 1 : 0), piece]));
  }));
  return {
    name,
    what: `${codec} payloads in RTP, put together to pictures`,
    mutator: spoilPackets(),
    longest: 3_000,
    prepare: () => ({
      seeds: [honest, inputOf(packetsOf(honest).slice(0, 2)), ...strange.map((packet) => inputOf([packet]))],
      feed: (input) => {
        const packets = packetsOf(input).filter(({ length }) => length >= 3);
        let [out, pictures] = [0, 0];
        const assembler = new PictureAssembler(codec, ({ payload, keyframe }) => {
          out += payload.length;
          pictures += 1;
          if (keyframe) pictureSize(codec, payload);
        }, () => undefined);
        for (const packet of packets) assembler.push({ sequence: packet.readUInt8(0) * 257, timestamp: packet.readUInt8(1), marker: (packet.readUInt8(2) & 1) === 1, payload: packet.subarray(3) });
        // A start code of four bytes stands before each unit of H.264, of which the shortest takes three in a packet.
        demand(pictures <= packets.length && out <= input.length * (codec === 'H264' ? 3 : 1), 'no more comes out than went in');
      },
      check: () => {
        let pictures = 0;
        const assembler = new PictureAssembler(codec, () => (pictures += 1), () => undefined);
        for (const [index, packet] of packetsOf(honest).entries()) assembler.push({ sequence: index, timestamp: packet.readUInt8(1), marker: (packet.readUInt8(2) & 1) === 1, payload: packet.subarray(3) });
        demand(pictures === honestPictures.length, 'honest pictures arrive');
      },
    }),
  };
}
