import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const TESTS = new URL('../', import.meta.url);
const LIST = readFileSync(new URL('../scenarios.md', import.meta.url), 'utf8');

describe('the scenarios of the first tier', () => {
  const wanted = [...LIST.matchAll(/^\| [A-O]\. [^|]*\| ([A-O0-9 ]+) \|$/gmu)].flatMap(([, ids = '']) => ids.split(' '));

  it('are listed once each', () => {
    expect(wanted).toHaveLength(148);
    expect(new Set(wanted).size).toBe(wanted.length);
  });

  it('each begin the name of a test', () => {
    const sources = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.test.ts')).map((path) => readFileSync(new URL(path, TESTS), 'utf8'));
    const named = new Set(sources.flatMap(idsOfTitles));

    expect(wanted.filter((id) => !named.has(id))).toEqual([]);
  });
});

/** The ids with which the title of a test, or of a group of tests, begins: what is called with such a text first. */
function idsOfTitles(source: string): readonly string[] {
  const titles = [...source.matchAll(/\(\s*['"`]((?:[A-O]\d\d[:,]? )+)/gu)].map(([, ids = '']) => ids);
  return titles.flatMap((ids) => ids.match(/[A-O]\d\d/gu) ?? []);
}
