import { configureGlobal } from 'fast-check';

/** Every generated test starts from this number, so that a red run can be had again. */
export const seed = Number(process.env['CALLCORE_SEED']);
if (!Number.isSafeInteger(seed)) throw new Error('CALLCORE_SEED must be a whole number: generated tests need a seed');

configureGlobal({ seed });
