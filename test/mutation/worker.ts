import { INSTRUMENTER_CONSTANTS, type InstrumenterContext } from '@stryker-mutator/api/core';
import { it } from 'vitest';
import type { Collected } from './collector.ts';
import { CHANNEL, type News, type Order } from './orders.ts';
import { failureOf, loadTests } from './tests-of-econn.ts';

/** What the instrumented code reads and writes. */
const mutation: InstrumenterContext = ((globalThis as unknown as Record<string, InstrumenterContext>)[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {});

it('runs the tests of ECONN against one mutant after another', async () => {
  const tests = await loadTests();
  const took = new Map<string, number>();
  const failures = new Map<string, string>();
  for (const test of tests) {
    mutation.currentTestId = test.id;
    const began = performance.now();
    const failure = await failureOf(test);
    took.set(test.id, performance.now() - began);
    if (failure !== undefined) failures.set(test.id, failure);
  }
  delete mutation.currentTestId;
  // Most mutants are found by many tests: the quick ones are asked first.
  const quickFirst = (all: readonly Collected[]): readonly Collected[] => all.toSorted((one, other) => (took.get(one.id) ?? 0) - (took.get(other.id) ?? 0));

  const channel = new BroadcastChannel(CHANNEL);
  const tell = (news: News): void => channel.postMessage(news);
  const ended = new Promise<void>((resolve) => {
    channel.addEventListener('message', (event) => {
      const order = (event as unknown as { data: Order }).data;
      if (order.type === 'end') resolve();
      else void run(order, quickFirst(tests), quickFirst).then(tell);
    });
  });
  tell({ type: 'ready', coverage: mutation.mutantCoverage ?? { static: {}, perTest: {} }, tests: tests.map(({ id }) => ({ id, took: took.get(id) ?? 0, ...(failures.has(id) ? { failure: failures.get(id) ?? '' } : {}) })) });
  await ended;
  channel.close();
});

async function run({ mutant, loads, tests, hitLimit }: Order & { type: 'run' }, loaded: readonly Collected[], inOrder: (all: readonly Collected[]) => readonly Collected[]): Promise<News> {
  // Stryker lets a loop go round a hundred times as often as without a mutant, which takes minutes in a parser.
  Object.assign(mutation, { activeMutant: mutant, hitCount: 0, hitLimit: (hitLimit ?? Infinity) / 10 });
  try {
    const wanted = tests === undefined ? undefined : new Set(tests);
    const asked = (loads ? inOrder(await loadTests()) : loaded).filter(({ id }) => wanted?.has(id) !== false);
    for (const [index, test] of asked.entries()) {
      const message = await failureOf(test);
      if (message !== undefined) return { type: 'ran', count: index + 1, hits: mutation.hitCount ?? 0, killer: { id: test.id, message } };
    }
    return { type: 'ran', count: asked.length, hits: mutation.hitCount ?? 0 };
  } catch (problem) {
    // It does not even load.
    return { type: 'ran', count: 0, hits: mutation.hitCount ?? 0, killer: { id: loaded[0]?.id ?? '', message: String(problem) } };
  } finally {
    delete mutation.activeMutant;
  }
}
