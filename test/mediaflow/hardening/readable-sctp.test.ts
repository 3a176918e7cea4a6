import { assert, constantFrom, property, uint8Array } from 'fast-check';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { isReadableSctp } from '../../../src/mediaflow/werift/hardening/readable-sctp.ts';
import { closeAll, connect, hardened, within } from './pair.ts';
import { item, sctpPacket } from './sctp-packets.ts';

const ENDLESS: readonly (readonly [what: string, chunk: Buffer])[] = [
  ['a chunk of no length', item(11 << 8, Buffer.alloc(0), 0)],
  ['an INIT with a parameter of no length', item(1 << 8, Buffer.alloc(20))],
  ['an INIT ACK with a parameter of no length', item(2 << 8, Buffer.alloc(20))],
  ['a HEARTBEAT with a parameter of no length', item(4 << 8, Buffer.alloc(4))],
  ['a HEARTBEAT ACK with a parameter of no length', item(5 << 8, Buffer.alloc(4))],
  ['an ABORT with a cause of no length', item(6 << 8, Buffer.alloc(4))],
  ['an ERROR with a cause of no length', item(9 << 8, Buffer.alloc(4))],
  ['a RE-CONFIG whose second parameter has no length', item(130 << 8, Buffer.concat([item(16, Buffer.alloc(8)), Buffer.alloc(4)]))],
];

describe.each(ENDLESS)('%s', (_, chunk) => {
  test('is read by stock werift until the memory is full: the defect', async () => {
    expect(await stockReading(sctpPacket(0, chunk))).toBe('ERR_WORKER_OUT_OF_MEMORY');
  });

  test('is dropped by a hardened peer', async () => {
    const { offerer, answerer, near, far } = await connect(await hardened(), await hardened());
    await offerer.dtlsTransports[0]!.sendData(sctpPacket(0, chunk));
    const heard = new Promise((resolve) => far.onMessage.once(resolve));
    near.send('still here');
    expect(await within(2_000, 'the message', heard)).toBe('still here');
    await closeAll(offerer, answerer);
  });
});

test('chunks and parameters that reach over the end of what they are in are not read', () => {
  expect(isReadableSctp(sctpPacket(0, item(10 << 8, Buffer.alloc(8), 13)))).toBe(false);
  expect(isReadableSctp(sctpPacket(0, item(4 << 8, item(1, Buffer.alloc(8), 13))))).toBe(false);
});

test('what honest peers send is read, with and without padding at its end', () => {
  const heartbeat = item(4 << 8, item(1, Buffer.alloc(5)));
  const packet = sctpPacket(7, heartbeat, item(0, Buffer.alloc(13)));
  expect(isReadableSctp(packet)).toBe(true);
  expect(isReadableSctp(packet.subarray(0, -3))).toBe(true);
  expect(isReadableSctp(sctpPacket(0, item(1 << 8, Buffer.concat([Buffer.alloc(16), item(0xc000), item(0x8008, Buffer.from([192, 130]))]))))).toBe(true);
});

test('everything that passes as readable is read by werift to its end', () => {
  const { parsePacket } = createRequire(import.meta.url)(PARSER) as { parsePacket: (this: void, packet: Buffer) => unknown };
  assert(
    property(constantFrom(0, 1, 2, 3, 4, 5, 6, 9, 130, 192), uint8Array({ maxLength: 60 }), uint8Array({ maxLength: 24 }), (type, body, rest) => {
      const packet = sctpPacket(0, item(type << 8, Buffer.from(body)), Buffer.from(rest));
      if (!isReadableSctp(packet)) return;
      try {
        parsePacket(packet);
      } catch {
        // Refused, which ends the reading as well.
      }
    }),
    { numRuns: 2_000 },
  );
});

const PARSER = createRequire(import.meta.url).resolve('werift').replace(/webrtc[/\\]src[/\\]index\.js$/, 'sctp/src/chunk.js');

/** What becomes of stock werift's parser, in a thread of its own with little memory. */
async function stockReading(packet: Buffer): Promise<string> {
  const reader = new Worker(`require(${JSON.stringify(PARSER)}).parsePacket(Buffer.from('${packet.toString('hex')}', 'hex'))`, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 24 } });
  return within(30_000, 'the reader to end', new Promise((resolve) => reader.once('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? error.message)).once('exit', () => resolve('read'))));
}
