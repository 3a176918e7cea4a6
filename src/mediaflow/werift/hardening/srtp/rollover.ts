/**
 * The rollover counter of a packet, from its 16-bit sequence number and the highest index seen: the one that
 * puts it nearest to that index (RFC 3711 §3.3.1, appendix A). Right for any gap below 2^15 packets, in
 * either direction. Pure. The first packet of a source has counter 0.
 */
export function estimateRollover(sequence: number, highestIndex: number): number {
  if (highestIndex < 0) return 0;
  const rollover = Math.floor(highestIndex / WRAP);
  const highestSequence = highestIndex % WRAP;
  if (highestSequence < HALF) return sequence - highestSequence > HALF && rollover > 0 ? rollover - 1 : rollover;
  return highestSequence - HALF > sequence ? rollover + 1 : rollover;
}

/** The 48-bit packet index; exact in a number. */
export const packetIndex = (rollover: number, sequence: number): number => rollover * WRAP + sequence;

const WRAP = 0x1_0000;
const HALF = 0x8000;
