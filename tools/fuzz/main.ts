/**
 * Feeds every parser that sees bytes from outside with spoilt input, guided by the code it reaches.
 *
 *   npm run fuzz -- [--target name,name] [--inputs 100000] [--seed 1] [--keep] [--json]
 *   npm run fuzz -- --target name --replay test/fuzz/findings/name/…
 *   npm run fuzz -- --list
 *
 * `--keep` writes what reached new code to test/fuzz/corpus, minimised. Exit code 1: something was found.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Searched } from './search.ts';
import { TARGETS, loadTarget } from './targets.ts';

const { values } = parseArgs({
  options: {
    target: { type: 'string', default: TARGETS.join(',') },
    inputs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    replay: { type: 'string' },
  },
});

const names = values.target.split(',');
const unknown = names.find((name) => !TARGETS.includes(name));
if (unknown !== undefined) {
  process.stderr.write(`unknown target "${unknown}": the targets are ${TARGETS.join(', ')}\n`);
  process.exit(2);
}

const HEAD = [
  '| target | inputs | CPU s | µs each | places reached: seeds → corpus → end | slowest input, CPU ms (bytes) | MB alive: early → end | findings |',
  '|---|---:|---:|---:|---|---|---|---:|',
].join('\n');

if (values.list) for (const name of names) console.log(`| \`${name}\` | ${(await loadTarget(name)).what} |`);
else if (values.replay === undefined) await searchAll();
else await replay(names[0] ?? '', values.replay);

/** Once, without counters: what is thrown has lines of the source. */
async function replay(name: string, path: string): Promise<void> {
  const target = await loadTarget(name);
  const prepared = await target.prepare();
  await prepared.feed(new Uint8Array(readFileSync(path)));
  await new Promise((resolve) => setImmediate(resolve));
  await prepared.check?.();
  await prepared.close?.();
  console.log('refused as it should be');
  process.exit(0);
}

async function searchAll(): Promise<void> {
  const rows: Searched[] = [];
  if (!values.json) console.log(HEAD);
  let failed = false;
  for (const name of names) {
    const searched = await inItsOwnProcess(name);
    if (searched === undefined) {
      failed = true;
      if (!values.json) console.log(`| ${name} | THE PROCESS DIED |`);
      continue;
    }
    rows.push(searched);
    if (!values.json) console.log(rowOf(searched));
    failed ||= searched.findings.length > 0 || !isFlat(searched);
  }
  if (values.json) console.log(JSON.stringify(rows));
  else console.log(`\n${failed ? 'SOMETHING WAS FOUND' : 'nothing was found'}: seed ${values.seed}, Node ${process.version}`);
  process.exitCode = failed ? 1 : 0;
}

function inItsOwnProcess(name: string): Promise<Searched | undefined> {
  const script = fileURLToPath(new URL('one-target.ts', import.meta.url));
  const child = spawn(process.execPath, ['--max-old-space-size=1024', '--import', 'tsx', script, name, values.inputs, values.seed, values.keep ? 'keep' : 'leave'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  return new Promise((resolve) => {
    child.on('close', () => resolve(out.startsWith('{') ? (JSON.parse(out) as Searched) : undefined));
  });
}

function rowOf({ target, inputs, cpuSeconds, places, slowest, heapMb, findings }: Searched): string {
  return [
    '', target, inputs.toLocaleString('en'), cpuSeconds.toFixed(0), ((cpuSeconds * 1e6) / inputs).toFixed(0), `${places.seeds} → ${places.corpus} → ${places.end}`,
    `${slowest.cpuMs.toFixed(1)} (${slowest.bytes})`, `${heapMb.early.toFixed(1)} → ${heapMb.end.toFixed(1)}`, findings.length === 0 ? '0' : findings.join(' '), '',
  ].join(' | ').trim();
}

/** Compiled code comes and goes by a few megabytes; a leak of ten bytes for each input of a million would show. */
function isFlat({ heapMb, inputs }: Searched): boolean {
  return heapMb.end - heapMb.early < 8 + inputs / 1e6;
}
