import { it, vi } from 'vitest';
import { actions } from '../../../src/econn/actions.ts';
import { chart } from '../../../src/econn/index.ts';
import { guards } from '../../../src/econn/guards.ts';
import { compile, type Run } from '../../../src/econn/runner.ts';
import { seed } from '../../seed.ts';
import type { Collected } from '../collector.ts';
import { failureOf, loadTests } from '../tests-of-econn.ts';
import { chartMutants, type ChartMutant } from './chart-mutants.ts';
import { CHART_CHANNEL, type ChartVerdict } from './verdict.ts';
import { RandomSteps } from './random-steps.ts';

/** Which chart the tests walk, and where in it they have been. */
const walk = vi.hoisted(() => ({ run: undefined as Run | undefined, at: new Set<string>(), steps: 0, most: Infinity }));

vi.mock('../../../src/econn/runner.ts', async (importOriginal) => {
  const original = await importOriginal<{ readonly run: Run }>();
  const run: Run = (state, memory, event) => {
    if (++walk.steps > walk.most) throw new Error('the test does not come to rest');
    const moved = (walk.run ?? original.run)(state, memory, event);
    walk.at.add(`${state} ${event.type}`);
    if (moved !== undefined && moved.state !== state) walk.at.add(`${state} exit`).add(`${moved.state} entry`);
    return moved;
  };
  return { ...original, run };
});

type Visit = { readonly test: Collected; readonly at: ReadonlySet<string>; readonly steps: number; readonly took: number };

it('judges every chart that is nearly ours', async () => {
  const channel = new BroadcastChannel(CHART_CHANNEL);
  channel.postMessage(await judge());
  channel.close();
});

async function judge(): Promise<ChartVerdict> {
  const quickFirst = (await visits()).toSorted((one, other) => one.took - other.took);
  const mutants = chartMutants(chart);
  const unnoticed: ChartMutant[] = [];
  for (const [index, mutant] of mutants.entries()) {
    if (!(await isNoticed(mutant, quickFirst))) unnoticed.push(mutant);
    if (index % 200 === 199) process.stderr.write(`${String(index + 1)} of ${String(mutants.length)} charts\n`);
  }
  Object.assign(walk, { run: undefined, most: Infinity });
  const steps = new RandomSteps(seed, 20_000);
  const [alike, survived] = [true, false].map((same) => unnoticed.filter(({ state, at, chart: other }) => steps.tellsApart(`${state} ${at}`, compile(other, guards, actions)) !== same).map(({ state, at, change }) => `${state} ${at}: ${change}`));
  return { mutants: mutants.length, alike: alike ?? [], survived: survived ?? [] };
}

/** Each test once with our own chart: where in it does the test come by? */
async function visits(): Promise<readonly Visit[]> {
  const all: Visit[] = [];
  for (const test of await loadTests()) {
    Object.assign(walk, { at: new Set(), steps: 0 });
    const began = performance.now();
    const failure = await failureOf(test);
    if (failure !== undefined) throw new Error(`${test.id}: ${failure}`);
    all.push({ test, at: walk.at, steps: walk.steps, took: performance.now() - began });
  }
  return all;
}

async function isNoticed({ state, at, chart }: ChartMutant, quickFirst: readonly Visit[]): Promise<boolean> {
  walk.run = compile(chart, guards, actions);
  for (const { test, at: been, steps } of quickFirst) {
    if (!been.has(`${state} ${at}`)) continue;
    Object.assign(walk, { steps: 0, most: 10 * steps + 1000 });
    if ((await failureOf(test)) !== undefined) return true;
  }
  return false;
}
