/**
 * The only sizes an envelope has on the wire, in bytes. An observer learns which of three a message is: CANCEL
 * and an audio SETUP fall in the first, a SETUP with many candidates in the second, the largest message in the third.
 */
export const ENVELOPE_SIZES = [4096, 8192, 32_768] as const;

/** The smallest envelope size that holds `needed` bytes; `undefined` when none does. */
export function paddedSize(needed: number): number | undefined {
  return ENVELOPE_SIZES.find((size) => size >= needed);
}

export function isEnvelopeSize(size: number): boolean {
  return ENVELOPE_SIZES.some((allowed) => allowed === size);
}
