/**
 * Plays every trace of test/corpus by its old rule and by ours, writes what was said and how all stood into the
 * traces, and draws docs/known-bugs.md from them.
 *
 *   npm run known-bugs               writes
 *   npm run known-bugs -- --check    exits with 1 when a file is not what playing gives
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { CORPUS, knownBugs } from './corpus.ts';
import { perform } from './known-bug.ts';
import { drawKnownBugs } from './table.ts';

const DOCUMENT = new URL('../../docs/known-bugs.md', import.meta.url);
const bugs = knownBugs().map((bug) => ({ ...bug, steps: perform(bug, 'old').steps }));
const files = [...bugs.map((bug) => ({ url: new URL(`${bug.name}.trace.json`, CORPUS), text: `${JSON.stringify(bug, undefined, 1)}\n` })), { url: DOCUMENT, text: drawKnownBugs(bugs) }];

if (process.argv.includes('--check')) {
  const stale = files.filter(({ url, text }) => readFileSync(url, 'utf8') !== text);
  for (const { url } of stale) console.error(`${url.pathname} is not what playing gives: npm run known-bugs`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const { url, text } of files) writeFileSync(url, text);
  console.log(`${bugs.length} known bugs`);
}
