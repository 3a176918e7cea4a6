import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONFIGURATIONS, NIGHTLY } from '../../tools/explore/configurations.ts';
import type { RuleVariant } from '../../tools/explore/rule-variants.ts';
import { Search } from '../../tools/explore/search.ts';
import { asMermaid, traceTo, type Trace } from '../../tools/explore/trace.ts';

const ROOT = new URL('../../', import.meta.url);
const TEXT = readFileSync(new URL('docs/why-it-cannot-get-stuck.md', ROOT), 'utf8');

describe('docs/why-it-cannot-get-stuck.md', () => {
  const explored = [...TEXT.matchAll(/<!-- explored: (?<name>.*?) \| (?<rules>.*?) \| (?<wrong>.*?) -->\n```mermaid\n(?<diagram>.*?)\n```/gsu)].map(({ groups }) => groups!);

  it.each(explored.map(({ name, rules, wrong, diagram }) => [rules!, wrong!, name!, diagram!] as const))('draws what the explorer finds with %s: %s', (rules, wrong, name, diagram) => {
    const configuration = CONFIGURATIONS.find((each) => each.name === name)!;
    const search = new Search({ ...configuration, rules: rules as RuleVariant });
    const found = search.run({ stopAt: 'end', maxStates: 150_000 }).found.find((each) => each.wrong === wrong)!;
    expect(asMermaid(traceTo(search.model, search.store, found.world, wrong))).toBe(diagram);
  });

  it('draws the traces of what was found once', () => {
    const drawn = [...TEXT.matchAll(/<!-- trace: (?<file>.*?) -->\n```mermaid\n(?<diagram>.*?)\n```/gsu)].map(({ groups }) => groups!);
    for (const { file, diagram } of drawn) expect(asMermaid(JSON.parse(readFileSync(new URL(`test/traces/${file!}`, ROOT), 'utf8')) as Trace)).toBe(diagram);
    expect(drawn).toHaveLength(3);
  });

  it('has figures for every configuration', () => {
    for (const { name } of NIGHTLY) expect(TEXT).toContain(`| ${name} `);
    expect(explored.length).toBeGreaterThan(10);
  });
});
