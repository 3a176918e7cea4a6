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
  const tail = Array.from(random.subarray(0, 5), (byte) => byte.toString(36).padStart(2, '0')).join('');
  return `${timeToText(drawnAt)}-${tail}`;
}

/**
 * `drawn`, or one like it that comes after `known`: two lives may begin in one millisecond, and a clock may
 * have been set back between them.
 */
export function laterIncarnation(drawn: string, known: string): string {
  if (drawn > known) return drawn;
  const time = Number.parseInt(known.slice(0, TIME_DIGITS), 36);
  return `${timeToText(Number.isNaN(time) ? 0 : time + 1)}${drawn.slice(TIME_DIGITS)}`;
}

/** Milliseconds since 1970 in base 36: nine digits last until the year 5188. */
const TIME_DIGITS = 9;

function timeToText(time: number): string {
  return Math.max(0, Math.floor(time)).toString(36).padStart(TIME_DIGITS, '0');
}
