/** One target in a process of its own: `one-target.ts <name> <inputs> <seed> <keep|leave>`. Prints what it found as JSON. */
import { loadInstrumented } from './bundle.ts';
import { readCorpus, readFindings, writeCorpus, writeFinding } from './corpus.ts';
import { HangWatch } from './hang-watch.ts';
import { search } from './search.ts';
import { smallestCover } from './smallest-cover.ts';

const [name = '', inputs = '', seed = '', keep = ''] = process.argv.slice(2);
const { target, counters } = await loadInstrumented(name);
const before = readCorpus(name);
const watch = new HangWatch(`test/fuzz/findings/${name}/hang`, 2 * target.longest);
const { kept, ...searched } = await search(target, counters, {
  inputs: Number(inputs),
  seed: Number(seed),
  corpus: [...before, ...readFindings(name).values()],
  feeds: (input) => watch.feeds(input),
  found: (input, problem) => {
    const path = writeFinding(name, input);
    process.stderr.write(`${name}: ${path}\n${problem instanceof Error ? (problem.stack ?? problem.message) : String(problem)}\n`);
    return path;
  },
});
await watch.end();
if (keep === 'keep') writeCorpus(name, await smallestCover(target, counters, [...before, ...kept], 24_000));
process.stdout.write(`${JSON.stringify(searched)}\n`, () => process.exit(searched.findings.length === 0 ? 0 : 1));
