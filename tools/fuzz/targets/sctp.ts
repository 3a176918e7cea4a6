import { data, forwardTsn, item, sack, sctpPacket } from '../../../test/mediaflow/hardening/sctp-packets.ts';
import { FIRST_TSN, LOCAL_TAG, LoneAssociation, type Stage } from '../lone-association.ts';
import { spoilBytes } from '../mutate/bytes.ts';
import { inputOf, packetsOf, spoilPackets } from '../mutate/packets.ts';
import { rightSctp } from '../sctp-packet.ts';
import { demand, type Target } from '../target.ts';

/**
 * SCTP packets that DTLS has opened: of a peer that has proved who it is, and may be anybody all the same. The
 * first packet says at which stage; tags and checksums are put right but for every sixteenth packet.
 */
export const target: Target = {
  name: 'sctp',
  what: 'SCTP packets inside DTLS, up to the events of a flow: while connecting and connected',
  mutator: spoilPackets(spoilBytes),
  longest: 3_000,
  prepare: () => {
    const packets = honestPackets();
    return {
      seeds: [
        ...packets.map((packet) => inputOf([Uint8Array.of(2), packet])), inputOf([Uint8Array.of(2), ...packets]),
        inputOf([Uint8Array.of(0), init(1)]), inputOf([Uint8Array.of(1), init(2)]), inputOf([Uint8Array.of(0), sctpPacket(LOCAL_TAG, item(10 << 8, Buffer.alloc(24)))]),
        inputOf([Uint8Array.of(2), open(), text('{"type":"PING"}', FIRST_TSN + 1), sctpPacket(LOCAL_TAG, item(130 << 8, item(13, Buffer.of(0, 0, 0, 100, 0, 0, 0, 1, 0, 0, 0, 9, 0, 1))))]),
      ],
      feed: async (input) => {
        const [stage, ...rest] = packetsOf(input);
        const end = new LoneAssociation(STAGES[(stage?.[0] ?? 2) % 3]!);
        for (const [index, packet] of rest.entries()) end.hear((packet.length + index) % 16 === 15 ? packet : rightSctp(packet, packet[3] === 1 ? 0 : LOCAL_TAG));
        // One packet is dealt with in a few steps of its own.
        for (let step = 0; step < 12; step++) await Promise.resolve();
        demand(end.kept <= 40 * rest.length + 4_000, 'what is kept is bounded');
        demand(end.sentBytes <= 40 * input.length + 60_000, 'a small packet is not answered with many');
        end.end();
      },
      check: async () => {
        const end = new LoneAssociation('established');
        end.hear(open());
        end.hear(text('hello', FIRST_TSN + 1));
        await new Promise((resolve) => setImmediate(resolve));
        demand(end.events.some((event) => event.type === 'channel-message' && event.text === 'hello'), 'an honest message arrives');
        end.end();
      },
    };
  },
};

const STAGES: readonly Stage[] = ['waiting', 'cookie-wait', 'established'];

function chunk(tsn: number, kind: number, body: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32BE(tsn, 0);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(tsn - FIRST_TSN, 6);
  head.writeUInt32BE(kind, 8);
  return item(3, Buffer.concat([head, body]));
}

function text(said: string, tsn: number): Buffer {
  return sctpPacket(LOCAL_TAG, chunk(tsn, 51, Buffer.from(said)));
}

/** DCEP OPEN of the call's channel on stream 1. */
function open(): Buffer {
  const label = Buffer.from('calling-3.0');
  const head = Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 0, label.length, 0, 0]);
  return sctpPacket(LOCAL_TAG, chunk(FIRST_TSN, 50, Buffer.concat([head, label])));
}

function init(type: number): Buffer {
  const body = Buffer.alloc(16);
  body.writeUInt32BE(7, 0);
  body.writeUInt32BE(100_000, 4);
  body.writeUInt16BE(65_535, 8);
  body.writeUInt16BE(65_535, 10);
  body.writeUInt32BE(FIRST_TSN, 12);
  const parameters = Buffer.concat([item(0xc000), item(0x8008, Buffer.of(192, 130)), ...(type === 2 ? [item(7, Buffer.alloc(24, 1))] : [])]);
  return sctpPacket(type === 1 ? 0 : LOCAL_TAG, item(type << 8, Buffer.concat([body, parameters])));
}

function honestPackets(): Buffer[] {
  return [
    open(), text('hello', FIRST_TSN + 1), sctpPacket(LOCAL_TAG, data(FIRST_TSN), data(FIRST_TSN + 2)), sctpPacket(LOCAL_TAG, sack(999, [[1, 2]])), sctpPacket(LOCAL_TAG, forwardTsn(FIRST_TSN + 4, [1, 2])),
    sctpPacket(LOCAL_TAG, item(4 << 8, item(1, Buffer.alloc(8)))), sctpPacket(LOCAL_TAG, item(6 << 8)), sctpPacket(LOCAL_TAG, item(7 << 8, Buffer.alloc(4))), sctpPacket(LOCAL_TAG, item(9 << 8, item(3, Buffer.alloc(8)))),
    sctpPacket(LOCAL_TAG, item(11 << 8)), sctpPacket(LOCAL_TAG, item(14 << 8)), sctpPacket(LOCAL_TAG, item(130 << 8, item(16, Buffer.of(0, 0, 3, 232, 0, 0, 0, 1)))), sctpPacket(LOCAL_TAG, item(130 << 8, item(17, Buffer.of(0, 0, 0, 1, 0, 9, 0, 0)))),
  ];
}
