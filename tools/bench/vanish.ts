/**
 * How soon a call notices that the program at its other end is gone, killed or closed: each callee is a process.
 *
 *   npm run bench:vanish [-- --runs 100] [--at-once 20] [--json]
 */
import { build } from 'esbuild';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CallEngine, type Call, type CallPhase } from '../../src/index.ts';
import { silence } from '../../src/mediaflow/index.ts';
import { WeriftMediaEngine } from '../../src/mediaflow/werift/index.ts';
import { connectBackend } from '../../src/transport/index.ts';
import { startRelay } from '../backend/index.ts';
import { median, quantile } from './figures.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '100' }, 'at-once': { type: 'string', default: '20' }, json: { type: 'boolean', default: false } } });
const runs = Number(values.runs);
const program = fileURLToPath(new URL('../../node_modules/.cache/callcore-vanish-callee.mjs', import.meta.url));
// Twenty compilers would be what is measured.
await build({ entryPoints: [fileURLToPath(new URL('vanish-callee.ts', import.meta.url))], outfile: program, bundle: true, platform: 'node', format: 'esm', packages: 'external', logLevel: 'error' });
const relay = await startRelay({ port: 0 });

/** Milliseconds at most, in every run. */
const WHAT = {
  reconnecting: { what: 'killed → reconnecting', signal: 'SIGKILL', atMost: 6_000, until: (state: CallPhase) => state === 'reconnecting' },
  lost: { what: 'killed → lost', signal: 'SIGKILL', atMost: 36_000, until: (state: CallPhase) => state === 'ended' },
  ended: { what: 'closed → ended', signal: 'SIGTERM', atMost: 1_000, until: (state: CallPhase) => state === 'ended' },
} as const;

type Vanishing = { readonly reason: string; readonly moments: ReadonlyMap<CallPhase, number> };

const killed = await all('SIGKILL', Number(values['at-once']));
const closed = await all('SIGTERM', Math.ceil(Number(values['at-once']) / 5));
await Promise.all([relay.close(), rm(program)]);

const rows = Object.values(WHAT).map(({ what, signal, atMost, until }) => {
  const seen = signal === 'SIGKILL' ? killed : closed;
  const wanted = signal === 'SIGKILL' ? 'lost' : 'ended-by-peer';
  const spans = seen.map(({ moments }) => [...moments].find(([state]) => until(state))?.[1] ?? Infinity).sort((one, other) => one - other);
  const [middle, p95, longest] = [median(spans), quantile(spans, 0.95), spans.at(-1) ?? Infinity].map(Math.round) as [number, number, number];
  return { what, runs: spans.length, median: middle, p95, longest, atMost, asWanted: seen.filter(({ reason }) => reason === wanted).length };
});
if (values.json) console.log(JSON.stringify({ rows }));
else {
  console.log(`milliseconds at the other end, each callee a process of its own, Node ${process.version}\n`);
  console.log('| | runs | median | p95 | longest | at most | ended as it should |');
  console.log('|---|---:|---:|---:|---:|---:|---:|');
  for (const row of rows) console.log(`| ${row.what} | ${row.runs} | ${row.median} | ${row.p95} | ${row.longest} | ${row.atMost} | ${row.asWanted} |`);
}
process.exitCode = rows.every(({ longest, atMost, asWanted }) => longest <= atMost && asWanted === runs) ? 0 : 1;

/** `atOnce`: being lost is mostly waiting; closing is work, and must not compete with nineteen others. */
async function all(signal: NodeJS.Signals, atOnce: number): Promise<readonly Vanishing[]> {
  const seen: Vanishing[] = [];
  for (let done = 0; done < runs; done += atOnce) {
    const batch = Math.min(atOnce, runs - done);
    seen.push(...(await Promise.all(Array.from({ length: batch }, (_, index) => one(signal, `${signal}-${done + index}`)))));
    if (!values.json) process.stderr.write(`${signal}: ${seen.length} of ${runs}\n`);
  }
  return seen;
}

async function one(signal: NodeJS.Signals, name: string): Promise<Vanishing> {
  const callee = await start(`${name}-callee`);
  const channel = await connectBackend({ url: relay.url, self: { user: `${name}-caller`, device: '1' }, token: name, onIdentityChange: () => 'accept' });
  await using engine = new CallEngine({ channel, media: new WeriftMediaEngine({ certificatesAhead: 1 }) });
  try {
    const call = engine.call({ conversation: 'c', user: `${name}-callee`, media: { audio: silence() } });
    if (!(await call.whenConnected())) throw new Error(`not connected: ${(await call.whenEnded()).reason.type}`);
    // At any moment of its rhythms.
    await new Promise((resolve) => setTimeout(resolve, 1_000 + Math.random() * 3_000));
    const from = performance.now();
    const moments = statesOf(call, from);
    callee.kill(signal);
    const { reason } = await call.whenEnded();
    return { reason: reason.type, moments };
  } finally {
    callee.kill('SIGKILL');
  }
}

function statesOf(call: Call, from: number): ReadonlyMap<CallPhase, number> {
  const moments = new Map<CallPhase, number>();
  call.on('state', (state) => {
    if (!moments.has(state)) moments.set(state, performance.now() - from);
  });
  return moments;
}

async function start(user: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, relay.url, user], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdout !== null) await once(child.stdout, 'data');
  return child;
}
