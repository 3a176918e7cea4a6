import type { MutantResult } from '@stryker-mutator/api/core';
import type { ChartVerdict } from './chart/verdict.ts';
import { asLine, isUndetected } from './mutant-line.ts';
import { reasonFor } from './reasons.ts';

/** `score`: noticed by what could be noticed, as Stryker counts it. */
export type Part = { readonly name: string; readonly mutants: number; readonly noticed: number; readonly survivors: readonly string[]; readonly score: number };
export type Report = { readonly parts: readonly Part[]; readonly alike: readonly string[] };

export function reportOf(code: readonly MutantResult[], chart: ChartVerdict): Report {
  const valid = code.filter(({ status }) => ['Killed', 'Timeout', 'Survived', 'NoCoverage'].includes(status));
  const survivors = [...chart.survived, ...chart.alike];
  return {
    parts: [part('code (Stryker)', valid.length, valid.filter(isUndetected).map(asLine)), part('chart, row by row', chart.mutants, survivors)],
    alike: chart.alike,
  };
}

function part(name: string, mutants: number, survivors: readonly string[]): Part {
  const noticed = mutants - survivors.length;
  return { name, mutants, noticed, survivors: [...survivors].sort(), score: noticed / mutants };
}

export function tableOf({ parts }: Report): string {
  const rows = parts.map(({ name, mutants, noticed, survivors, score }) => `| ${name} | ${String(mutants)} | ${String(noticed)} | ${String(survivors.length)} | ${(100 * score).toFixed(1)} % |`);
  return ['| what is changed | mutants | noticed | not noticed | score |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** Mutants that live on, and nobody has said why that may be. Charts that nothing tells apart need no reason. */
export function withoutReason({ parts, alike }: Report): readonly string[] {
  return parts.flatMap(({ survivors }) => survivors).filter((line) => !alike.includes(line) && reasonFor(line) === undefined);
}
