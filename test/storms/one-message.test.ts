import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Fate } from './deed.ts';
import { play, UNDISTURBED } from './one-message.ts';
import { ELSEWHERE, SCENARIOS, type Scenario } from './scenarios.ts';

const TABLE = readFileSync(new URL('alternatives.md', import.meta.url), 'utf8').split('\n').filter((line) => line.startsWith('|')).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
const REASONS = TABLE.filter(({ length }) => length === 2).map(([name]) => name!);
const ROWS = TABLE.filter(({ length }) => length === 4).slice(2).map(([scenario, disturbances, ends, because]) => ({ scenario: scenario!, disturbances: disturbances!.split(', '), ends: ends!, because: because! }));

const FATES = ['double', 'past 1', 'past 2', 'last', 'lost'] as const satisfies readonly Fate[];

describe('one message that comes twice, late or never', () => {
  it.each(Object.entries(SCENARIOS))('G22 %s, disturbed by each of its messages, ends as it does undisturbed, or as the table allows', async (name, scenario) => {
    const clean = await play(scenario, UNDISTURBED, 'lost');
    const rows = ROWS.filter((row) => row.scenario === name);
    expect(clean.faults).toEqual([]);
    expect({ undisturbed: clean.outcome, ...(await differences(scenario, clean.outcome, clean.arrivals)) }).toEqual(Object.fromEntries(rows.flatMap(({ disturbances, ends }) => disturbances.map((each) => [each === '–' ? 'undisturbed' : each, ends]))));
  });

  it('G22 is looked at in every scenario of B, D and E, or there is a reason why not', () => {
    const all = [...numbered('B', 15), ...numbered('D', 15), ...numbered('E', 15)];
    const played = new Set(Object.keys(SCENARIOS).map((name) => name.split(' ')[0]!));
    expect(all.filter((name) => !played.has(name) && ELSEWHERE[name] === undefined)).toEqual([]);
    expect(Object.keys(ELSEWHERE).filter((name) => played.has(name))).toEqual([]);
  });

  it('G22 has a reason for each difference, and no reason for nothing', () => {
    expect(new Set(ROWS.map(({ because }) => because).filter((because) => because !== '–'))).toEqual(new Set(REASONS.filter((name) => !['because', '---'].includes(name))));
    expect(ROWS.flatMap(({ disturbances }) => disturbances).filter((each) => each.startsWith('double'))).toEqual([]);
  });
});

/** How it ends for each message and each fate by which that is another end; what is wrong in itself fails at once. */
async function differences(scenario: Scenario, usual: string, arrivals: number): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (let at = 0; at < arrivals; at++) {
    for (const fate of FATES) {
      const { outcome, faults, message } = await play(scenario, at, fate);
      expect(faults, `${fate} ${message} #${at}`).toEqual([]);
      if (outcome !== usual) found[`${fate} ${message} #${at}`] = outcome;
    }
  }
  return found;
}

function numbered(letter: string, last: number): readonly string[] {
  return Array.from({ length: last }, (_, index) => `${letter}${String(index + 1).padStart(2, '0')}`);
}
