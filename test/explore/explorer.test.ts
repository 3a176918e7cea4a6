import { describe, expect, it } from 'vitest';
import { CONFIGURATIONS } from '../../tools/explore/configurations.ts';
import { Search } from '../../tools/explore/search.ts';
import { asTable, traceTo } from '../../tools/explore/trace.ts';

describe('everything that can happen between a few devices, to the end', () => {
  it.each(CONFIGURATIONS.map((configuration) => [configuration.name, configuration] as const))('%s: nothing goes wrong', (_name, configuration) => {
    const search = new Search(configuration);
    const report = search.run();
    const found = report.found[0];
    if (found !== undefined) expect.fail(`${found.wrong}\n${asTable(traceTo(search.model, search.store, found.world, found.wrong))}`);
    expect(report.complete).toBe(true);
  }, 120_000);

  it('is the same walk each time', () => {
    const figures = [1, 2].map(() => {
      const { states, transitions, depth, devices, inboxes } = new Search(CONFIGURATIONS[1]!).run();
      return { states, transitions, depth, devices, inboxes };
    });
    expect(figures[0]).toEqual(figures[1]);
  });
});
