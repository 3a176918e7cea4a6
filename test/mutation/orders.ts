import type { MutantCoverage } from '@stryker-mutator/api/core';

/** What Stryker's runner asks of the worker that holds the tests. */
export type Order =
  /** Runs the tests with the mutant in the code, until one fails. `loads`: it is in what the code does while it loads. */
  | { readonly type: 'run'; readonly mutant: string; readonly loads: boolean; readonly tests?: readonly string[]; readonly hitLimit?: number }
  | { readonly type: 'end' };

/** What the worker tells. */
export type News =
  /** All tests ran once. */
  | { readonly type: 'ready'; readonly tests: readonly { readonly id: string; readonly took: number; readonly failure?: string }[]; readonly coverage: MutantCoverage }
  | { readonly type: 'ran'; readonly count: number; readonly killer?: { readonly id: string; readonly message: string }; readonly hits: number };

export const CHANNEL = 'mutation';
