import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { knownBugs } from '../../tools/corpus/corpus.ts';
import { perform } from '../../tools/corpus/known-bug.ts';
import { OLD_RULES } from '../../tools/corpus/old-rules.ts';
import { drawKnownBugs } from '../../tools/corpus/table.ts';

const BUGS = knownBugs();

describe('what goes wrong in other engines', () => {
  it.each(BUGS.map((bug) => [bug.scenario, bug.name, bug] as const))('%s %s: shows by the rule of then, and not by ours', (_scenario, _name, bug) => {
    const old = perform(bug, 'old');
    expect(old.wrong).toContain(bug.wrong);
    expect(old.steps).toEqual(bug.steps);
    expect(perform(bug, 'ours').wrong).toEqual([]);
  });

  it('is at least twenty things, by rules each of which is shown', () => {
    expect(BUGS.length).toBeGreaterThanOrEqual(20);
    expect(new Set(BUGS.map(({ rule }) => rule))).toEqual(new Set(Object.keys(OLD_RULES)));
  });

  it('is told in docs/known-bugs.md as it is played', () => {
    expect(readFileSync(new URL('../../docs/known-bugs.md', import.meta.url), 'utf8')).toBe(drawKnownBugs(BUGS));
  });
});
