import { fileURLToPath } from 'node:url';
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { DryRunStatus, MutantRunStatus, TestStatus, type DryRunResult, type MutantRunOptions, type MutantRunResult, type TestRunner, type TestRunnerCapabilities } from '@stryker-mutator/api/test-runner';
import { createVitest, type Vitest } from 'vitest/node';
import { CHANNEL, type News, type Order } from './orders.ts';

/** Runs Stryker's mutants in one vitest worker, which stays: a mutant costs the milliseconds of the tests that reach it. */
class OneWorkerRunner implements TestRunner {
  readonly #channel = new BroadcastChannel(CHANNEL);
  #vitest: Vitest | undefined;
  #serving: Promise<unknown> | undefined;

  capabilities(): TestRunnerCapabilities {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    this.#vitest = await createVitest('test', { config: fileURLToPath(new URL('vitest.config.ts', import.meta.url)), watch: false, reporters: [{}] });
  }

  async dryRun(): Promise<DryRunResult> {
    const { tests, coverage } = await this.#serve();
    return {
      status: DryRunStatus.Complete,
      tests: tests.map(({ id, took, failure }) => ({ id, name: id, timeSpentMs: took, ...(failure === undefined ? { status: TestStatus.Success } : { status: TestStatus.Failed, failureMessage: failure }) })),
      mutantCoverage: coverage,
    };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation }: MutantRunOptions): Promise<MutantRunResult> {
    if (this.#serving === undefined) await this.#serve();
    const { count, killer, hits } = await this.#ask({ type: 'run', mutant: activeMutant.id, loads: mutantActivation === 'static', ...(testFilter === undefined ? {} : { tests: testFilter }), ...(hitLimit === undefined ? {} : { hitLimit }) }, 'ran');
    if (hitLimit !== undefined && hits > hitLimit / 10) return { status: MutantRunStatus.Timeout, reason: `Hit limit reached (${String(hits)}/${String(hitLimit)})` };
    if (killer === undefined) return { status: MutantRunStatus.Survived, nrOfTests: count };
    return { status: MutantRunStatus.Killed, killedBy: [killer.id], failureMessage: killer.message, nrOfTests: count };
  }

  async dispose(): Promise<void> {
    await this.#end();
    this.#channel.close();
    await this.#vitest?.close();
  }

  async #serve(): Promise<News & { type: 'ready' }> {
    const news = this.#next('ready');
    this.#serving = this.#opened.start();
    const ended = this.#serving.then((): never => {
      throw new Error('the tests of ECONN could not be loaded: npx vitest run -c test/mutation/vitest.config.ts says why');
    });
    // A worker that serves ends long after this.
    ended.catch(() => undefined);
    return Promise.race([news, ended]);
  }

  async #end(): Promise<void> {
    if (this.#serving === undefined) return;
    this.#channel.postMessage({ type: 'end' } satisfies Order);
    await this.#serving;
    this.#serving = undefined;
  }

  #ask<T extends News['type']>(order: Order, answer: T): Promise<News & { type: T }> {
    const news = this.#next(answer);
    this.#channel.postMessage(order);
    return news;
  }

  #next<T extends News['type']>(type: T): Promise<News & { type: T }> {
    return new Promise((resolve) => {
      const hear = (event: unknown): void => {
        const news = (event as { data: News }).data;
        if (news.type !== type) return;
        this.#channel.removeEventListener('message', hear);
        resolve(news as News & { type: T });
      };
      this.#channel.addEventListener('message', hear);
    });
  }

  get #opened(): Vitest {
    if (this.#vitest === undefined) throw new Error('init() comes first');
    return this.#vitest;
  }
}

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'one-worker', () => new OneWorkerRunner())];
