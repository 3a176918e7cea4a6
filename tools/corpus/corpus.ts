import { readdirSync, readFileSync } from 'node:fs';
import type { KnownBug } from './known-bug.ts';

export const CORPUS = new URL('../../test/corpus/', import.meta.url);

/** Every defect in the corpus, by name. */
export function knownBugs(): readonly KnownBug[] {
  return readdirSync(CORPUS).filter((file) => file.endsWith('.trace.json')).toSorted().map((file) => JSON.parse(readFileSync(new URL(file, CORPUS), 'utf8')) as KnownBug);
}
