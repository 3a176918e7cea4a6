import { expect, it, vi } from 'vitest';
import { addressWatch } from '../../src/mediaflow/werift/index.ts';

/** What a watch tells of a machine that has these addresses, one list after another. */
function toldOf(...lists: readonly (readonly string[])[]): readonly number[] {
  vi.useFakeTimers();
  let look = 0;
  const told: number[] = [];
  const stop = addressWatch({ every: 1_000, addresses: () => lists[Math.min(look, lists.length - 1)] ?? [] })(() => told.push(look));
  for (look = 1; look < lists.length; look++) vi.advanceTimersByTime(1_000);
  stop();
  vi.advanceTimersByTime(10_000);
  vi.useRealTimers();
  return told;
}

it('an address that is gone is another network; one more beside it is none', () => {
  expect(toldOf(['192.0.2.1'], ['192.0.2.1'], ['192.0.2.2'])).toEqual([2]);
  expect(toldOf(['192.0.2.1'], ['192.0.2.1', '10.0.0.1'], ['10.0.0.1'])).toEqual([2]);
});

it('a machine without any address is told of when it has one again', () => {
  expect(toldOf(['192.0.2.1'], [], [], ['192.0.2.1'])).toEqual([3]);
});
