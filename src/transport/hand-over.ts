import type { Parcel, ParcelListener } from './carrier.ts';

/**
 * Gives a parcel to a listener that may break its promise and throw: it is asked once more, and if that fails
 * as well the parcel counts as dealt with, so that it cannot come back for ever.
 */
export async function handOver(listener: ParcelListener, parcel: Parcel): ReturnType<ParcelListener> {
  for (const _attempt of ['first', 'second']) {
    try {
      return await listener(parcel);
    } catch {
      continue;
    }
  }
  return 'dealt-with';
}
