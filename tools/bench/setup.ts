/**
 * How long a call takes to set up: start until the data channel is open at both ends, audio and channel, both
 * ends in this process, the stacks in turns within each round. callcore runs whole: engines, sealed envelopes,
 * hardening.
 *
 *   npm run bench:setup [-- --rounds 40] [--json]
 */
import { parseArgs } from 'node:util';
import { SeededEntropy } from '../../src/testing/index.ts';
import { median, quantile, shuffled } from './figures.ts';
import { callcoreInProcess, hardenedWerift, simplePeerTrickle, stockWerift, wrtcFullGather, type Stack } from './setup-stacks.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '40' }, json: { type: 'boolean', default: false } } });
const rounds = Math.max(30, Number(values.rounds));
const order = new SeededEntropy(1);

const stacks: Readonly<Record<string, Stack>> = {
  callcore: await callcoreInProcess(),
  'its hardened werift alone': hardenedWerift(),
  'stock werift': stockWerift,
  'wrtc, full gather': wrtcFullGather,
  'simple-peer on wrtc, trickle': simplePeerTrickle,
};
/** Upper bounds of callcore's median as a share of the other's median. */
const bounds: Readonly<Record<string, number>> = { 'stock werift': 0.25, 'wrtc, full gather': 0.6, 'simple-peer on wrtc, trickle': 1.5 };

const times: Record<string, number[]> = Object.fromEntries(Object.keys(stacks).map((name) => [name, []]));
for (const stack of Object.values(stacks)) for (let warm = 0; warm < 3; warm++) await stack.setUp();
for (let round = 0; round < rounds; round++) {
  for (const [name, stack] of shuffled(Object.entries(stacks), () => order.fraction())) times[name]?.push(await stack.setUp());
}
for (const stack of Object.values(stacks)) await stack.close();

const ours = times['callcore'] ?? [];
const rows = Object.entries(times).map(([name, all]) => ({
  name, median: median(all), p95: quantile(all, 0.95), ratio: Math.round((median(ours) / median(all)) * 100) / 100, bound: bounds[name],
}));
const spread = Math.round((quantile(ours, 0.95) / median(ours)) * 100) / 100;
const holds = rows.every(({ ratio, bound }) => bound === undefined || ratio <= bound) && spread <= 3;

if (values.json) console.log(JSON.stringify({ rounds, rows, spread, holds, node: process.version }));
else {
  console.log(`start → data channel open at both ends, ${rounds} interleaved rounds, Node ${process.version}\n`);
  console.log('| stack | median ms | p95 ms | callcore is | at most |\n|---|---|---|---|---|');
  for (const { name, median: middle, p95, ratio, bound } of rows) console.log(`| ${name} | ${middle} | ${p95} | ${bound === undefined ? '' : `${ratio} ×`} | ${bound === undefined ? '' : `${bound} ×`} |`);
  console.log(`\ncallcore p95 / median: ${spread} (at most 3)\n${holds ? 'all bounds hold' : 'A BOUND DOES NOT HOLD'}`);
}
// libwebrtc's threads keep a process alive after its last connection was closed.
process.exit(holds ? 0 : 1);
