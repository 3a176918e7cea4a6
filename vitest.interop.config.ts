import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** Calls with AVS that take longer than a test run may: `npm run interop`, `npm run interop:long`. */
export default defineConfig(async () => mergeConfig({ ...base, test: { ...base.test, include: [] } }, { test: { include: ['test/interop/*.long.ts'], testTimeout: 720_000 } }));
