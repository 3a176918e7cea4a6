import type { Entropy } from './entropy.ts';

/** The machine's own cryptographic randomness. */
export const systemEntropy: Entropy = {
  bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
};
