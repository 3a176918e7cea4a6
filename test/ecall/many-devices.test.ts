import { describe, expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import { Town, wordFor, type Resident } from '../../src/testing/index.ts';
import type { Call } from '../../src/ecall/index.ts';
import { expectNothingLeft, howEnded, moment } from './pair.ts';

type Household = { readonly town: Town; readonly alice: Resident; readonly phone: Resident; readonly tablet: Resident };

/** Alice, and Bob with a phone and a tablet. */
async function household(): Promise<Household> {
  const town = new Town();
  return { town, alice: await town.resident('alice', 'a1'), phone: await town.resident('bob', 'b1'), tablet: await town.resident('bob', 'b2') };
}

async function ringingBoth(): Promise<Household & { readonly call: Call }> {
  const home = await household();
  const call = home.alice.call('bob');
  await moment(home.town);
  expect([home.phone.ringing.state, home.tablet.ringing.state]).toEqual(['ringing', 'ringing']);
  return { ...home, call };
}

describe('a call that rings on two devices', () => {
  it('E01 stops on the other one when the first takes it, and was not missed there', async () => {
    const { town, call, phone, tablet } = await ringingBoth();

    tablet.ringing.answer();
    await moment(town);

    expect([call.state, tablet.ringing.state]).toEqual(['connected', 'connected']);
    expect(call.peer.device).toEqual(tablet.self);
    expect(await howEnded(phone.ringing)).toBe('answered-elsewhere');
    expect(phone.missed).toEqual([]);
    expect(town.words).toEqual(['SETUP', 'SETUP(r)']);
  });

  it('E02 times out on both, missed once on each', async () => {
    const { town, alice, call, phone, tablet } = await ringingBoth();

    await town.time.settle();

    expect([await howEnded(call), await howEnded(phone.ringing), await howEnded(tablet.ringing)]).toEqual(['timed-out', 'timed-out', 'timed-out']);
    expect([phone.missed.length, tablet.missed.length]).toEqual([1, 1]);
    expectNothingLeft(town, alice, phone, tablet);
  });

  it.each(['b1', 'b2'])('E03 is taken by exactly one when both answer at once and %s is heard first', async (first) => {
    const { town, call, phone, tablet } = await ringingBoth();
    town.arrival = ({ to }) => (to.user === 'alice' ? 'hold' : 'hear');
    phone.ringing.answer();
    tablet.ringing.answer();
    await moment(town);

    town.arrival = () => 'hear';
    town.release(({ from }) => from.device === first);
    town.release();
    await moment(town);

    const [taker, other] = first === 'b1' ? [phone, tablet] : [tablet, phone];
    expect([call.state, taker.ringing.state]).toEqual(['connected', 'connected']);
    expect(await howEnded(other.ringing)).toBe('answered-elsewhere');
    expect(other.media.flows).toHaveLength(0);
    expect(other.missed).toEqual([]);
  });

  it.each(['SETUP(r)', 'REJECT'])('E05 has one outcome everywhere when one answers and the other declines at once and the %s is heard first', async (first) => {
    const { town, alice, call, phone, tablet } = await ringingBoth();
    town.arrival = () => 'hold';
    phone.ringing.reject();
    tablet.ringing.answer();
    await moment(town);

    town.arrival = () => 'hear';
    town.release(({ message }) => wordFor(message) === first);
    await moment(town);
    town.release();
    await town.time.advance(seconds(20));

    expect(phone.ringing.state).toBe('ended');
    expect(tablet.ringing.state).toBe(call.state);
    expect(['connected', 'ended']).toContain(call.state);
    call.end();
    await town.time.settle();
    expectNothingLeft(town, alice, phone, tablet);
  });

  it('E06 does not ring on the other devices of its caller', async () => {
    const { town, phone } = await ringingBoth();
    const watch = await town.resident('alice', 'a2');
    phone.ringing.answer();
    await moment(town);

    expect(watch.rang).toEqual([]);
    expect(watch.missed).toEqual([]);
    expect(watch.engine.timers).toBe(0);
  });

  it('E12 tells a device whose answer comes too late, and only that one', async () => {
    const { town, call, phone, tablet } = await ringingBoth();
    town.arrival = ({ from, message }) => (from.device === 'b1' || (from.device === 'b2' && message.type === 'SETUP' && message.resp) ? (from.device === 'b2' ? 'hold' : 'hear') : 'hear');
    tablet.ringing.answer();
    phone.ringing.answer();
    await moment(town);
    expect(call.peer.device).toEqual(phone.self);

    town.release();
    await moment(town);

    expect([call.state, phone.ringing.state]).toEqual(['connected', 'connected']);
    expect(await howEnded(tablet.ringing)).toBe('answered-elsewhere');
    expect(town.posted.filter(({ message }) => message.type === 'CANCEL').map(({ to }) => to)).toEqual([{ type: 'devices', devices: [tablet.self] }]);
  });
});

describe('a device that hears of a call only after another one settled it', () => {
  it('E10 does not ring when another device of its user took it', async () => {
    const { town, alice, phone, tablet } = await household();
    town.arrival = ({ to, message }) => (to.device === 'b2' && wordFor(message) === 'SETUP' ? 'hold' : 'hear');
    const call = alice.call('bob');
    await moment(town);
    phone.ringing.answer();
    await moment(town);

    town.release();
    await moment(town);

    expect(tablet.rang).toEqual([]);
    expect(tablet.missed).toEqual([]);
    expect([call.state, phone.ringing.state]).toEqual(['connected', 'connected']);
  });

  it('E11 does not ring when another device of its user declined it', async () => {
    const { town, alice, phone, tablet } = await household();
    town.arrival = ({ to, message }) => (to.device === 'b2' && wordFor(message) === 'SETUP' ? 'hold' : 'hear');
    alice.call('bob');
    await moment(town);
    phone.ringing.reject();
    await moment(town);

    town.release();
    await town.time.settle();

    expect(tablet.rang).toEqual([]);
    expect(tablet.missed).toEqual([]);
    expectNothingLeft(town, alice, phone, tablet);
  });

  it('E11 rings not at all when it comes back to a call that another one took', async () => {
    const { town, alice, phone, tablet } = await household();
    town.hub.partition(tablet.self);
    const call = alice.call('bob');
    await moment(town);
    phone.ringing.answer();
    await town.time.advance(seconds(30));

    const rings: string[] = [];
    tablet.engine.on('incoming', () => rings.push('ring'));
    town.hub.heal(tablet.self);
    await town.time.advance(ms(10));

    expect(call.state).toBe('connected');
    expect(tablet.engine.calls).toEqual([]);
    expect(tablet.missed).toEqual([]);
    expect(rings.length).toBeLessThanOrEqual(1);
  });
});

describe('two devices of one user that call the same device', () => {
  it('D11 are one call there: the first rings, the other hears that it is busy', async () => {
    const town = new Town();
    const [phone, tablet] = [await town.resident('alice', 'a1'), await town.resident('alice', 'a2')];
    const bob = await town.resident('bob', 'b1');

    const first = phone.call('bob');
    const second = tablet.call('bob');
    await moment(town);
    bob.ringing.answer();
    await moment(town);

    expect(bob.rang).toHaveLength(1);
    expect(bob.ringing.peer.device).toEqual(phone.self);
    expect([first.state, bob.ringing.state]).toEqual(['connected', 'connected']);
    expect(await howEnded(second)).toBe('busy');
    expect(bob.media.created).toBe(1);
  });
});
