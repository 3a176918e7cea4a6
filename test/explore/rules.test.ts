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
  'as found: a life without offers withdraws nothing': { in: 'restart callee', finds: { orphan: 8 } },
  'as found: a stray answer that ends a glare gets no CANCEL': { in: '2+2', finds: {} },
  'as found: an offer said again to one device has no other legs': { in: 'four devices', finds: {} },
};

describe('a rule taken out', () => {
  it.each(RULE_VARIANTS.filter((variant) => Object.keys(NEEDED[variant].finds).length > 0))('%s', (rules) => {
    const { in: name, finds } = NEEDED[rules];
    const configuration = [...CONFIGURATIONS, ...NIGHTLY].find((each) => each.name === name)!;
    const search = new Search({ ...configuration, rules });
    const wanted = Object.keys(finds);
    const isFound = (wrong: string): boolean => search.found.some((each) => each.wrong === wrong);
    for (let bound = 10_000; !wanted.every(isFound) && bound < 200_000; bound += 10_000) search.run({ stopAt: 'end', maxStates: bound });
    const events = search.found.filter(({ wrong }) => wanted.includes(wrong)).map(({ wrong, world }) => [wrong, traceTo(search.model, search.store, world, wrong).steps.length]);
    expect(Object.fromEntries(events)).toEqual(finds);
  }, 60_000);
});
