import { sameId, type Device } from '../base/device.ts';

/**
 * The name of one offer: the device that made it and that device's counter at the time. The first offer of a
 * call names the call for its whole life.
 *
 * Two offers of one device are ordered: by incarnation first, then by counter.
 */
export type OfferId = Device & Mark;

/** A place in the row of offers of one device: all offers up to and including this one. */
export type Mark = {
  /**
   * Which life of the device's stored counter this is; ordered as plain ASCII. Drawn anew whenever the stored
   * counter is not proven to be the newest.
   */
  readonly incarnation: string;
  /** Rises with each offer, from 1. Zero: no offer was made yet. */
  readonly counter: number;
};

export function sameOffer(a: OfferId, b: OfferId): boolean {
  return a.counter === b.counter && a.incarnation === b.incarnation && sameId(a.device, b.device) && sameId(a.user, b.user);
}

/** True when `mark` lies beyond `other`: it covers at least one offer that `other` does not. */
export function isBeyond(mark: Mark, other: Mark): boolean {
  return mark.incarnation === other.incarnation ? mark.counter > other.counter : mark.incarnation > other.incarnation;
}

/** True when `mark` covers the offer: the offer is at or below it. */
export function covers(mark: Mark, offer: Mark): boolean {
  return !isBeyond(offer, mark);
}

/**
 * A new incarnation. `drawnAt` is backend time in milliseconds since 1970, so that a later life is greater
 * even after the device forgot all earlier ones; `random` (at least 5 bytes) parts two lives of one instant.
 */
export function drawIncarnation(drawnAt: number, random: Uint8Array): string {
  const time = Math.max(0, Math.floor(drawnAt)).toString(36).padStart(9, '0');
  const tail = Array.from(random.subarray(0, 5), (byte) => byte.toString(36).padStart(2, '0')).join('');
  return `${time}-${tail}`;
}
