import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** Calls with AVS and of the call page that take longer than a test run may: `npm run interop`, `npm run interop:long`, `npm run web:longer`. */
export default defineConfig(async () => mergeConfig({ ...base, test: { ...base.test, include: [] } }, { test: { include: ['test/{interop,web}/*.long.ts'], testTimeout: 720_000 } }));
