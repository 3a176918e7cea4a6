import { createInterface } from 'node:readline';
import { CallEngine, type Call } from '../../src/index.ts';
import { tone } from '../../src/mediaflow/index.ts';
import { addressWatch, WeriftMediaEngine } from '../../src/mediaflow/werift/index.ts';
import { connectBackend } from '../../src/transport/index.ts';
import { isSilent } from './silent-frame.ts';

/**
 * One side of some calls, each of a user of its own: `url left|right count watch|blind`. The left side calls, muted.
 * Says `ready`, `connected`, and after `heard since <ms>` one line with what became of each call, as {@link Report}.
 * Times are of the machine's monotonic clock.
 */
export type Report = { readonly heardAt: readonly (number | undefined)[]; readonly spoke: number; readonly rang: number; readonly connected: number; readonly muted: boolean; readonly states: readonly string[] };

const [url = '', side = '', count = '1', network = 'blind'] = process.argv.slice(2);
const seen = { spoke: 0, rang: 0, connected: 0 };
const calls: Call[] = [];
const listening = new Set<() => void>();
const heard = new Map<Call, number>();
const engines = await Promise.all(Array.from({ length: Number(count) }, async (_, index) => {
  const channel = await connectBackend({ url, self: { user: `${side}-${index}`, device: '1' }, token: side, onIdentityChange: () => 'accept' });
  return new CallEngine({ channel, media: new WeriftMediaEngine({ certificatesAhead: 1 }), ...(network === 'watch' ? { network: addressWatch() } : {}) });
}));
for (const engine of engines) {
  engine.on('incoming', (call) => {
    seen.rang += 1;
    follow(call);
    call.answer({ media: { audio: tone() } });
  });
}
say('ready');

const input = createInterface({ input: process.stdin });
input.on('line', (line) => {
  const [word, at] = line.split(' ');
  if (word === 'call') engines.forEach((engine, index) => follow(engine.call({ conversation: 'c', user: `right-${index}`, media: { audio: tone() }, muted: true })));
  if (word === 'changed') for (const engine of engines) engine.networkChanged();
  if (word === 'heard') void report(Number(at));
});
input.on('close', () => void Promise.all(engines.map((engine) => engine.close())));

function follow(call: Call): void {
  calls.push(call);
  call.on('connected', () => {
    seen.connected += 1;
    if (seen.connected === engines.length) say('connected');
  });
  call.on('audio', ({ payload }) => {
    heard.set(call, monotonic());
    if (!isSilent(payload)) seen.spoke += 1;
    for (const listener of listening) listener();
  });
}

/** When each call was first heard after that moment, or `undefined` for one that was not within 40 s or has ended. */
async function report(since: number): Promise<void> {
  const first = new Map<Call, number>();
  const complete = (): boolean => calls.every((call) => first.has(call) || call.state === 'ended');
  await new Promise<void>((resolve) => {
    const limit = setTimeout(resolve, 40_000);
    const look = (): void => {
      for (const [call, at] of heard) if (at > since && !first.has(call)) first.set(call, at);
      if (!complete()) return;
      listening.delete(look);
      clearTimeout(limit);
      resolve();
    };
    listening.add(look);
    for (const call of calls) call.on('ended', look);
    look();
  });
  const muted = calls.every((call) => (side === 'left' ? call.props.muted : call.peerProps.muted));
  say(JSON.stringify({ ...seen, heardAt: calls.map((call) => first.get(call)), muted, states: calls.map(({ state }) => state) } satisfies Report));
}

function monotonic(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
