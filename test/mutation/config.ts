import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const COLLECTOR = fileURLToPath(new URL('collector.ts', import.meta.url));

/** One worker that runs this file, in which the tests of ECONN collect themselves. */
export function workerConfig(file: string): ViteUserConfig {
  return defineConfig({
    plugins: [{
      name: 'collect the tests of ECONN',
      enforce: 'pre',
      resolveId: (source, importer) => (source === 'vitest' && importer?.includes('/test/econn/') === true ? COLLECTOR : undefined),
    }],
    test: {
      include: [file],
      setupFiles: ['test/mutation/setup.ts'],
      env: { CALLCORE_SEED: '20261120' },
      pool: 'threads',
      maxWorkers: 1,
      testTimeout: 86_400_000,
    },
  });
}
