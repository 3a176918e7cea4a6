import { fileURLToPath } from 'node:url';
import { createVitest } from 'vitest/node';
import { CHART_CHANNEL, type ChartVerdict } from './chart/verdict.ts';

/** Holds every chart that is nearly ours against the tests. */
export async function judgeChart(): Promise<ChartVerdict> {
  const channel = new BroadcastChannel(CHART_CHANNEL);
  const verdict = new Promise<ChartVerdict>((resolve) => {
    channel.addEventListener('message', (event) => resolve((event as unknown as { data: ChartVerdict }).data));
  });
  const vitest = await createVitest('test', { config: fileURLToPath(new URL('chart/vitest.config.ts', import.meta.url)), watch: false, reporters: [{}] });
  try {
    const { testModules, unhandledErrors } = await vitest.start();
    const failed = testModules.flatMap((module) => [...module.children.allTests()]).find((test) => test.result().state !== 'passed');
    if (failed !== undefined || unhandledErrors.length > 0) throw new Error(`the tests of ECONN do not pass: ${failed?.fullName ?? String(unhandledErrors[0])}`);
    return await verdict;
  } finally {
    channel.close();
    await vitest.close();
  }
}
