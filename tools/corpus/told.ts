import type { Econn, Input, Output } from '../../src/econn/index.ts';

/** One step of one device: when, from what, and what it made of it. */
export type Told = { readonly at: number; readonly who: string; readonly input: Input; readonly before: Econn; readonly after: Econn; readonly outputs: readonly Output[] };
