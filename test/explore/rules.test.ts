import { describe, expect, it } from 'vitest';
import { CONFIGURATIONS, NIGHTLY } from '../../tools/explore/configurations.ts';
import { RULE_VARIANTS, type RuleVariant } from '../../tools/explore/rule-variants.ts';
import { Search } from '../../tools/explore/search.ts';
import { traceTo } from '../../tools/explore/trace.ts';

/** What each rule is for: where it is missed, what goes wrong without it, and in how many events at the earliest. */
const NEEDED: { readonly [V in RuleVariant]: { readonly in: string; readonly finds: Readonly<Record<string, number>> } } = {
  'no 1: ids are not compared': { in: '1+1', finds: { 'ghost ring': 6, orphan: 8, 'dead attempt': 8, 'split brain': 10 } },
  'no 2: no marks': { in: '1+1', finds: { 'ghost ring': 4, 'dead attempt': 8, orphan: 10, 'half-open': 17 } },
  'no 2: answers withdraw nothing': { in: '1+1 L1 D1', finds: { orphan: 6, 'ghost ring': 8, 'split brain': 8 } },
  'no 3: stray answers stay unanswered': { in: '1+1 fifo', finds: { orphan: 10 } },
  'no 4: anybody may end a call': { in: 'two callees', finds: { orphan: 11 } },
  'no 4: an ended attempt is not withdrawn elsewhere': { in: 'two callers, all call', finds: { 'ghost ring': 8 } },
  'no 5: BUSY ends the attempt': { in: 'two callees, one calls', finds: { 'ghost ring': 9 } },
  'no 5: REJECT is not told to the others': { in: 'two callees', finds: { 'ghost ring': 6 } },
  'no 6: the winner does not repeat its offer': { in: '1+1 L1 D1', finds: { 'unheard glare': 4 } },
  'no 6: ignored offers are not told BUSY': { in: '1+1', finds: { 'dead attempt': 7 } },
  'no 7: one incarnation for ever': { in: 'restart caller', finds: { 'dead attempt': 6 } },
  'no 7: silent restart': { in: 'restart caller', finds: { 'ghost ring': 3, orphan: 5 } },
  'like AVS': { in: '1+1', finds: { 'ghost ring': 4, orphan: 6, 'split brain': 10, 'half-open': 12 } },
  'legacy: a declined caller is given no answer': { in: 'AVS declined', finds: { 'dead attempt': 3 } },
  'legacy: the CANCEL of an answer that is not there yet ends nothing': { in: 'AVS overtakes', finds: { orphan: 6 } },
  'as found: a life without offers withdraws nothing': { in: 'restart callee', finds: { orphan: 8 } },
  'as found: a stray answer that ends a glare gets no CANCEL': { in: '2+2', finds: {} },
  'as found: an offer said again to one device has no other legs': { in: 'four devices', finds: {} },
};

/** The same with the conversation around the machine: flows, slow work, the app's policy. */
const NEEDED_BY_ECALL: Partial<typeof NEEDED> = {
  'no 1: ids are not compared': { in: 'ecall 1+1', finds: { 'ghost ring': 8, orphan: 11, 'dead attempt': 11, 'split brain': 14 } },
  'no 2: no marks': { in: 'ecall 1+1', finds: { 'ghost ring': 5, 'dead attempt': 11, orphan: 13, 'half-open': 21 } },
  'no 2: answers withdraw nothing': { in: 'ecall 1+1', finds: { 'ghost ring': 10, orphan: 10 } },
  'no 3: stray answers stay unanswered': { in: 'ecall 1+1', finds: { orphan: 13 } },
  'no 4: anybody may end a call': { in: 'ecall two callees', finds: { orphan: 13 } },
  'no 4: an ended attempt is not withdrawn elsewhere': { in: 'ecall two callers', finds: { 'ghost ring': 10 } },
  'no 5: BUSY ends the attempt': { in: 'ecall two callees', finds: { 'ghost ring': 11 } },
  'no 5: REJECT is not told to the others': { in: 'ecall two callees', finds: { 'ghost ring': 7 } },
  'no 6: the winner does not repeat its offer': { in: 'ecall 1+1 L1 D1', finds: { 'unheard glare': 6 } },
  'no 6: ignored offers are not told BUSY': { in: 'ecall 1+1', finds: { 'dead attempt': 9 } },
  'no 7: one incarnation for ever': { in: 'ecall restart caller', finds: { 'dead attempt': 8 } },
  'no 7: silent restart': { in: 'ecall restart caller', finds: { 'ghost ring': 4, orphan: 7 } },
  'like AVS': { in: 'ecall 1+1', finds: { 'ghost ring': 5, orphan: 8, 'split brain': 13, 'half-open': 16 } },
};

describe('a rule taken out', () => {
  it.each(RULE_VARIANTS.filter((variant) => Object.keys(NEEDED[variant].finds).length > 0))('%s', (rules) => {
    expect(found(rules, NEEDED[rules])).toEqual(NEEDED[rules].finds);
  }, 60_000);

  it.each(RULE_VARIANTS.flatMap((rules) => NEEDED_BY_ECALL[rules] === undefined ? [] : [[rules, NEEDED_BY_ECALL[rules]] as const]))('%s is missed by ECALL as well', (rules, needed) => {
    expect(found(rules, needed)).toEqual(needed.finds);
  }, 60_000);

  it('misses each of the seven at both levels', () => {
    for (const level of [NEEDED, NEEDED_BY_ECALL]) for (let rule = 1; rule <= 7; rule++) expect(Object.keys(level).some((name) => name.startsWith(`no ${String(rule)}:`))).toBe(true);
  });
});

/** Each kind of wrong that was wanted, with the events of a shortest way to it. */
function found(rules: RuleVariant, { in: name, finds }: { readonly in: string; readonly finds: Readonly<Record<string, number>> }): Readonly<Record<string, number>> {
  const configuration = [...CONFIGURATIONS, ...NIGHTLY].find((each) => each.name === name)!;
  const search = new Search({ ...configuration, rules });
  const wanted = Object.keys(finds);
  const isFound = (wrong: string): boolean => search.found.some((each) => each.wrong === wrong);
  for (let bound = 10_000; !wanted.every(isFound) && bound < 200_000; bound += 10_000) search.run({ stopAt: 'end', maxStates: bound });
  const events = search.found.filter(({ wrong }) => wanted.includes(wrong)).map(({ wrong, world }) => [wrong, traceTo(search.model, search.store, world, wrong).steps.length]);
  return Object.fromEntries(events) as Record<string, number>;
}
