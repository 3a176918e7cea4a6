import * as fc from 'fast-check';
import type { IAsyncProperty } from 'fast-check';
import { gentleDeed, roughDeed } from './any-deed.ts';
import type { Deed, Name } from './deed.ts';
import { Household, type HouseholdOptions } from './household.ts';
import { faultsAtEase, faultsOf } from './laws.ts';
import { faultsOfTrace, faultsOfUsers } from './trace-laws.ts';

export type StormOptions = Pick<HouseholdOptions, 'rules'> & { /** Told of each household when its storm has passed. */ readonly seen?: (household: Household) => void };

/** Whatever people and fate do in a household, nothing is wrong as soon as all was heard, nor when it has been quiet for a while. */
export function storm(devices: readonly Name[], options: StormOptions = {}): IAsyncProperty<[Deed[]]> {
  const length = { maxLength: 30, size: 'max' } as const;
  const storms = fc.oneof(fc.array(gentleDeed(devices), length), fc.array(roughDeed(devices), length));
  return fc.asyncProperty(storms, async (deeds) => {
    const faults = await faultsAfter(devices, deeds, options);
    if (faults.length > 0) throw new Error(faults.join('; '));
  });
}

/** What is wrong after these deeds: at ease, at rest, and, by our rules, on the way there. */
export async function faultsAfter(devices: readonly Name[], deeds: readonly Deed[], { seen, ...options }: StormOptions): Promise<readonly string[]> {
  const household = await Household.of(devices, { ...options, patient: true });
  await household.do(...deeds);
  await household.ease();
  const early = faultsAtEase(household);
  await household.rest();
  const faults = [...early, ...faultsOf(household)];
  if (options.rules === undefined && deeds.length % TRACES === 0) faults.push(...household.lived.flatMap(faultsOfTrace), ...faultsOfUsers(household.lived));
  await household.endAll();
  seen?.(household);
  return [...faults, ...household.leftovers];
}

/** One run in so many is looked at step by step, which costs more than the run. */
const TRACES = 8;
