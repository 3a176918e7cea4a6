import { describe, expect, test } from 'vitest';
import { FIRST_TSN, LOCAL_TAG, LoneAssociation } from '../../../tools/fuzz/lone-association.ts';
import { associationOf, data, sctpPacket } from './sctp-packets.ts';

describe('a message of single bytes that does not end', () => {
  test('is kept piece by piece, and gone through for each new piece, by stock werift: the defect', async () => {
    expect(await piecesKept(new LoneAssociation('established', () => {}))).toBe(4_000);
  });

  test('is kept by a hardened peer up to as many pieces as fill the window with honest ones', async () => {
    expect(await piecesKept(new LoneAssociation('established'))).toBe(1_024);
  });

  test('on many streams is kept no further than on one', async () => {
    expect(await piecesKept(new LoneAssociation('established'), 30)).toBe(1_024);
  });
});

describe('the longest message of an honest peer', () => {
  test('arrives whole', () => {
    const end = new LoneAssociation('established');
    const heard: number[] = [];
    end.transport.sctp.onReceive.subscribe((_, __, message: Buffer) => heard.push(message.length));
    const pieces = 1_024 * 1_024 / 1_200;
    for (let index = 0; index < pieces; index += 1) {
      const last = index + 1 >= pieces;
      end.hear(sctpPacket(LOCAL_TAG, piece(index, { first: index === 0, last, size: last ? 100 : 1_200 })));
    }
    end.end();
    expect(heard).toEqual([Math.floor(pieces) * 1_200 + 100]);
  });
});

async function piecesKept(end: LoneAssociation, streams = 1): Promise<number> {
  for (let index = 0; index < 4_000; index += 50) {
    end.hear(sctpPacket(LOCAL_TAG, ...Array.from({ length: 50 }, (_, at) => piece(index + at, { first: index + at < streams, stream: (index + at) % streams }))));
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { inboundStreams } = associationOf({ sctpTransport: end.transport } as never);
  end.end();
  return Object.values(inboundStreams).reduce((sum, { reassembly }) => sum + reassembly.length, 0);
}

function piece(index: number, { first = false, last = false, stream = 1, size = 1 }: { first?: boolean; last?: boolean; stream?: number; size?: number }): Buffer {
  const chunk = size === 1 ? data(FIRST_TSN + index) : longer(data(FIRST_TSN + index), size);
  chunk.writeUInt8((first ? 2 : 0) | (last ? 1 : 0), 1);
  chunk.writeUInt16BE(stream, 8);
  return chunk;
}

function longer(chunk: Buffer, size: number): Buffer {
  const all = Buffer.concat([chunk.subarray(0, 16), Buffer.alloc(size + (-size & 3))]);
  all.writeUInt16BE(16 + size, 2);
  return all;
}
