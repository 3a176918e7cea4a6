import { describe, expect, test } from 'vitest';
import { FIRST_TSN, LOCAL_TAG, LoneAssociation } from '../../../tools/fuzz/lone-association.ts';
import { data, sctpPacket } from './sctp-packets.ts';

describe('a peer that sends every second chunk', () => {
  test('has stock werift answer each with kilobytes: the defect', async () => {
    expect(await longestAnswer(new LoneAssociation('established', () => {}))).toBeGreaterThan(3_500);
  });

  test('is answered by a hardened peer with what fits into one datagram', async () => {
    expect(await longestAnswer(new LoneAssociation('established'))).toBeLessThan(1_100);
  });
});

async function longestAnswer(end: LoneAssociation): Promise<number> {
  let longest = 0;
  for (let number = FIRST_TSN + 1; number < FIRST_TSN + 2_000; number += 2) {
    const before = end.sentBytes;
    end.hear(sctpPacket(LOCAL_TAG, data(number)));
    for (let step = 0; step < 12; step += 1) await Promise.resolve();
    longest = Math.max(longest, end.sentBytes - before);
  }
  end.end();
  return longest;
}
