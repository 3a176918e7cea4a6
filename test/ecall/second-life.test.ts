import { describe, expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import { MemoryStore, type Call } from '../../src/index.ts';
import { Town, type Resident } from '../../src/testing/index.ts';

describe('a page that reloads in the middle of a call', () => {
  it('goes on with the call under a new peer connection, muted as it was, without a ring', async () => {
    const { town, alice, bob, call, answered } = await connected();
    call.setMuted(true);
    await town.time.advance(seconds(1));

    const saved = await alice.engine.suspend();
    expect((await call.whenEnded()).reason).toEqual({ type: 'restarted' });
    await town.time.advance(seconds(3));
    const reborn = await town.resident('alice', 'a1', { saved });
    const resumed = only(reborn.engine.calls);
    expect(resumed.state).toBe('reconnecting');
    const told: string[] = [];
    for (const name of ['connected', 'renewed'] as const) resumed.on(name, () => told.push(name));
    await town.time.advance(seconds(10));

    expect([resumed.state, answered.state]).toEqual(['connected', 'connected']);
    expect(told).toEqual(['renewed']);
    expect(resumed.props.muted).toBe(true);
    expect(answered.peerProps.muted).toBe(true);
    expect(reborn.rang.length + bob.rang.length).toBe(1);
    expect([reborn.media.flows.length, bob.media.flows.length]).toEqual([1, 1]);
  });

  it.each([['its UPDATE', false], ['the answer to its UPDATE', true]] as const)('O03 goes on with a call that is reconnecting while %s is on the way', async (_, resp) => {
    const { town, alice, call, answered } = await connected();
    town.fate = ({ message }) => (message.type === 'UPDATE' && message.resp === resp ? 'hold' : 'deliver');
    call.renew();
    await town.time.advance(seconds(1));
    expect(call.state).toBe('reconnecting');

    const suspended = alice.engine.suspend();
    town.fate = () => 'deliver';
    await town.time.advance(seconds(3));
    const resumed = only((await town.resident('alice', 'a1', { saved: await suspended })).engine.calls);
    await town.time.advance(ms(100));
    town.release();
    await town.time.advance(seconds(15));

    expect([resumed.state, answered.state]).toEqual(['connected', 'connected']);
  });

  it('O03 goes on with a call that is reconnecting since there is no path', async () => {
    const { town, alice, bob, call, answered } = await connected();
    town.cut(alice, bob);
    await town.time.advance(seconds(12));
    expect([call.state, answered.state]).toEqual(['reconnecting', 'reconnecting']);

    const saved = await bob.engine.suspend();
    await town.time.advance(seconds(1));
    const reborn = await town.resident('bob', 'b1', { saved });
    town.heal(alice, reborn);
    await town.time.advance(seconds(15));

    const resumed = only(reborn.engine.calls);
    expect([call.state, resumed.state]).toEqual(['connected', 'connected']);
    expect(alice.rang.length + bob.rang.length + reborn.rang.length).toBe(1);
    expect([alice.media.flows.length, reborn.media.flows.length]).toEqual([1, 1]);
  });

  it('ends a call whose renewal it was answering, and the other side is told', async () => {
    const { town, alice, call, answered } = await connected();
    town.fate = ({ message }) => (message.type === 'UPDATE' && message.resp ? 'lose' : 'deliver');
    answered.renew();
    await town.time.advance(seconds(1));
    expect(call.state).toBe('reconnecting');

    const reborn = await town.resident('alice', 'a1', { saved: await alice.engine.suspend() });
    await town.time.advance(seconds(1));

    expect(reborn.engine.calls).toHaveLength(0);
    expect(answered.state).toBe('ended');
  });

  it('ends the call when it comes back after half a minute', async () => {
    const { town, alice, answered } = await connected();

    const saved = await alice.engine.suspend();
    await town.time.advance(seconds(25));
    const reborn = await town.resident('alice', 'a1', { saved });
    await town.time.advance(seconds(15));

    expect(reborn.engine.calls).toHaveLength(0);
    expect(answered.state).toBe('ended');
    expect(town.time.pending).toBe(0);
  });
});

describe('a device with a store', () => {
  it('B15 L07 after a crash withdraws its old attempt, and its next call rings', async () => {
    const town = new Town();
    const store = new MemoryStore();
    const alice = await town.resident('alice', 'a1', { store });
    const bob = await town.resident('bob', 'b1');
    alice.call('bob');
    await town.time.advance(seconds(5));

    alice.crash();
    const reborn = await town.resident('alice', 'a1', { store });
    await town.time.advance(ms(100));
    expect(bob.ringing.state).toBe('ended');
    reborn.call('bob');
    await town.time.advance(ms(100));

    expect(bob.rang).toHaveLength(2);
    expect(bob.ringing.state).toBe('ringing');
  });

  it('J01 after a crash is muted as it was, and the other side knows of it and of what it changes next', async () => {
    const store = new MemoryStore();
    const { town, bob, call, answered } = await connected({ store });
    answered.setMuted(true);
    await town.time.advance(seconds(2));

    bob.crash();
    await town.time.advance(seconds(3));
    const resumed = only((await town.resident('bob', 'b1', { store })).engine.calls);
    await town.time.advance(seconds(10));

    expect([resumed.state, call.state]).toEqual(['connected', 'connected']);
    expect([resumed.props.muted, call.peerProps.muted]).toEqual([true, true]);
    resumed.setMuted(false);
    await town.time.advance(seconds(2));
    expect(call.peerProps.muted).toBe(false);
  });

  it('G01 does not ring for what it heard was over before it crashed', async () => {
    const town = new Town();
    const store = new MemoryStore();
    const alice = await town.resident('alice', 'a1');
    const bob = await town.resident('bob', 'b1', { store });
    town.fate = ({ message }) => (message.type === 'SETUP' ? 'hold' : 'deliver');
    const call = alice.call('bob');
    await town.time.advance(ms(100));
    call.end();
    await town.time.advance(ms(100));
    expect(bob.missed).toHaveLength(1);

    bob.crash();
    const reborn = await town.resident('bob', 'b1', { store });
    town.release();
    await town.time.advance(ms(100));

    expect([reborn.rang.length, reborn.missed.length]).toEqual([0, 0]);
  });
});

describe('two devices that both forget everything in the middle of a call', () => {
  it('I16 have no call and no ring, and can call each other again', async () => {
    const { town, alice, bob } = await connected();

    alice.crash();
    bob.crash();
    const [reborn, other] = [await town.resident('alice', 'a1'), await town.resident('bob', 'b1')];
    await town.time.advance(seconds(60));
    expect([reborn.rang.length, other.rang.length, reborn.engine.calls.length, other.engine.calls.length]).toEqual([0, 0, 0, 0]);
    const call = reborn.call('bob');
    await town.time.advance(ms(100));
    other.ringing.answer();
    await town.time.advance(ms(100));

    expect(call.state).toBe('connected');
  });
});

describe('a second call while one goes on in another conversation', () => {
  it('F01 hears that we are busy when the policy says so, and the first call does not notice', async () => {
    const { town, bob, call } = await connected({ policy: { whenInCall: 'turn-away' } });
    const carol = await town.resident('carol', 'c1');

    const second = carol.engine.call({ conversation: 'bob and carol', user: 'bob' });
    await town.time.advance(seconds(1));

    expect((await second.whenEnded()).reason).toEqual({ type: 'busy' });
    expect(bob.rang).toHaveLength(1);
    expect(bob.turnedAway).toEqual([carol.self]);
    expect(call.state).toBe('connected');
  });

  it('F01 F07 rings when the policy lets it, and can be taken after the first was ended', async () => {
    const { town, bob, call, answered } = await connected({ policy: { whenInCall: 'ring' } });
    const carol = await town.resident('carol', 'c1');

    const second = carol.engine.call({ conversation: 'bob and carol', user: 'bob' });
    await town.time.advance(seconds(1));
    answered.end();
    bob.ringing.answer();
    await town.time.advance(seconds(1));

    expect((await call.whenEnded()).reason).toEqual({ type: 'ended-by-peer' });
    expect([second.state, bob.ringing.state]).toEqual(['connected', 'connected']);
  });
});

type Connected = { readonly town: Town; readonly alice: Resident; readonly bob: Resident; readonly call: Call; readonly answered: Call };

async function connected(options: Parameters<Town['resident']>[2] = {}): Promise<Connected> {
  const town = new Town();
  const alice = await town.resident('alice', 'a1');
  const bob = await town.resident('bob', 'b1', options);
  const call = alice.call('bob');
  await town.time.advance(ms(100));
  bob.ringing.answer();
  await town.time.advance(ms(100));
  return { town, alice, bob, call, answered: bob.ringing };
}

function only<T>(values: readonly T[]): T {
  const [value, ...others] = values;
  if (value === undefined || others.length > 0) throw new Error(`${values.length} values where one was expected`);
  return value;
}
