import type { SeededEntropy } from '../../base/seeded-entropy.ts';
import { ms, type DurationMs } from '../../base/units.ts';

/** What befalls parcels on their way. Probabilities from 0 to 1. */
export type Weather = {
  /** Never arrives, though the backend took it. */
  readonly loss: number;
  /** Arrives twice, the second time with a delay of its own. */
  readonly duplication: number;
  /** Shortest and longest way. Parcels keep their order unless they are reordered. */
  readonly delay: readonly [shortest: DurationMs, longest: DurationMs];
  /** Does not wait for those before it. */
  readonly reordering: number;
};

/** Everything arrives once, at once, in order. */
export const CALM: Weather = { loss: 0, duplication: 0, delay: [ms(0), ms(0)], reordering: 0 };

/** A train through hills. */
export const STORM: Weather = { loss: 0.1, duplication: 0.2, delay: [ms(20), ms(2000)], reordering: 0.3 };

export type Fate = { readonly delay: DurationMs; readonly keepsOrder: boolean };

/** What happens to one parcel: none, one or two arrivals. */
export function fates(weather: Weather, chance: SeededEntropy): readonly Fate[] {
  const copies = (chance.fraction() < weather.loss ? 0 : 1) + (chance.fraction() < weather.duplication ? 1 : 0);
  const [shortest, longest] = weather.delay;
  return Array.from({ length: copies }, (_, copy) => ({
    delay: ms(shortest + Math.round(chance.fraction() * (longest - shortest))),
    keepsOrder: copy === 0 && chance.fraction() >= weather.reordering,
  }));
}
