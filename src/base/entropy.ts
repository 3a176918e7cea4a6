/** The only source of randomness in callcore: the system's in an app (`systemEntropy`), a seed in a simulation. */
export interface Entropy {
  /** `count` unpredictable bytes. */
  bytes(count: number): Uint8Array;
}
