import { array, assert, integer, property, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PartialMessage } from '../../../src/mediaflow/werift/hardening/dtls/partial-message.ts';

describe('a message in pieces', () => {
  const length = 60;
  const message = Buffer.from(Array.from({ length }, (_, index) => index));
  const piece = (offset: number, end: number): { type: number; sequence: number; length: number; offset: number; body: Buffer } => ({ type: 11, sequence: 0, length, offset, body: message.subarray(offset, end) });

  test('is whole exactly when every byte has come, in whatever pieces and order', () => {
    assert(
      property(array(tuple(integer({ min: 0, max: length }), integer({ min: 0, max: length })), { maxLength: 40 }), (cuts) => {
        const partial = new PartialMessage(11, length);
        const have = new Set<number>();
        for (const [one, other] of cuts) {
          const [from, to] = [Math.min(one, other), Math.max(one, other)];
          partial.add(piece(from, to));
          for (let at = from; at < to; at += 1) have.add(at);
          expect(partial.whole).toBe(have.size === length);
        }
        if (partial.whole) expect(partial.body).toEqual(message);
      }),
    );
  });

  test('keeps the bytes that came first', () => {
    const partial = new PartialMessage(11, length);
    partial.add(piece(10, 50));
    partial.add({ ...piece(0, length), body: Buffer.alloc(length, 0xff) });
    expect(partial.body.subarray(10, 50)).toEqual(message.subarray(10, 50));
    expect(partial.body.subarray(0, 10)).toEqual(Buffer.alloc(10, 0xff));
  });

  test('of which only single bytes come is begun anew, and is whole when it comes again', () => {
    const partial = new PartialMessage(11, 16_384);
    for (let at = 0; at < 1_000; at += 2) partial.add({ type: 11, sequence: 0, length: 16_384, offset: at, body: Buffer.from([1]) });
    expect(partial.body.length).toBeLessThanOrEqual(128);
    partial.add({ type: 11, sequence: 0, length: 16_384, offset: 0, body: Buffer.alloc(16_384, 2) });
    expect(partial.whole).toBe(true);
  });
});
