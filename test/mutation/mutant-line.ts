import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { MutantResult } from '@stryker-mutator/api/core';

/** No test notices it, or none reaches it. */
export function isUndetected({ status }: MutantResult): boolean {
  return status === 'Survived' || status === 'NoCoverage';
}

/** `file: what stands there → what stands there instead`, without a line number, which moves. */
export function asLine({ fileName, location: { start, end }, replacement }: Pick<MutantResult, 'fileName' | 'location' | 'replacement'>): string {
  const lines = readFileSync(fileName, 'utf8').split('\n').slice(start.line - 1, end.line);
  const original = lines.map((line, index) => line.slice(index === 0 ? start.column - 1 : 0, index === lines.length - 1 ? end.column - 1 : undefined)).join(' ');
  return `${basename(fileName)}: ${brief(original)} → ${brief(replacement)}`;
}

function brief(code: string): string {
  const text = code.replaceAll(/\s+/g, ' ').trim();
  return text.length > 90 ? `${text.slice(0, 60)} … ${text.slice(-27)}` : text;
}
