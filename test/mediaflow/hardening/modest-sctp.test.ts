import { describe, expect, test } from 'vitest';
import { isModestSctp } from '../../../src/mediaflow/werift/hardening/modest-sctp.ts';
import { FIRST_TSN, LOCAL_TAG, LoneAssociation } from '../../../tools/fuzz/lone-association.ts';
import { data, forwardTsn, item, sack, sctpPacket } from './sctp-packets.ts';

const HEARTBEAT = item(4 << 8);
const SHUTDOWN = item(7 << 8, Buffer.alloc(4));
const RESET = item(13, Buffer.alloc(12));
const GREEDY: readonly (readonly [what: string, packet: Buffer])[] = [
  ['a thousand HEARTBEATs', sctpPacket(LOCAL_TAG, ...repeated(HEARTBEAT, 1_000))],
  ['a thousand SHUTDOWNs', sctpPacket(LOCAL_TAG, ...repeated(SHUTDOWN, 1_000))],
  ['a RE-CONFIG of a thousand resets', sctpPacket(LOCAL_TAG, item(130 << 8, Buffer.concat(repeated(RESET, 1_000))))],
  ['a hundred RE-CONFIGs of ten resets', sctpPacket(LOCAL_TAG, ...repeated(item(130 << 8, Buffer.concat(repeated(RESET, 10))), 100))],
];

describe.each(GREEDY)('one packet of %s', (_, packet) => {
  test('is answered a thousand times by stock werift: the defect', async () => {
    expect(await answersTo(new LoneAssociation('established', () => {}), packet)).toBe(1_000);
  });

  test('is not answered by a hardened peer', async () => {
    expect(await answersTo(new LoneAssociation('established'), packet)).toBe(0);
  });
});

test('a HEARTBEAT, and a reset, are answered by a hardened peer', async () => {
  expect(await answersTo(new LoneAssociation('established'), sctpPacket(LOCAL_TAG, HEARTBEAT))).toBe(1);
  expect(await answersTo(new LoneAssociation('established'), sctpPacket(LOCAL_TAG, item(130 << 8, RESET)))).toBe(1);
});

test('as much data as fits into a datagram may follow what honest peers put in front of it', () => {
  const inFront = [sack(999, []), forwardTsn(FIRST_TSN, [1]), item(130 << 8, Buffer.concat([RESET, RESET])), HEARTBEAT];
  const chunks = Array.from({ length: 1_000 }, (_, index) => data(FIRST_TSN + index));
  expect(isModestSctp(sctpPacket(LOCAL_TAG, ...inFront, ...chunks))).toBe(true);
});

function repeated(chunk: Buffer, count: number): Buffer[] {
  return Array.from({ length: count }, () => chunk);
}

async function answersTo(end: LoneAssociation, packet: Buffer): Promise<number> {
  end.hear(packet);
  await new Promise((resolve) => setImmediate(resolve));
  end.end();
  return end.sent;
}
