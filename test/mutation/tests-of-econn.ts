import { readdirSync } from 'node:fs';
import { vi } from 'vitest';
import { takeCollected, type Collected } from './collector.ts';

/** What goes through much at random, or is generated from the chart, tells less about a mutant than it costs. */
const SLOW: ReadonlySet<string> = new Set(['both-runners', 'chart-paths', 'invariants', 'mutated-messages', 'planted-file', 'purity', 'saved-at-random', 'storm'].map((name) => `${name}.test.ts`));
const QUICK = readdirSync(new URL('../econn/', import.meta.url)).filter((name) => name.endsWith('.test.ts') && !SLOW.has(name)).sort();

/** The quick tests of ECONN, with ECONN loaded anew: what the code does while it loads is done again. */
export async function loadTests(): Promise<readonly Collected[]> {
  vi.resetModules();
  for (const name of QUICK) await import(`../econn/${name}`);
  return takeCollected();
}

/** What the test says is wrong, or `undefined` when it passes. */
export async function failureOf({ run }: Collected): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (problem) {
    return problem instanceof Error ? problem.message : String(problem);
  }
}
