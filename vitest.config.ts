import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

/** One seed for every generated test; `CALLCORE_SEED=$RANDOM npm test` looks elsewhere. */
const seed = Number(process.env['CALLCORE_SEED'] ?? 20_261_120);

// The closing line tells it, and so does each worker.
process.env['CALLCORE_SEED'] = String(seed);

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/system-tools-setup.ts'],
    setupFiles: ['test/seed.ts'],
    reporters: ['default', './test/closing-line.ts'],
    env: { CALLCORE_SEED: String(seed) },
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 120_000,
  },
});
