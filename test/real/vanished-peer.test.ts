import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import { CallEngine, type Call } from '../../src/index.ts';
import { WeriftMediaEngine } from '../../src/mediaflow/werift/index.ts';
import { connectBackend } from '../../src/transport/index.ts';
import { startRelay } from '../../tools/backend/index.ts';

let relay: Awaited<ReturnType<typeof startRelay>>;
let bob: ChildProcess;
let alice: CallEngine;

beforeEach(async () => {
  relay = await startRelay({ port: 0 });
  bob = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('callee-process.ts', import.meta.url)), relay.url], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (bob.stdout !== null) await once(bob.stdout, 'data');
  const channel = await connectBackend({ url: relay.url, self: { user: 'alice', device: 'a1' }, token: 'alice' });
  alice = new CallEngine({ channel, media: new WeriftMediaEngine(), timeouts: { ping: ms(300), reconnect: seconds(2) } });
});

afterEach(async () => {
  bob.kill('SIGKILL');
  await alice.close();
  await relay.close();
});

describe('a peer in another process', () => {
  it('H12 is missed after three probes when it is killed, and given up when it does not come back', async () => {
    const call = await connected();
    const states = statesOf(call);

    bob.kill('SIGKILL');
    const { reason } = await call.whenEnded();

    expect(states).toEqual(['reconnecting', 'ended']);
    expect(reason).toEqual({ type: 'lost' });
  });

  it('O03 says goodbye when its process is told to stop', async () => {
    const call = await connected();
    const states = statesOf(call);

    bob.kill('SIGTERM');
    const { reason } = await call.whenEnded();

    expect(reason).toEqual({ type: 'ended-by-peer' });
    expect(states).not.toContain('reconnecting');
  });
});

async function connected(): Promise<Call> {
  const call = alice.call({ conversation: 'c', user: 'bob' });
  expect(await call.whenConnected()).toBe(true);
  return call;
}

function statesOf(call: Call): string[] {
  const states: string[] = [];
  call.on('state', (state) => states.push(state));
  return states;
}
