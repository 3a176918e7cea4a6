import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type { Deed, Fate, Memory, Name } from './deed.ts';

type Simple = 'call' | 'answer' | 'reject' | 'end' | 'mute' | 'camera' | 'renew' | 'part' | 'meet' | 'leave' | 'return' | 'refuse';

/** What people do in a household in which nothing is ever lost: messages come late, out of order and twice, processes die and come back. */
export function gentleDeed(devices: readonly Name[]): Arbitrary<Deed> {
  const { by, next, crash, wait } = wordsFor(devices);
  return fc.oneof(
    { weight: 8, arbitrary: by('call') },
    { weight: 8, arbitrary: by('answer') },
    { weight: 8, arbitrary: wait },
    { weight: 4, arbitrary: by('end') },
    { weight: 2, arbitrary: by('reject') },
    { weight: 2, arbitrary: by('renew', 'mute', 'camera') },
    { weight: 2, arbitrary: by('leave', 'return') },
    { weight: 6, arbitrary: next('past 1', 'past 2', 'last', 'double') },
    { weight: 1, arbitrary: crash('newest') },
  );
}

/** Anything that people, their devices or the network may do, what people mostly do more often. */
export function roughDeed(devices: readonly Name[]): Arbitrary<Deed> {
  const { who, by, next, crash } = wordsFor(devices);
  return fc.oneof(
    { weight: 24, arbitrary: gentleDeed(devices) },
    { weight: 3, arbitrary: next('lost') },
    { weight: 3, arbitrary: by('part', 'meet', 'refuse') },
    { weight: 2, arbitrary: crash('older', 'nothing') },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('reload' as const), who, after: fc.constantFrom(1000, 30_000) }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('sleep' as const), who, for: fc.constantFrom(5000, 600_000) }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('jump' as const), who, by: fc.constantFrom(3_600_000, -3_600_000) }) },
  );
}

function wordsFor(devices: readonly Name[]) {
  const who = fc.constantFrom(...devices);
  return {
    who,
    by: (...deeds: readonly Simple[]): Arbitrary<Deed> => fc.record({ does: fc.constantFrom(...deeds), who }),
    next: (...fates: readonly Fate[]): Arbitrary<Deed> => fc.record({ does: fc.constant('next' as const), fate: fc.constantFrom(...fates) }),
    crash: (...memories: readonly Memory[]): Arbitrary<Deed> => fc.record({ does: fc.constant('crash' as const), who, with: fc.constantFrom(...memories) }),
    wait: fc.record({ does: fc.constant('wait' as const), for: fc.constantFrom(100, 100, 100, 10, 1500, 1500, 20_000, 61_000) }),
  };
}
