import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { handleUnder, type RuleVariant } from '../../tools/explore/rule-variants.ts';
import { handleLike, OLD_RULES, type OldRuleName } from '../../tools/corpus/old-rules.ts';
import { inWords, type Name } from './deed.ts';
import { storm } from './storm.ts';

const RUNS = 500;

describe('a household in which anybody does anything, and messages and processes come to grief', () => {
  it.each([[['a1', 'b1']], [['a1', 'b1', 'b2']], [['a1', 'a2', 'b1', 'b2']]] as readonly (readonly [readonly Name[]])[])('P1–P14 P17 P18 hold as soon as all was heard, and when it is quiet: %j', async (devices) => {
    let talked = 0;
    await fc.assert(storm(devices, { seen: ({ lived }) => (talked += lived.filter(({ connectedAt }) => connectedAt !== undefined).length) }), { numRuns: RUNS });
    // A storm in which nobody ever talks would prove nothing.
    expect(talked).toBeGreaterThan(RUNS / 2);
  });
});

/** Taken out of our rules, or put in from those of others. */
const PLANTED: readonly (RuleVariant | OldRuleName)[] = [
  'no 1: ids are not compared',
  'no 2: no marks',
  'no 2: answers withdraw nothing',
  'no 4: anybody may end a call',
  'no 5: REJECT is not told to the others',
  'no 7: silent restart',
  'like AVS',
  'any answer binds',
  'both win',
  'elsewhere is here',
  'one slot for what was cancelled',
  'no deadline for a fresh ring',
];

describe('a rule that is not ours', () => {
  it.each(PLANTED)('is found by a storm, in at most twelve events: %s', async (name) => {
    const rules = name in OLD_RULES ? handleLike(OLD_RULES[name as OldRuleName]) : handleUnder(name as RuleVariant);

    const { failed, counterexample } = await fc.check(storm(['a1', 'b1', 'b2'], { rules }), { numRuns: 5000 });

    expect(failed).toBe(true);
    expect(counterexample?.[0].map(inWords).length).toBeLessThanOrEqual(12);
  });
});
