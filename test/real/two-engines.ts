import { CallEngine, type Call } from '../../src/index.ts';
import { WeriftMediaEngine } from '../../src/mediaflow/werift/index.ts';
import { LoopbackHub } from '../../src/transport/index.ts';

export type TwoEngines = { readonly alice: CallEngine; readonly bob: CallEngine; readonly hub: LoopbackHub };

/** Two engines with real media and sealed envelopes, over a hub in this process. */
export async function twoEngines(): Promise<TwoEngines> {
  const hub = new LoopbackHub();
  const alice = new CallEngine({ channel: await hub.channel({ user: 'alice', device: 'a1' }), media: new WeriftMediaEngine() });
  const bob = new CallEngine({ channel: await hub.channel({ user: 'bob', device: 'b1' }), media: new WeriftMediaEngine() });
  return { alice, bob, hub };
}

/** Resolves with the next call that rings in a conversation. */
export function ring(engine: CallEngine, conversation = 'c'): Promise<Call> {
  return new Promise((resolve) => {
    const off = engine.on('incoming', (call) => {
      if (call.conversation !== conversation) return;
      off();
      resolve(call);
    });
  });
}

/** A connected call, both ends of it. */
export async function connect({ alice, bob }: TwoEngines, conversation = 'c'): Promise<readonly [caller: Call, callee: Call]> {
  const ringing = ring(bob, conversation);
  const caller = alice.call({ conversation, user: 'bob' });
  const callee = await ringing;
  callee.answer();
  const connected = await Promise.all([caller.whenConnected(), callee.whenConnected()]);
  if (!connected.every(Boolean)) throw new Error(`not connected: ${JSON.stringify((await caller.whenEnded()).reason)}`);
  return [caller, callee];
}

export async function hangUp([caller, callee]: readonly [Call, Call]): Promise<void> {
  caller.end();
  await Promise.all([caller.whenEnded(), callee.whenEnded()]);
}
