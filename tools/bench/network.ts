/**
 * How long sound is away when the path of a call changes: both ends in this process, a real backend, and every packet
 * through sockets that delay and lose it. The trials of one row run a few at a time, so that they do not compete.
 *
 *   npm run bench:network [-- --runs 50] [--at-once 5] [--only "100 ms"] [--seed 1] [--json]
 */
import { parseArgs } from 'node:util';
import { SeededEntropy } from '../../src/testing/index.ts';
import { startRelay } from '../backend/index.ts';
import { runTrial, type TrialResult, type Trouble } from '../network/trial.ts';
import { BAD, BURSTS, CLEAR, FAR, type Weather } from '../network/weather.ts';
import { median, quantile } from './figures.ts';

type Row = { readonly name: string; readonly weather: Weather; readonly trouble: Trouble };

const ROWS: readonly Row[] = [
  ...[CLEAR, FAR, BAD, BURSTS].map((weather): Row => ({ name: `another address; ${weather.name}`, weather, trouble: { type: 'moved' } })),
  { name: '30 s without any packet', weather: CLEAR, trouble: { type: 'outage', seconds: 30 } },
];
/** Milliseconds until both hear each other, at the 95th percentile. */
const AT_MOST = { signalled: 2_000, silent: 8_000 } as const;

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '50' }, 'at-once': { type: 'string', default: '5' }, only: { type: 'string', default: '' }, seed: { type: 'string', default: '1' }, json: { type: 'boolean', default: false } },
});
const runs = Number(values.runs);
const atOnce = Number(values['at-once']);
const relay = await startRelay({ port: 0 });
const entropy = new SeededEntropy(Number(values.seed));
let named = 0;

const measured: Measured[] = [];
for (const row of ROWS.filter(({ name }) => name.includes(values.only))) {
  const [signalled, silent] = [await measure(row, true), await measure(row, false)];
  measured.push({ name: row.name, signalled, silent });
  if (!values.json) process.stderr.write(`${row.name}: told ${signalled.p95} ms, not told ${silent.p95} ms at p95\n`);
}
await relay.close();

if (values.json) console.log(JSON.stringify({ runs, rows: measured }));
else print(measured);
process.exitCode = measured.every(isGood) ? 0 : 1;

type Column = { readonly median: number; readonly p95: number; readonly never: number; readonly sameCall: number; readonly stillMuted: number };
type Measured = { readonly name: string; readonly signalled: Column; readonly silent: Column };

async function measure({ weather, trouble }: Row, signalled: boolean): Promise<Column> {
  const results: TrialResult[] = [];
  let left = runs;
  // Waiting is most of an outage: more of them fit beside each other.
  const lanes = trouble.type === 'outage' ? atOnce * 3 : atOnce;
  await Promise.all(Array.from({ length: lanes }, async (_, lane) => {
    await new Promise((resolve) => setTimeout(resolve, lane * 400));
    while (left > 0) {
      left -= 1;
      results.push(await runTrial({ backend: relay.url, name: `trial-${named++}`, weather, trouble, signalled, random: () => entropy.below(2 ** 30) / 2 ** 30 }));
    }
  }));
  const back = results.map((result) => result.back ?? Infinity).sort((one, other) => one - other);
  return {
    median: Math.round(median(back)),
    p95: Math.round(quantile(back, 0.95)),
    never: back.filter((span) => span === Infinity).length,
    sameCall: results.filter(({ sameCall }) => sameCall).length,
    stillMuted: results.filter(({ stillMuted }) => stillMuted).length,
  };
}

function isGood({ signalled, silent }: Measured): boolean {
  const kept = [signalled, silent].every(({ never, sameCall, stillMuted }) => never === 0 && sameCall === runs && stillMuted === runs);
  return kept && signalled.p95 <= AT_MOST.signalled && silent.p95 <= AT_MOST.silent;
}

function print(rows: readonly Measured[]): void {
  console.log(`sound is back in both directions, milliseconds after there was a path again, ${runs} calls a cell, Node ${process.version}\n`);
  console.log('| what happened | told: median | p95 | not told: median | p95 | same call | still muted | within bounds |');
  console.log('|---|---:|---:|---:|---:|---:|---:|---|');
  for (const row of rows) {
    const { name, signalled, silent } = row;
    const of = (count: keyof Column): string => `${signalled[count] + silent[count]} of ${2 * runs}`;
    console.log(`| ${name} | ${signalled.median} | ${signalled.p95} | ${silent.median} | ${silent.p95} | ${of('sameCall')} | ${of('stillMuted')} | ${isGood(row) ? 'yes' : 'no'} |`);
  }
  console.log(`\nBounds at p95: ${AT_MOST.signalled} ms when told, ${AT_MOST.silent} ms when not.`);
}
