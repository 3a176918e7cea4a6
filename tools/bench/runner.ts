/**
 * How many steps a second the compiled chart takes, beside a reducer written by hand and xstate on the same
 * chart. Whole calls of both sides, in turns within one process; per second of CPU, so that other work on the
 * machine counts less.
 *
 *   npm run bench:runner [-- --rounds 9] [--json]
 */
import { parseArgs } from 'node:util';
import { getInitialSnapshot, getNextSnapshot } from 'xstate';
import type { Device } from '../../src/base/device.ts';
import { ms } from '../../src/base/units.ts';
import { chartEvent, DEFAULT_PROPS, econnMachine, handle, openEconn, type Econn, type Input, type Message, type OfferId } from '../../src/econn/index.ts';
import { median } from './figures.ts';
import { openReference, reduce } from './reference-reducer.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' }, json: { type: 'boolean', default: false } } });
const LIFE = '000000001-00';
const alice: Device = { user: 'alice', device: 'a1' };
const bob: Device = { user: 'bob', device: 'b1' };
const call: OfferId = { ...alice, incarnation: LIFE, counter: 1 };
const header = { sessid: 'ABCD', props: [] } as const;

const heard = (from: Device, message: Message, via: 'backend' | 'channel' = 'backend'): Input => ({ type: 'receive', from, via, message, age: ms(0) });
const hangup = (resp: boolean): Message => ({ type: 'HANGUP', sessid: 'ABCD', resp, call });

const caller: readonly Input[] = [
  { type: 'start', sdp: 'offer', props: DEFAULT_PROPS },
  heard(bob, { type: 'SETUP', ...header, resp: true, sdp: 'answer', call, offer: call, withdrawn: { incarnation: LIFE, counter: 0 } }),
  { type: 'channel-opened' },
  { type: 'end' },
  heard(bob, hangup(true), 'channel'),
];
const callee: readonly Input[] = [
  heard(alice, { type: 'SETUP', ...header, resp: false, sdp: 'offer', call, offer: call }),
  { type: 'answer', sdp: 'answer', props: DEFAULT_PROPS },
  { type: 'channel-opened' },
  heard(alice, hangup(false), 'channel'),
  { type: 'drained' },
];
const STEPS = caller.length + callee.length;

const sides = [openEconn({ self: alice, peerUser: 'bob', incarnation: LIFE }), openEconn({ self: bob, peerUser: 'alice', incarnation: LIFE })] as const;
const references = [openReference(alice, 'bob'), openReference(bob, 'alice')] as const;

const contenders: Readonly<Record<string, () => string>> = {
  'reducer by hand': () => [through(references[0], caller, reduce), through(references[1], callee, reduce)].map(({ state }) => state).join(' '),
  'compiled chart': () => [through(sides[0], caller, handle), through(sides[1], callee, handle)].map(({ state }) => state).join(' '),
  'xstate, pure': () => [byXstate(sides[0], caller), byXstate(sides[1], callee)].join(' '),
};

function through<S>(opening: S, inputs: readonly Input[], step: (state: S, input: Input) => readonly [S, unknown]): S {
  let state = opening;
  for (const input of inputs) [state] = step(state, input);
  return state;
}

function byXstate({ memory: { self, peerUser } }: Econn, inputs: readonly Input[]): string {
  let snapshot = getInitialSnapshot(econnMachine, { self, peerUser, incarnation: LIFE });
  for (const input of inputs) {
    const event = chartEvent(snapshot.context.memory, input);
    if (event !== undefined) snapshot = getNextSnapshot(econnMachine, snapshot, event);
  }
  return snapshot.value;
}

/** Steps a second of CPU in one round. */
function rate(run: () => string): number {
  const cpu = process.cpuUsage();
  const until = performance.now() + 250;
  let calls = 0;
  while (performance.now() < until) for (let some = 0; some < 20; some++, calls++) if (run() !== 'idle idle') throw new Error('the call does not end');
  const { user, system } = process.cpuUsage(cpu);
  return (calls * STEPS * 1e6) / (user + system);
}

const rates: Record<string, number[]> = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
for (const run of Object.values(contenders)) rate(run);
for (let round = 0; round < Number(values.rounds); round++) for (const [name, run] of Object.entries(contenders)) rates[name]?.push(rate(run));

const byHand = median(rates['reducer by hand'] ?? []);
const rows = Object.entries(rates).map(([name, all]) => ({ name, perSecond: Math.round(median(all)), timesSlower: Math.round((byHand / median(all)) * 10) / 10 }));
const ours = rows.find(({ name }) => name === 'compiled chart');
const holds = ours !== undefined && ours.perSecond >= 1_000_000 && ours.timesSlower <= 15;

if (values.json) console.log(JSON.stringify({ rounds: Number(values.rounds), rows, holds, node: process.version }));
else {
  console.log(`whole calls, both sides, ${values.rounds} interleaved rounds, per second of CPU, Node ${process.version}\n\n| runner | steps/s | times slower |\n|---|---:|---:|`);
  for (const { name, perSecond, timesSlower } of rows) console.log(`| ${name} | ${perSecond.toLocaleString('en')} | ${String(timesSlower)} |`);
  console.log(`\ncompiled chart: at least 1,000,000 steps/s and within 15 × of the reducer: ${holds ? 'holds' : 'DOES NOT HOLD'}`);
}
process.exitCode = holds ? 0 : 1;
