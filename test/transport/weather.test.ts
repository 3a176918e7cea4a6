import { describe, expect, it } from 'vitest';
import { SeededEntropy } from '../../src/base/seeded-entropy.ts';
import { ms, seconds } from '../../src/base/units.ts';
import { VirtualTime } from '../../src/testing/virtual-time.ts';
import { CALM, LoopbackHub, STORM, type Weather } from '../../src/transport/index.ts';
import { seed } from '../seed.ts';
import { ALICE, BOB, listen, ring, texts } from './people.ts';

describe('the loopback hub', () => {
  it.each(['sealed', 'plaintext'] as const)('in a storm delivers a %s message at most once, and most of them', async (cipher) => {
    const { clock, alice, heard } = await world({ weather: STORM, cipher });
    for (let count = 0; count < 200; count++) await alice.send(ring(String(count)));
    await clock.settle();
    const arrived = texts(heard);
    expect(new Set(arrived).size).toBe(arrived.length);
    expect(arrived.length).toBeGreaterThan(150);
    expect(arrived.length).toBeLessThanOrEqual(200);
    expect(arrived).not.toEqual([...arrived].sort((left, right) => Number(left) - Number(right)));
  });

  it('is the same world again under the same seed', async () => {
    const runs = [];
    for (let run = 0; run < 2; run++) {
      const { clock, alice, heard } = await world({ weather: STORM });
      for (let count = 0; count < 50; count++) await alice.send(ring(String(count)));
      await clock.settle();
      runs.push(heard);
    }
    expect(runs[0]).toEqual(runs[1]);
  });

  it('keeps the order however long the way, as long as nothing is reordered', async () => {
    const { clock, alice, heard } = await world({ weather: { ...CALM, delay: [ms(5), ms(900)] } });
    const sent = Array.from({ length: 50 }, (_, index) => String(index));
    for (const text of sent) await alice.send(ring(text));
    await clock.settle();
    expect(texts(heard)).toEqual(sent);
    expect(heard.every(({ age }) => age >= 5 && age <= 900)).toBe(true);
  });

  it('refuses the second copy of everything when all is doubled', async () => {
    const { clock, alice, bob, heard } = await world({ weather: { ...CALM, duplication: 1 } });
    for (let count = 0; count < 20; count++) await alice.send(ring(String(count)));
    await clock.settle();
    expect(heard.length).toBe(20);
    expect(bob.refusals.get('replayed')).toBe(20);
  });

  it('keeps the mail of a device that is cut off, in order, with what was on its way', async () => {
    const { hub, clock, alice, heard } = await world({ weather: { ...CALM, delay: [ms(100), ms(100)] } });
    await alice.send(ring('on its way'));
    hub.partition(BOB);
    await clock.advance(seconds(30));
    expect(await alice.send(ring('in the mail'))).toEqual({ type: 'taken', outcomes: [{ device: BOB, outcome: 'away' }] });
    await clock.advance(seconds(30));
    expect(heard).toEqual([]);
    hub.heal(BOB);
    await clock.settle();
    expect(heard.map(({ text, age }) => [text, age])).toEqual([['on its way', 60_000], ['in the mail', 30_000]]);
  });

  it('counts age by its own clock: a device whose wall clock jumps does not age', async () => {
    const { clock, alice, heard } = await world();
    await alice.send(ring('one'));
    clock.jumpWallClock(ms(-86_400_000));
    await clock.settle();
    expect(heard.map(({ age }) => age)).toEqual([0]);
  });
});

async function world({ weather = CALM, cipher = 'sealed' }: { readonly weather?: Weather; readonly cipher?: 'sealed' | 'plaintext' } = {}) {
  const clock = new VirtualTime();
  const hub = new LoopbackHub({ clock, weather, cipher, seed, entropy: new SeededEntropy(seed) });
  const [alice, bob] = [await hub.channel(ALICE), await hub.channel(BOB)];
  return { hub, clock, alice, bob, heard: listen(bob) };
}
