import type { SeededEntropy } from '../../src/base/seeded-entropy.ts';

/** Something that reads bytes from outside, and what it owes them. */
export type Target = {
  readonly name: string;
  /** What is fed, in a few words, for the table. */
  readonly what: string;
  /** How valid input is spoilt; {@link spoilBytes} when nothing is known of its structure. */
  readonly mutator: Mutator;
  /** No input is made longer than this. */
  readonly longest: number;
  prepare(): Prepared | Promise<Prepared>;
};

export type Prepared = {
  /** Good input: what honest ends send. */
  readonly seeds: readonly Uint8Array[];
  /**
   * Feeds one input. A refusal is a value or a named error and is caught in here; what is thrown out of it, and
   * what is rejected later, is a finding.
   */
  feed(input: Uint8Array): void | Promise<void>;
  /** Honest use after what was fed so far. Throws when something of it was lost. */
  check?(): void | Promise<void>;
  close?(): void | Promise<void>;
};

/** Makes another input out of `input`; `other` is a second one to take parts from. Pure but for the dice. */
export type Mutator = (input: Uint8Array, other: Uint8Array, dice: SeededEntropy, longest: number) => Uint8Array;

/** What a target throws when something that must hold does not. */
export class FindingError extends Error {
  override readonly name = 'FindingError' as const;
}

export function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new FindingError(what);
}
