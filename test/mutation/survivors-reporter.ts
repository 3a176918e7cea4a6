import type { MutantResult } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import type { MutationTestingPlanReadyEvent, Reporter } from '@stryker-mutator/api/report';
import { asLine, isUndetected } from './mutant-line.ts';

/** Tells each mutant that lives on as soon as it is known, and how far the run is. */
class SurvivorsReporter implements Reporter {
  #planned = 0;
  #tested = 0;
  #told = performance.now();

  onMutationTestingPlanReady({ mutantPlans }: MutationTestingPlanReadyEvent): void {
    this.#planned = mutantPlans.length;
  }

  onMutantTested(result: Readonly<MutantResult>): void {
    this.#tested += 1;
    if (isUndetected(result)) process.stdout.write(`${String(result.location.start.line)} ${asLine(result)}\n`);
    if (performance.now() - this.#told < 10_000) return;
    this.#told = performance.now();
    process.stderr.write(`${String(this.#tested)} of ${String(this.#planned)} mutants\n`);
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, 'survivors', SurvivorsReporter)];
