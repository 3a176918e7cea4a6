import { describe, expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import { MemoryStore } from '../../src/index.ts';
import { Town, type Resident } from '../../src/testing/index.ts';
import { howEnded, moment } from './pair.ts';

describe('O03 a page that goes away without knowing whether it comes back', () => {
  it('ends its call at the other end when it does not come back within the span', async () => {
    const { town, alice, answered } = await inCall();
    await leave(alice, town);
    await town.time.advance(ms(690));
    expect(answered.state).not.toBe('ended');
    await town.time.advance(ms(100));
    expect(await howEnded(answered)).toBe('ended-by-peer');
  });

  it('goes on with its call when it does, and nobody hears of the will', async () => {
    const { town, store, alice, answered } = await inCall();
    await leave(alice, town);
    await town.time.advance(ms(500));
    const reborn = await town.resident('alice', 'a1', { store });
    await town.time.advance(seconds(5));
    expect([reborn.engine.calls[0]?.state, answered.state]).toEqual(['connected', 'connected']);
  });

  it('goes on with a call that was connected long ago', async () => {
    const { town, store, alice, answered } = await inCall();
    await town.time.advance(seconds(600));
    await leave(alice, town);
    await town.time.advance(ms(500));
    const reborn = await town.resident('alice', 'a1', { store });
    await town.time.advance(seconds(5));
    expect([reborn.engine.calls[0]?.state, answered.state]).toEqual(['connected', 'connected']);
  });

  it('rings on when it comes back, and can be answered', async () => {
    const { town, bobsStore, bob, call } = await ringing();
    await leave(bob, town);
    await town.time.advance(ms(500));
    const reborn = await town.resident('bob', 'b1', { store: bobsStore });
    await moment(town);
    reborn.ringing.answer();
    await moment(town);
    expect([call.state, reborn.ringing.state]).toEqual(['connected', 'connected']);
  });

  it('takes its unanswered call back', async () => {
    const { town, alice, bob } = await ringing();
    await leave(alice, town);
    await town.time.advance(seconds(1));
    expect(await howEnded(bob.ringing)).toBe('cancelled-by-peer');
  });

  it('declines nothing: the caller rings on, for other devices and until the time is over', async () => {
    const { town, bob, call } = await ringing();
    await leave(bob, town);
    await town.time.advance(seconds(10));
    expect(call.state).toBe('calling');
  });

  it('changes nothing when it stays', async () => {
    const { town, alice, call, answered } = await inCall();
    const before = JSON.stringify(alice.engine.save());
    alice.engine.leave();
    await town.time.advance(ms(100));
    expect([call.state, answered.state]).toEqual(['connected', 'connected']);
    expect(JSON.parse(JSON.stringify(alice.engine.save()))).toMatchObject({ conversations: [{ econn: (JSON.parse(before) as { conversations: [{ econn: object }] }).conversations[0].econn }] });
  });
});

/** What a page does when it is hidden for good: what it says then still leaves. */
async function leave(resident: Resident, town: Town): Promise<void> {
  resident.engine.leave();
  await town.time.advance(ms(1));
  resident.crash();
}

async function ringing(): Promise<{ readonly town: Town; readonly store: MemoryStore; readonly bobsStore: MemoryStore; readonly alice: Resident; readonly bob: Resident; readonly call: ReturnType<Resident['call']> }> {
  const [town, store, bobsStore] = [new Town(), new MemoryStore(), new MemoryStore()];
  const alice = await town.resident('alice', 'a1', { store });
  const bob = await town.resident('bob', 'b1', { store: bobsStore });
  const call = alice.call('bob');
  await moment(town);
  return { town, store, bobsStore, alice, bob, call };
}

async function inCall(): Promise<Awaited<ReturnType<typeof ringing>> & { readonly answered: Resident['ringing'] }> {
  const scene = await ringing();
  scene.bob.ringing.answer();
  await moment(scene.town);
  expect(scene.call.state).toBe('connected');
  return { ...scene, answered: scene.bob.ringing };
}
