import type { Case } from './case.ts';
import { MEDIA_CASES } from './media-cases.ts';
import { ORDER_CASES } from './order-cases.ts';
import { PLAIN_CASES } from './plain-cases.ts';

/** All that is played between callcore and AVS, in the order of the table in docs/interop.md. */
export const CASES: readonly Case[] = [...PLAIN_CASES, ...MEDIA_CASES, ...ORDER_CASES];
