import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';
import type { MutantResult } from '@stryker-mutator/api/core';

/** The chart is data: judge-chart.ts changes it row by row. */
const CHART = ['chart', 'chart-rows', 'chart-ringing', 'chart-in-call', 'chart-ending'];

/** Runs Stryker on these files of `src/econn` (their names without `.ts`), or on all but the chart. */
export async function judgeCode(files: readonly string[]): Promise<readonly MutantResult[]> {
  return await new Stryker({
    testRunner: 'one-worker',
    plugins: ['runner.ts', 'survivors-reporter.ts'].map((name) => fileURLToPath(new URL(name, import.meta.url))),
    testRunnerNodeArgs: ['--import', 'tsx'],
    mutate: files.length > 0 ? files.map((file) => `src/econn/${basename(file, '.ts')}.ts`) : ['src/econn/*.ts', ...CHART.map((file) => `!src/econn/${file}.ts`)],
    // There is none: TypeScript 7 lacks the interface by which Stryker would rewrite it for its sandbox.
    tsconfigFile: 'tsconfig.absent.json',
    ignorePatterns: ['/docs', '/tools', '/dist*', '/coverage', '/recordings', '/test/interop', '/test/browser'],
    coverageAnalysis: 'perTest',
    concurrency: 2,
    reporters: ['survivors'],
    tempDirName: '.stryker-tmp',
    // Endless loops are found by counting; this is for a worker that hangs, not for a busy machine.
    timeoutMS: 60_000,
    allowConsoleColors: false,
    warnings: { slow: false, unknownOptions: true, preprocessorErrors: true, unserializableOptions: true },
  }).runMutationTest();
}
