import { describe, expect, it } from 'vitest';
import { SeededEntropy } from '../../src/base/seeded-entropy.ts';
import { readCorpus, readFindings } from '../../tools/fuzz/corpus.ts';
import { loadTarget, TARGETS } from '../../tools/fuzz/targets.ts';
import { seed } from '../seed.ts';

/** The search itself is `npm run fuzz`; here what it has kept is fed again, and some inputs made from it. */
const MADE = 400;

describe.each(TARGETS)('K02 hostile bytes: %s', (name) => {
  it('are refused for a named reason or taken, and honest use goes on', async () => {
    const target = await loadTarget(name);
    const prepared = await target.prepare();
    const findings = readFindings(name);
    const known = [...prepared.seeds, ...readCorpus(name), ...findings.values()];
    const dice = new SeededEntropy(seed);
    const made = Array.from({ length: MADE }, () => target.mutator(known[dice.below(known.length)]!, known[dice.below(known.length)]!, dice, target.longest));
    try {
      for (const input of [...known, ...made]) {
        try {
          await prepared.feed(input);
        } catch (problem) {
          expect.fail(`${String(problem)}: ${Buffer.from(input).toString('base64')}`);
        }
      }
      await new Promise((resolve) => setImmediate(resolve));
      await prepared.check?.();
    } finally {
      await prepared.close?.();
    }
  });
});
