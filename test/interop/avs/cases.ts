import type { Case } from './case.ts';
import { MEDIA_CASES } from './media-cases.ts';
import { ORDER_CASES } from './order-cases.ts';
import { PLAIN_CASES } from './plain-cases.ts';
import { LONGER_CASES, ROUGH_CASES } from './rough-cases.ts';

/** What the tests play between callcore and AVS, in the order of the table in docs/interop.md. */
export const CASES: readonly Case[] = [...PLAIN_CASES, ...MEDIA_CASES, ...ORDER_CASES, ...ROUGH_CASES];

export { LONGER_CASES };
