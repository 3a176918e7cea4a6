/**
 * What an established call costs while nobody speaks, of memory and of processor: the whole engine against werift
 * with the same hardening, the same m-lines and nothing above it. Each stack in processes of its own, in turns. The
 * calls of a process are with each other: 2,000 calls are 1,000 callers and 1,000 callees. Each end has said one
 * packet, as in any call: from then on werift sends reports (RTCP) by itself. `--unspoken` leaves that out: werift
 * alone then sends nothing but its consent checks, and would not notice a dead peer for 30 s.
 *
 *   npm run bench:idle [-- --calls 2000] [--rounds 2] [--unspoken] [--json]
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { median } from './figures.ts';
import { callHolder, type CallHolder, type HeldCall, type HolderName } from './held-calls.ts';

const { values } = parseArgs({ options: { calls: { type: 'string', default: '2000' }, rounds: { type: 'string', default: '2' }, json: { type: 'boolean', default: false }, unspoken: { type: 'boolean', default: false }, hold: { type: 'string' } } });
const calls = Number(values.calls);
const PAIRS = Math.ceil(calls / 2);
const BOUND = 1.25;
const IDLE_SECONDS = 20;
const SETTLING_SECONDS = 30;
const ARRIVING_SECONDS = 5;
const AT_ONCE = 8;
const PACKET = new Uint8Array(80).fill(0x5a).fill(0xf8, 0, 1);

if (values.hold !== undefined) await measure(values.hold as HolderName);
else await compare();

type Figures = { readonly kilobytes: number; readonly processor: number };

/** In a process of its own: prints what each of `calls` calls takes. */
async function measure(name: HolderName): Promise<never> {
  const holder = await callHolder(name);
  // What the first few bring with them is the program, not the calls.
  for (let warm = 0; warm < 20; warm++) await holdOne(holder);
  const before = settledMemory();
  const held: HeldCall[] = [];
  while (held.length < PAIRS) held.push(...(await Promise.all(Array.from({ length: Math.min(AT_ONCE, PAIRS - held.length) }, () => holdOne(holder)))));
  // What set-ups leave to timers is over then, and the memory that only they needed is given back.
  await new Promise((resolve) => setTimeout(resolve, SETTLING_SECONDS * 1000));
  const kilobytes = (settledMemory() - before) / 1024 / PAIRS / 2;
  const usage = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, IDLE_SECONDS * 1000));
  const { user, system } = process.cpuUsage(usage);
  await assertAlive(held);
  console.log(JSON.stringify({ kilobytes, processor: (user + system) / 1000 / IDLE_SECONDS / PAIRS / 2 } satisfies Figures));
  process.exit(0);
}

async function holdOne(holder: CallHolder): Promise<HeldCall> {
  const call = await holder.hold();
  if (values.unspoken) return call;
  call.send(PACKET);
  call.reply(PACKET);
  return call;
}

/** A call that ended on a machine too busy to hold it costs nothing, and would make the figures better. */
async function assertAlive(held: readonly HeldCall[]): Promise<void> {
  const before = held.map((call) => ({ call, received: call.received(), replied: call.replied() }));
  for (const call of held) {
    call.send(PACKET);
    call.reply(PACKET);
  }
  await new Promise((resolve) => setTimeout(resolve, ARRIVING_SECONDS * 1000));
  const dead = before.filter(({ call, received, replied }) => call.received() === received || call.replied() === replied).length;
  if (dead > 0) throw new Error(`${dead} of ${held.length} pairs did not live to the end: this machine is too busy to hold so many`);
}

function settledMemory(): number {
  for (let times = 0; times < 4; times++) globalThis.gc?.();
  return process.memoryUsage.rss();
}

async function compare(): Promise<void> {
  const figures: Record<'callcore' | 'tuned werift', Figures[]> = { callcore: [], 'tuned werift': [] };
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const name of ['callcore', 'tuned werift'] as const) figures[name].push(await inProcess(name));
  }
  const of = (name: 'callcore' | 'tuned werift', key: keyof Figures): number => median(figures[name].map((each) => Math.round(each[key] * 1000))) / 1000;
  const rows = (['callcore', 'tuned werift'] as const).map((name) => ({ name, kilobytes: Math.round(of(name, 'kilobytes')), processor: of(name, 'processor') }));
  const ratio = (key: keyof Figures): number => Math.round((of('callcore', key) / of('tuned werift', key)) * 100) / 100;
  const holds = ratio('kilobytes') <= BOUND && ratio('processor') <= BOUND;
  if (values.json) console.log(JSON.stringify({ calls, rows, memory: ratio('kilobytes'), processor: ratio('processor'), holds, node: process.version }));
  else {
    console.log(`${calls} established idle calls in one process, with each other,${values.unspoken ? ' no packet of media ever sent,' : ''} Node ${process.version}\n`);
    console.log('| stack | kB of memory for a call | ms of processor for a call in a second |\n|---|---|---|');
    for (const { name, kilobytes, processor } of rows) console.log(`| ${name} | ${kilobytes} | ${processor} |`);
    console.log(`| callcore is | ${ratio('kilobytes')} × | ${ratio('processor')} × |\n\nat most ${BOUND} × of each: ${holds ? 'holds' : 'DOES NOT HOLD'}`);
  }
  process.exit(holds ? 0 : 1);
}

async function inProcess(name: HolderName): Promise<Figures> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--import', 'tsx', fileURLToPath(import.meta.url), '--hold', name, '--calls', String(calls), ...(values.unspoken ? ['--unspoken'] : [])], { maxBuffer: 1 << 24 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Figures;
}
