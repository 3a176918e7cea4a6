import type { SctpInside } from './werift-internals.ts';

/**
 * Notes a chunk as received, in constant time; true when it was received before. Stock werift sorts all that
 * came too early for each chunk that comes: a packet of small ones held the process up for a quarter of a second.
 */
export function markReceived(sctp: SctpInside, number: number): boolean {
  const early = sctp.sackMisOrdered;
  if (!isAfter(number, sctp.lastReceivedTsn) || early.has(number)) {
    sctp.sackDuplicates.push(number);
    return true;
  }
  early.add(number);
  for (let next = following(sctp.lastReceivedTsn); early.delete(next); next = following(next)) sctp.lastReceivedTsn = next;
  return false;
}

const following = (number: number): number => (number + 1) >>> 0;

/** RFC 1982: numbers go round. */
function isAfter(number: number, other: number): boolean {
  const ahead = (number - other) >>> 0;
  return ahead > 0 && ahead < 2 ** 31;
}
