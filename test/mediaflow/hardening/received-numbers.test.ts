import { array, assert, integer, property, shuffledSubarray } from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { markReceived } from '../../../src/mediaflow/werift/hardening/received-numbers.ts';
import type { SctpInside } from '../../../src/mediaflow/werift/hardening/werift-internals.ts';
import { closeAll, connect, hardened, stock, type Connected } from './pair.ts';
import { associationOf, data, sctpPacket } from './sctp-packets.ts';

describe('packets of many small chunks that came too early', () => {
  test('are sorted for every chunk by stock werift, which holds it up: the defect', async () => {
    const pair = await connect(stock(), stock());
    expect(await sortedFor(pair)).toBeGreaterThan(1_000_000);
    await closeAll(pair.offerer, pair.answerer);
  });

  test('are sorted once for every packet by a hardened peer', async () => {
    const pair = await connect(await hardened(), await hardened());
    expect(await sortedFor(pair)).toBeLessThan(20_000);
    await closeAll(pair.offerer, pair.answerer);
  });
});

test('what is missing is known whatever came in whatever order, also where numbers go round', () => {
  const offsets = Array.from({ length: 30 }, (_, index) => index + 1);
  assert(
    property(integer({ min: 0, max: 2 ** 32 - 1 }), shuffledSubarray(offsets), array(integer({ min: -20, max: 30 })), (start, fresh, again) => {
      const sctp = { lastReceivedTsn: start, sackMisOrdered: new Set<number>(), sackDuplicates: [] as number[] };
      const have = new Set<number>();
      for (const offset of [...fresh, ...again]) {
        const isRepeated = offset <= 0 || have.has(offset);
        expect(markReceived(sctp as unknown as SctpInside, (start + offset) >>> 0)).toBe(isRepeated);
        if (offset > 0) have.add(offset);
      }
      const complete = offsets.findIndex((offset) => !have.has(offset));
      const upTo = complete < 0 ? offsets.length : complete;
      expect(sctp.lastReceivedTsn).toBe((start + upTo) >>> 0);
      expect(new Set(sctp.sackMisOrdered)).toEqual(new Set([...have].filter((offset) => offset > upTo).map((offset) => (start + offset) >>> 0)));
    }),
  );
});

/** How many numbers were sorted on account of five packets. */
async function sortedFor({ offerer }: Connected): Promise<number> {
  const sctp = associationOf(offerer);
  const first = sctp.lastReceivedTsn + 3;
  let sorted = 0;
  const sort = Reflect.get(Array.prototype, 'sort') as (...order: unknown[]) => unknown[];
  const spy = vi.spyOn(Array.prototype, 'sort').mockImplementation(function (this: unknown[], ...order) {
    sorted += this.length;
    return sort.apply(this, order);
  });
  for (let round = 0; round < 5; round += 1) {
    const chunks = Array.from({ length: 600 }, (_, index) => data(first + 2 * (600 * round + index)));
    await sctp.handleData(sctpPacket(sctp.localVerificationTag, ...chunks));
  }
  spy.mockRestore();
  return sorted;
}
