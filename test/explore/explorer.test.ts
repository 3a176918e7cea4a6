import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goOn, keep } from '../../tools/explore/checkpoint.ts';
import { CONFIGURATIONS } from '../../tools/explore/configurations.ts';
import { Search } from '../../tools/explore/search.ts';
import { asTable, traceTo } from '../../tools/explore/trace.ts';
import { wordsAbout } from '../../tools/explore/world-laws.ts';

describe('everything that can happen between a few devices, to the end', () => {
  it.each(CONFIGURATIONS.map((configuration) => [configuration.name, configuration] as const))('%s: nothing goes wrong', (_name, configuration) => {
    const search = new Search(configuration);
    const report = search.run();
    const found = report.found[0];
    if (found !== undefined) expect.fail(`${found.wrong}\n${asTable(traceTo(search.model, search.store, found.world, found.wrong))}`);
    expect(report.complete).toBe(true);
  }, 120_000);

  it.each(['1+1', '1+1 L1 D1', 'two callers', 'renew', 'restart caller', 'ecall renew'])('%s: from every world there is a way to the end (P17)', (name) => {
    const search = new Search(CONFIGURATIONS.find((each) => each.name === name)!);
    search.run();
    expect(deadEnds(search)).toBe(0);
  }, 60_000);

  it('P18 takes few messages for a call, whatever happens to it', () => {
    const search = new Search(CONFIGURATIONS.find(({ name }) => name === 'counted')!);
    search.run();
    let most = 0;
    const world = new Uint32Array(search.model.width);
    for (let number = 0; number < search.store.size; number++) {
      search.store.read(number, world);
      most = Math.max(most, ...wordsAbout(search.model.viewsOf(world)).values());
    }
    expect(most).toBe(12);
  });

  it('goes on where it was stopped', () => {
    const folder = mkdtempSync(join(tmpdir(), 'callcore-explored-'));
    const configuration = CONFIGURATIONS.find(({ name }) => name === '1+1 L1 D1')!;
    const whole = new Search(configuration).run();
    const begun = new Search(configuration);
    begun.run({ maxStates: 4000 });
    keep(folder, begun);
    const { seconds: _seconds, bytes: _bytes, steps: _steps, ...rest } = goOn(folder, configuration).run();
    expect(whole).toMatchObject(rest);
    rmSync(folder, { recursive: true });
  });

  it('is the same walk each time', () => {
    const figures = [1, 2].map(() => {
      const { states, transitions, depth, devices, inboxes } = new Search(CONFIGURATIONS[1]!).run();
      return { states, transitions, depth, devices, inboxes };
    });
    expect(figures[0]).toEqual(figures[1]);
  });
});

/** How many worlds have no way to one in which no deadline runs any more. */
function deadEnds({ model, store }: Search): number {
  const numbers = new Map<string, number>();
  const world = new Uint32Array(model.width);
  for (let number = 0; number < store.size; number++) {
    store.read(number, world);
    numbers.set(world.join(), number);
  }
  const before: number[][] = Array.from({ length: store.size }, () => []);
  const reached: number[] = [];
  const seen = new Set<number>();
  for (let number = 0; number < store.size; number++) {
    store.read(number, world);
    const rest = model.successors(world, (next) => before[numbers.get(model.canonical(next).join())!]!.push(number));
    if (rest !== 'last') continue;
    reached.push(number);
    seen.add(number);
  }
  for (let number = reached.pop(); number !== undefined; number = reached.pop()) {
    for (const earlier of before[number]!) {
      if (seen.has(earlier)) continue;
      seen.add(earlier);
      reached.push(earlier);
    }
  }
  return store.size - seen.size;
}
