import type { Scene } from './world.ts';
import type { Party, Report } from './party.ts';

/** Something that callcore and AVS do together, and how it must look from both ends. */
export type Case = {
  /** A sentence about the world, with the id of its scenario where it has one. */
  readonly name: string;
  /** What is worth telling beside what {@link Case.ends} shows. */
  readonly shows: string;
  /** Plays it. Resolves with the ends of the call when all is over. */
  readonly play: (scene: Scene) => Promise<Played>;
  readonly ends: Ends;
  /**
   * `cut`: a channel was replaced or lost while something was said, so that PROPSYNCs are counted at neither end.
   * `racing`: whether it opens before the end is a race, so that nothing on it is counted.
   */
  readonly channel?: 'whole' | 'cut' | 'racing';
  /** Under which name test/fixtures/calls-with-avs has what callcore heard and did. */
  readonly recorded?: string;
  /** What AVS may be told or not, as its media and the end race. */
  readonly racing?: readonly string[];
};

export type Played = { readonly callcore: Pick<Party, 'report'> & { readonly timers: number | Promise<number> }; readonly avs: Pick<Party, 'report'> };

export type Ends = {
  /** Letters through the backend, by whoever sent them, in order. */
  readonly backend: readonly string[];
  readonly callcore: End;
  readonly avs: End;
};

/** What the app was told, in order; what was said over data channels, each with how often. */
export type End = { readonly told: readonly string[]; readonly said: Readonly<Record<string, number>> };

/** What happened at one end, in the form of an expectation. */
export function endOf({ told, said }: Report): End {
  return { told, said: countsOf(said) };
}

/**
 * What happened at AVS, in the form of an expectation: its media and its channel are told in either order, its
 * `established` again after some renewals and not after others, its states are its own.
 */
export function endOfAvs({ told, said }: Report, racing: readonly string[] = []): End {
  const happenings = told.filter((each, index) => !each.startsWith('state ') && !racing.includes(each) && (each !== 'established' || told.indexOf(each) === index));
  return inAvsOrder({ told: happenings, said: countsOf(said) });
}

/** In any order but for the end, which is last. */
export function inAvsOrder({ told, said }: End): End {
  const end = told.at(-1)?.startsWith('closed') === true ? 1 : 0;
  return { told: [...told.slice(0, told.length - end).sort(), ...told.slice(told.length - end)], said };
}

/** Without what is not counted on such a channel. */
export function counted({ told, said }: End, channel: Case['channel']): End {
  if (channel === undefined || channel === 'whole') return { told, said };
  if (channel === 'racing') return { told, said: {} };
  const { PROPSYNC: _, 'PROPSYNC(r)': __, ...rest } = said;
  return { told, said: rest };
}

export function countsOf(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
