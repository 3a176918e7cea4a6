import type { RTCPeerConnection } from 'werift';

/** The association inside a connection, as far as tests look into it. */
export type Association = {
  readonly lastReceivedTsn: number;
  readonly lastSackedTsn: number;
  readonly localVerificationTag: number;
  readonly inboundStreams: Readonly<Record<number, { readonly reassembly: readonly unknown[] }>>;
  readonly outboundQueue: readonly unknown[];
  handleData(packet: Buffer): Promise<void>;
};

export function associationOf(peer: RTCPeerConnection): Association {
  return peer.sctpTransport!.sctp as unknown as Association;
}

/** A packet with a good checksum around what may be anything. */
export function sctpPacket(verificationTag: number, ...chunks: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(5000, 0);
  header.writeUInt16BE(5000, 2);
  header.writeUInt32BE(verificationTag, 4);
  const packet = Buffer.concat([header, ...chunks]);
  packet.writeUInt32LE(crc32c(packet), 8);
  return packet;
}

/** A chunk or a parameter: both are a type of two bytes, a length, and what is in it. */
export function item(type: number, body: Buffer = Buffer.alloc(0), length = body.length + 4): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(length, 2);
  return Buffer.concat([header, body, Buffer.alloc(-body.length & 3)]);
}

/** One byte of a message that does not end, on stream 1. */
export function data(number: number): Buffer {
  const body = Buffer.alloc(13);
  body.writeUInt32BE(number >>> 0, 0);
  body.writeUInt16BE(1, 4);
  body.writeUInt32BE(51, 8);
  return item(0, body);
}

/** An acknowledgement of everything up to `upTo`, and of the blocks after it, with room for `window` bytes more. */
export function sack(upTo: number, blocks: readonly (readonly [from: number, to: number])[], window = 100_000): Buffer {
  const body = Buffer.alloc(12 + 4 * blocks.length);
  body.writeUInt32BE(upTo, 0);
  body.writeUInt32BE(window, 4);
  body.writeUInt16BE(blocks.length, 8);
  for (const [index, [from, to]] of blocks.entries()) {
    body.writeUInt16BE(from, 12 + 4 * index);
    body.writeUInt16BE(to, 14 + 4 * index);
  }
  return item(3 << 8, body);
}

/** Says that everything up to `upTo` is given up, and the messages of these streams with it. */
export function forwardTsn(upTo: number, streams: readonly number[]): Buffer {
  const body = Buffer.alloc(4 + 4 * streams.length);
  body.writeUInt32BE(upTo >>> 0, 0);
  for (const [index, stream] of streams.entries()) body.writeUInt16BE(stream, 4 + 4 * index);
  return item(192 << 8, body);
}

function crc32c(bytes: Buffer): number {
  let sum = 0xffff_ffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum & 1) === 1 ? (sum >>> 1) ^ 0x82f6_3b78 : sum >>> 1;
  }
  return ~sum >>> 0;
}
