/**
 * How long sound is away when the path of a call changes. On a rough path: both ends in this process, a real backend,
 * and every packet through sockets that delay and lose it. In namespaces, when we are root: processes on two machines
 * of the kernel's, with addresses that are taken away, and with netem where the kernel has it.
 *
 *   npm run bench:network [-- --runs 50] [--at-once 5] [--where proxy|namespaces] [--only "100 ms"] [--seed 1] [--json]
 */
import { parseArgs } from 'node:util';
import { SeededEntropy } from '../../src/testing/index.ts';
import { startRelay } from '../backend/index.ts';
import { troubleNamespaces, type Learning } from '../network/namespace-trial.ts';
import { namespaceSupport } from '../network/namespaces.ts';
import { runTrial, type TrialResult, type Trouble } from '../network/trial.ts';
import { BAD, BURSTS, CLEAR, FAR, type Weather } from '../network/weather.ts';
import { AT_MOST, columnOf, isGood, tableOf, type Column, type Row } from './network-table.ts';

type Plan = { readonly name: string; readonly trouble: Trouble; readonly weather: Weather };

const MOVED: Trouble = { type: 'moved' };
const OUTAGE: Trouble = { type: 'outage', seconds: 30 };
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '50' }, 'at-once': { type: 'string', default: '5' }, where: { type: 'string', default: 'both' },
    only: { type: 'string', default: '' }, seed: { type: 'string', default: '1' }, json: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs);
const atOnce = Number(values['at-once']);
const entropy = new SeededEntropy(Number(values.seed));
const support = await namespaceSupport();
const rows: Row[] = [];
let named = 0;

if (values.where !== 'proxy' && support !== 'none') {
  const shaped = support === 'netem' ? [FAR, BAD].map((weather): Plan => ({ name: `another address; ${weather.name}`, trouble: MOVED, weather })) : [];
  const plain: readonly Plan[] = [{ name: 'another address', trouble: MOVED, weather: CLEAR }, { name: '30 s without any packet', trouble: OUTAGE, weather: CLEAR }];
  for (const plan of wanted([...plain, ...shaped])) {
    const where = support === 'netem' && plan.weather !== CLEAR ? 'namespaces, netem' : 'namespaces';
    const told = await inNamespaces(plan, 'told');
    // A watch sees addresses, not what happens behind them.
    const watched = plan.trouble === MOVED ? { watched: await inNamespaces(plan, 'watched') } : {};
    note({ name: plan.name, where, told, ...watched, silent: await inNamespaces(plan, 'silent') });
  }
}
if (values.where !== 'namespaces') {
  const relay = await startRelay({ port: 0 });
  const weathers = [CLEAR, FAR, BAD, BURSTS].map((weather): Plan => ({ name: `another address; ${weather.name}`, trouble: MOVED, weather }));
  for (const plan of wanted([...weathers, { name: '30 s without any packet', trouble: OUTAGE, weather: CLEAR }])) {
    note({ name: plan.name, where: 'proxy', told: await onRoughPath(relay.url, plan, true), silent: await onRoughPath(relay.url, plan, false) });
  }
  await relay.close();
}

if (values.json) console.log(JSON.stringify({ runs, support, rows }));
else {
  console.log(`milliseconds from when there is a path again until both hear each other, ${runs} calls a cell, Node ${process.version}\n`);
  console.log(tableOf(rows));
  console.log(`\nBounds at p95: ${AT_MOST.told} ms when told, ${AT_MOST.silent} ms else. ${support === 'netem' ? '' : 'This kernel has no netem: delay and loss are a proxy’s.'}`);
}
process.exitCode = rows.every(isGood) ? 0 : 1;

function wanted(plans: readonly Plan[]): readonly Plan[] {
  return plans.filter(({ name }) => name.includes(values.only));
}

function note(row: Row): void {
  rows.push(row);
  if (!values.json) process.stderr.write(`${row.name}, ${row.where}: told ${row.told.p95} ms, silent ${row.silent.p95} ms at p95\n`);
}

/** The same calls through the same trouble again and again. */
async function inNamespaces({ trouble, weather }: Plan, learning: Learning): Promise<Column> {
  const calls = trouble.type === 'outage' ? 2 * atOnce : atOnce;
  const { back, sameCall, stillMuted } = await troubleNamespaces(calls, Math.ceil(runs / calls), trouble, learning, weather === CLEAR ? undefined : weather);
  return columnOf(back, sameCall, stillMuted);
}

/** Another call for each trouble. */
async function onRoughPath(backend: string, { trouble, weather }: Plan, signalled: boolean): Promise<Column> {
  const results: TrialResult[] = [];
  let left = runs;
  await Promise.all(Array.from({ length: atOnce }, async (_, lane) => {
    await new Promise((resolve) => setTimeout(resolve, lane * 400));
    while (left > 0) {
      left -= 1;
      results.push(await runTrial({ backend, name: `trial-${named++}`, weather, trouble, signalled, random: () => entropy.fraction() }));
    }
  }));
  return columnOf(results.map(({ back }) => back ?? Infinity), results.every(({ sameCall }) => sameCall), results.every(({ stillMuted }) => stillMuted));
}
