/**
 * What a simulated call costs: CPU for all of a hundred thousand, the heap after ten, fifty and a hundred
 * thousand, and the cost of one from a thousand to a hundred thousand people.
 *
 *   npm run bench:simulate [-- --calls 100000] [--json]
 *
 * CPU time of the whole process is what counts, its compiler and garbage collector included: what one core
 * would need. Each town is lived in a process of its own, by plain JavaScript as it is shipped: under tsx
 * each function that is made is given its name again, which a call pays for dozens of times.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';
import { Simulation } from '../simulate/simulation.ts';

const { values } = parseArgs({ options: { calls: { type: 'string', default: '100000' }, users: { type: 'string' }, json: { type: 'boolean', default: false } } });
const wanted = Number(values.calls);

type Town = { readonly users: number; readonly calls: number; readonly cpuSeconds: number; readonly failures: number; readonly heaps: readonly { readonly calls: number; readonly megabytes: number }[] };

/** One town in this process. */
async function live(users: number, calls: number): Promise<Town> {
  const simulation = new Simulation({ seed: 1, users, devices: 2, calls, sealed: false, rules: 'ours' });
  const marks = [calls / 10, calls / 2, calls];
  const heaps: { calls: number; megabytes: number }[] = [];
  let measuring = 0;
  await simulation.run(({ placed }) => {
    if (placed < (marks[heaps.length] ?? Infinity)) return;
    const before = process.cpuUsage();
    globalThis.gc?.();
    heaps.push({ calls: marks[heaps.length] ?? 0, megabytes: Math.round(process.memoryUsage().heapUsed / 1e5) / 10 });
    measuring += cpuSeconds(before);
  });
  return { users, calls: simulation.tally.placed, cpuSeconds: Math.round((cpuSeconds() - measuring) * 10) / 10, failures: simulation.failures.length, heaps };
}

function cpuSeconds(since?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}

/** One town in a process of its own. */
function town(program: string, users: number, calls: number): Town {
  const args = ['--expose-gc', '--max-semi-space-size=16', '--single-threaded-gc', program, '--users', String(users), '--calls', String(calls)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })) as Town;
}

/** This file, in plain JavaScript. */
function built(): string {
  const outfile = fileURLToPath(new URL('../../dist-bench/simulate.js', import.meta.url));
  buildSync({ entryPoints: [fileURLToPath(import.meta.url)], outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external' });
  return outfile;
}

if (values.users !== undefined) console.log(JSON.stringify(await live(Number(values.users), wanted)));
else {
  const program = built();
  const main = town(program, 1000, wanted);
  const towns = [1000, 3000, 10_000, 30_000, 100_000].map((users) => town(program, users, Math.max(20_000, users * 2) * (wanted / 100_000)));
  const holds = main.failures === 0 && (main.cpuSeconds * 100_000) / wanted <= 60;
  if (values.json) console.log(JSON.stringify({ main, towns, holds, node: process.version }));
  else {
    console.log(`${main.calls} calls of 1000 people with two devices each: ${main.cpuSeconds} s of CPU, ${Math.round(main.calls / main.cpuSeconds)} calls/s, ${main.failures} failures, Node ${process.version}\n`);
    console.log('| calls lived | heap in use |\n|---:|---:|');
    for (const { calls, megabytes } of main.heaps) console.log(`| ${calls} | ${megabytes} MB |`);
    console.log('\n| people | calls | CPU for a call |\n|---:|---:|---:|');
    for (const { users, calls, cpuSeconds: cpu } of towns) console.log(`| ${users} | ${calls} | ${((cpu * 1000) / calls).toFixed(2)} ms |`);
    console.log(`\n100,000 calls, nothing wrong, within a minute of one core: ${holds ? 'holds' : 'DOES NOT HOLD'}`);
  }
  process.exitCode = holds ? 0 : 1;
}
