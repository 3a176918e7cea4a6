import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { actions } from '../../src/econn/actions.ts';
import { chart } from '../../src/econn/chart.ts';
import { guards } from '../../src/econn/guards.ts';
import type { Configuration } from './configuration.ts';
import { Search, type Found } from './search.ts';

/** A search that was stopped, on disk: its worlds as numbers, and what the numbers stand for, in order. */
type Kept = {
  readonly version: 1;
  readonly configuration: string;
  readonly explored: number;
  readonly transitions: number;
  readonly depth: number;
  readonly levelEnd: number;
  readonly seconds: number;
  readonly found: readonly Found[];
  readonly values: ReturnType<Search['model']['dump']>;
};

export function keep(folder: string, search: Search): void {
  mkdirSync(folder, { recursive: true });
  const { configuration } = search.model;
  const { words, parents } = search.store.dump();
  const { explored, transitions, depth, levelEnd, seconds, found } = search;
  const kept: Kept = { version: 1, configuration: fingerprint(configuration), explored, transitions, depth, levelEnd, seconds, found, values: search.model.dump() };
  const path = pathOf(folder, configuration);
  writeFileSync(`${path}.worlds.new`, bytesOf(words));
  writeFileSync(`${path}.parents.new`, bytesOf(parents));
  writeFileSync(`${path}.json.new`, JSON.stringify(kept));
  for (const part of ['worlds', 'parents', 'json']) renameSync(`${path}.${part}.new`, `${path}.${part}`);
}

/** The search that was kept, or a new one when there is none, or when the configuration is another by now. */
export function goOn(folder: string, configuration: Configuration): Search {
  const path = pathOf(folder, configuration);
  const search = new Search(configuration);
  const kept = readKept(`${path}.json`);
  if (kept === undefined || kept.configuration !== fingerprint(configuration)) return search;
  search.model.restore(kept.values);
  const { explored, transitions, depth, levelEnd, seconds, found } = kept;
  search.goOnFrom({ explored, transitions, depth, levelEnd, seconds, found: [...found] }, numbersOf(`${path}.worlds`), numbersOf(`${path}.parents`));
  return search;
}

function readKept(path: string): Kept | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Kept;
  } catch {
    return undefined;
  }
}

/** Another configuration, or other rules: what was explored says nothing of them. */
function fingerprint(configuration: Configuration): string {
  const code = [chart, Object.entries(guards).map(String), Object.entries(actions).map(String)];
  return createHash('sha256').update(JSON.stringify([configuration, code])).digest('hex');
}

function pathOf(folder: string, { name, rules }: Configuration): string {
  return join(folder, `${name} ${rules === 'ours' ? '' : rules}`.trim().replaceAll(/[^a-z0-9+]+/giu, '-'));
}

function bytesOf(numbers: Uint32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

function numbersOf(path: string): Uint32Array {
  const bytes = readFileSync(path);
  return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
