/**
 * What an audio packet costs the processor, sent and received in one process at 5,000 packets a second: the whole
 * engine against werift alone, in slices of a second in turns.
 *
 *   npm run bench:packets [-- --slices 12] [--json]
 */
import { parseArgs } from 'node:util';
import { median } from './figures.ts';
import { callHolder, type HeldCall, type HolderName } from './held-calls.ts';

const { values } = parseArgs({ options: { slices: { type: 'string', default: '12' }, json: { type: 'boolean', default: false } } });
const slices = Math.max(6, Number(values.slices));

const PER_SECOND = 5_000;
const BOUND = 1.3;
const MOST_UNDER_WAY = 100;
const PAYLOAD = new Uint8Array(80).fill(0x5a).fill(0xf8, 0, 1);
const NAMES = ['callcore', 'tuned werift', 'stock werift'] as const satisfies readonly HolderName[];

const holders = await Promise.all(NAMES.map(async (name) => ({ name, holder: await callHolder(name) })));
const calls: { readonly name: HolderName; readonly call: HeldCall }[] = [];
for (const { name, holder } of holders) calls.push({ name, call: await holder.hold() });

const costs: Record<HolderName, number[]> = { callcore: [], 'tuned werift': [], 'stock werift': [] };
const arrived: Record<HolderName, number> = { callcore: 0, 'tuned werift': 0, 'stock werift': 0 };
for (let slice = -1; slice < slices; slice++) {
  for (const { name, call } of calls) {
    const before = call.received();
    const spent = await costOfSecond(call);
    if (slice < 0) continue;
    arrived[name] += call.received() - before;
    costs[name].push(spent / PER_SECOND);
  }
}
const rows = NAMES.map((name) => ({ name, microseconds: median(costs[name]), ratio: Math.round((median(costs.callcore) / median(costs[name])) * 100) / 100, arrived: arrived[name] / (PER_SECOND * slices) }));
const holds = rows.every(({ name, ratio, arrived: part }) => part > 0.99 && (name === 'callcore' || ratio <= BOUND));

if (values.json) console.log(JSON.stringify({ slices, rows, holds, node: process.version }));
else {
  console.log(`processor time of an audio packet, sent and received, at ${PER_SECOND} a second, ${slices} slices in turns, Node ${process.version}\n`);
  console.log('| stack | median µs | callcore is | arrived |\n|---|---|---|---|');
  for (const { name, microseconds, ratio, arrived: part } of rows) console.log(`| ${name} | ${microseconds} | ${name === 'callcore' ? '' : `${ratio} ×`} | ${(part * 100).toFixed(1)} % |`);
  console.log(`\nat most ${BOUND} × either: ${holds ? 'holds' : 'DOES NOT HOLD'}`);
}
for (const { holder } of holders) await holder.close();
process.exit(holds ? 0 : 1);

/**
 * Sends 5,000 packets, evenly over a second when the machine is free, and returns the processor time of the process in
 * microseconds. No more are under way than a socket holds: what is measured is work, not how busy the machine is.
 */
async function costOfSecond(call: HeldCall): Promise<number> {
  const before = process.cpuUsage();
  const begun = performance.now();
  const first = call.received();
  for (let sent = 0; sent < PER_SECOND; ) {
    const due = Math.floor(((performance.now() - begun) * PER_SECOND) / 1000);
    const last = Math.min(PER_SECOND, due, call.received() - first + MOST_UNDER_WAY);
    for (; sent < last; sent++) call.send(PAYLOAD);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const giveUpAt = performance.now() + 1_000;
  while (call.received() - first < PER_SECOND && performance.now() < giveUpAt) await new Promise((resolve) => setTimeout(resolve, 1));
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
