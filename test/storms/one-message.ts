import { wordFor } from '../../src/testing/index.ts';
import { deedsOf } from './course.ts';
import type { Fate } from './deed.ts';
import { Household } from './household.ts';
import { faultsOf } from './laws.ts';
import { outcomeOf } from './outcome.ts';
import type { Scenario } from './scenarios.ts';

/** What became of a course in which one message met a fate. `message`: what it was, from whom, to whom. */
export type Disturbed = { readonly outcome: string; readonly arrivals: number; readonly faults: readonly string[]; readonly message: string };

export const UNDISTURBED = -1;

export async function play({ devices, course }: Scenario, disturbed: number, fate: Fate): Promise<Disturbed> {
  let message = '';
  const household = await Household.of(devices, {
    patient: true,
    fate: (number, { from, to, message: sent }) => {
      if (number !== disturbed) return 'heard';
      message = `${wordFor(sent)} ${from.device}→${to.device}`;
      return fate;
    },
  });
  await household.do(...deedsOf(course));
  await household.rest();
  const outcome = await outcomeOf(household);
  const faults = faultsOf(household);
  await household.endAll();
  return { outcome, arrivals: household.arrivals, faults: [...faults, ...household.leftovers], message };
}
