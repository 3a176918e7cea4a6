import { array, assert, nat, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backendTime } from '../../src/base/units.ts';
import { ReplayWindow } from '../../src/transport/replay-window.ts';

const WEEK = 7 * 86_400_000;
const NOW = backendTime(1_800_000_000_000);

describe('the replay window', () => {
  it('lets each message of each sender in exactly once', () => {
    assert(
      property(array(tuple(nat(3), nat(50)), { maxLength: 300 }), (arrivals) => {
        const window = new ReplayWindow();
        const seen = new Set<string>();
        for (const [sender, id] of arrivals) {
          const verdict = window.admit(`sender ${sender}`, idOf(id), NOW, NOW);
          expect(verdict).toBe(seen.has(`${sender} ${id}`) ? 'replayed' : 'fresh');
          seen.add(`${sender} ${id}`);
        }
      }),
    );
  });

  it('refuses what is older than mail, and nothing younger', () => {
    const window = new ReplayWindow();
    expect(window.admit('a', idOf(1), backendTime(NOW - WEEK), NOW)).toBe('fresh');
    expect(window.admit('a', idOf(2), backendTime(NOW - WEEK - 1), NOW)).toBe('too-old');
  });

  it('bounds what one sender can make it remember, and still lets no replay of it pass', () => {
    const window = new ReplayWindow();
    const count = 20_000;
    for (let id = 0; id < count; id++) expect(window.admit('flooder', idOf(id), backendTime(NOW + id), NOW)).toBe('fresh');
    expect(window.save()[0]![2].length).toBeLessThanOrEqual(4096);
    for (let id = 0; id < count; id++) expect(window.admit('flooder', idOf(id), backendTime(NOW + id), NOW)).not.toBe('fresh');
    expect(window.admit('somebody else', idOf(1), NOW, NOW)).toBe('fresh');
  });

  it('forgets only what could not be replayed any more', () => {
    const window = new ReplayWindow();
    for (let id = 0; id < 4096; id++) window.admit('a', idOf(id), NOW, NOW);
    const aMonthOn = backendTime(NOW + 30 * 86_400_000);
    expect(window.admit('a', idOf(5000), aMonthOn, aMonthOn)).toBe('fresh');
    expect(window.save()[0]![2].length).toBe(1);
    expect(window.admit('a', idOf(1), NOW, aMonthOn)).toBe('too-old');
  });

  it('opens no hole when the clock is moved on for days and back', () => {
    const window = new ReplayWindow();
    for (let id = 0; id < 4096; id++) window.admit('bob', idOf(id), backendTime(NOW + id), backendTime(NOW + 5000));
    const daysOn = backendTime(NOW + 8 * 86_400_000);
    expect(window.admit('bob', idOf(9999), daysOn, daysOn)).toBe('fresh');
    expect(window.admit('bob', idOf(5), backendTime(NOW + 5), backendTime(NOW + 5000))).toBe('too-old');
  });

  it('lets nothing in from days ahead', () => {
    const window = new ReplayWindow();
    expect(window.admit('a', idOf(1), backendTime(NOW + 2 * 86_400_000), NOW)).toBe('fresh');
    expect(window.admit('a', idOf(2), backendTime(NOW + 2 * 86_400_000 + 1), NOW)).toBe('too-new');
  });

  it('bounds the memory of many senders, forgets the longest silent, and lets no replay of them pass, also when saved', () => {
    let window = new ReplayWindow();
    const count = 5000;
    for (let sender = 0; sender < count; sender++) expect(window.admit(`sender ${sender}`, idOf(1), backendTime(NOW + sender), backendTime(NOW + count))).toBe('fresh');
    const saved = window.save();
    expect(saved.length).toBeLessThanOrEqual(4097);
    for (const turn of ['as it is', 'restored']) {
      if (turn === 'restored') window = new ReplayWindow(JSON.parse(JSON.stringify(saved)) as typeof saved);
      for (let sender = 0; sender < count; sender++) expect(window.admit(`sender ${sender}`, idOf(1), backendTime(NOW + sender), backendTime(NOW + count))).not.toBe('fresh');
    }
    expect(window.admit('sender 0', idOf(2), backendTime(NOW + count), backendTime(NOW + count))).toBe('fresh');
  });

  it('bounds the memory of many who flood: the greatest shrinks, a friend is not touched', () => {
    const window = new ReplayWindow();
    window.admit('friend', idOf(1), NOW, NOW);
    for (let id = 0; id < 100_000; id++) window.admit(`flooder ${id % 50}`, idOf(id), backendTime(NOW + id), backendTime(NOW + id));
    const saved = window.save();
    expect(saved.reduce((all, [, , ids]) => all + ids.length, 0)).toBeLessThanOrEqual(65_536);
    expect(window.admit('friend', idOf(1), NOW, NOW)).toBe('replayed');
    expect(window.admit('friend', idOf(2), NOW, NOW)).toBe('fresh');
    for (let id = 0; id < 100_000; id += 997) expect(window.admit(`flooder ${id % 50}`, idOf(id), backendTime(NOW + id), backendTime(NOW + 100_000))).not.toBe('fresh');
  });

  it('survives being saved as JSON', () => {
    const window = new ReplayWindow();
    window.admit('a', idOf(1), NOW, NOW);
    const restored = new ReplayWindow(JSON.parse(JSON.stringify(window.save())) as ReturnType<ReplayWindow['save']>);
    expect(restored.admit('a', idOf(1), NOW, NOW)).toBe('replayed');
    expect(restored.admit('a', idOf(2), NOW, NOW)).toBe('fresh');
  });
});

function idOf(number: number): Uint8Array {
  const id = new Uint8Array(16);
  new DataView(id.buffer).setUint32(0, number);
  return id;
}
