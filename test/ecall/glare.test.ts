import { assert, asyncProperty, pre, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import type { Call } from '../../src/ecall/index.ts';
import { wins } from '../../src/econn/index.ts';
import { Town, type Arriving } from '../../src/testing/index.ts';
import { expectNothingLeft, howEnded, moment, pair, type Pair } from './pair.ts';

type Glare = Pair & { readonly loser: Call; readonly winner: Call };

/** Both call in the same instant, and each SETUP is still on its way. */
async function glare(): Promise<Glare> {
  const two = await pair();
  two.town.arrival = ({ message }) => (message.type === 'SETUP' && !message.resp ? 'hold' : 'hear');
  const loser = two.alice.call('bob');
  const winner = two.bob.call('alice');
  await two.town.time.advance(ms(0));
  expect(two.town.words).toEqual(['SETUP', 'SETUP']);
  return { ...two, loser, winner };
}

describe('two users who call each other at once', () => {
  it.each(['alice', 'bob'])('D02 are in one call without a ring when the SETUP of %s comes first', async (first) => {
    const { town, alice, bob, loser, winner } = await glare();

    town.arrival = () => 'hear';
    town.release(({ from }) => from.user === first);
    await moment(town);
    town.release();
    await moment(town);

    expect([loser.state, winner.state]).toEqual(['connected', 'connected']);
    expect([loser.direction, winner.direction]).toEqual(['outgoing', 'outgoing']);
    expect([alice.rang, bob.rang]).toEqual([[], []]);
    expect([alice.missed, bob.missed]).toEqual([[], []]);
    expect(town.words.filter((word) => word === 'CANCEL' || word === 'REJECT')).toEqual([]);
    expect(town.words.filter((word) => word === 'SETUP').length).toBeLessThanOrEqual(3);
    expect([alice.media.flows.length, bob.media.flows.length]).toEqual([1, 1]);
  });

  it('D01 D02 are in one call whoever they are', async () => {
    const id = string({ minLength: 1, maxLength: 4, unit: 'grapheme' });
    await assert(
      asyncProperty(id, id, id, async (one, other, device) => {
        pre(one.toLowerCase() !== other.toLowerCase());
        const town = new Town();
        const left = await town.resident(one, device);
        const right = await town.resident(other, device);

        const calls = [left.call(other), right.call(one)];
        await moment(town);

        expect(wins(left.self, right.self)).toBe(!wins(right.self, left.self));
        expect(calls.map(({ state }) => state)).toEqual(['connected', 'connected']);
        expect([...left.rang, ...right.rang]).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it("D04 stay in their call when the loser's SETUP comes after its answer", async () => {
    const { town, bob, loser, winner } = await glare();
    town.arrival = () => 'hear';
    town.release(({ from }) => from.user === 'bob');
    await moment(town);
    expect([loser.state, winner.state]).toEqual(['connected', 'connected']);

    town.release();
    await town.time.advance(seconds(30));

    expect([loser.state, winner.state]).toEqual(['connected', 'connected']);
    expect(bob.rang).toEqual([]);
    expect(town.words).toEqual(['SETUP', 'SETUP', 'SETUP(r)']);
  });

  it("D05 leave nobody ringing when the winner gives up before the loser's SETUP reaches him", async () => {
    const { town, alice, bob, loser, winner } = await glare();

    winner.end();
    town.arrival = () => 'hear';
    town.release();
    await town.time.settle();

    expect([loser.state, winner.state]).toEqual(['ended', 'ended']);
    expect(bob.rang.map(({ state }) => state)).toEqual(bob.rang.map(() => 'ended'));
    expect(town.time.now()).toBeLessThan(1000);
    expectNothingLeft(town, alice, bob);
  });

  it("D06 ring as usual when the loser gives up before the winner's SETUP reaches her", async () => {
    const { town, alice, bob, loser, winner } = await glare();

    loser.end();
    town.arrival = () => 'hear';
    town.release();
    await moment(town);

    expect(await howEnded(loser)).toBe('ended-locally');
    expect(winner.state).toBe('calling');
    expect(alice.rang).toHaveLength(1);
    expect(bob.rang).toHaveLength(0);
    alice.ringing.answer();
    await moment(town);
    expect([alice.ringing.state, winner.state]).toEqual(['connected', 'connected']);
  });

  it("D07 end when the winner's CANCEL comes while the loser prepares her answer", async () => {
    const { town, alice, bob, loser, winner } = await preparing();

    winner.end();
    await moment(town);

    expect([await howEnded(loser), await howEnded(winner)]).toEqual(['cancelled-by-peer', 'ended-locally']);
    expect(town.words).not.toContain('SETUP(r)');
    await town.time.settle();
    expect([alice.missed, bob.missed.length]).toEqual([[], 0]);
    expectNothingLeft(town, alice, bob);
  });

  it('D08 end when the loser gives up while she prepares her answer', async () => {
    const { town, alice, bob, loser, winner } = await preparing();

    loser.end();
    await town.time.settle();

    expect([await howEnded(loser), await howEnded(winner)]).toEqual(['ended-locally', 'cancelled-by-peer']);
    expect(town.words).not.toContain('SETUP(r)');
    expectNothingLeft(town, alice, bob);
  });

  it('D15 are both free again within a minute when the answer of the loser is lost', async () => {
    const { town, alice, bob, loser, winner } = await glare();
    town.arrival = ({ message }) => (message.type === 'SETUP' && message.resp ? 'lose' : 'hear');
    town.release();

    await town.time.settle();

    expect(town.time.now()).toBeLessThanOrEqual(60_000);
    expect([loser.state, winner.state]).toEqual(['ended', 'ended']);
    expect(await howEnded(loser)).toMatch(/timed-out|cancelled-by-peer/);
    expectNothingLeft(town, alice, bob);
  });
});

/** Alice has lost, and gathers candidates for her answer. */
async function preparing(): Promise<Glare> {
  const { town, alice, bob } = await pair();
  const loser = alice.call('bob');
  const winner = bob.call('alice');
  alice.media.behave({ gather: seconds(2) });
  await moment(town);
  expect([loser.state, winner.state]).toEqual(['connecting', 'calling']);
  return { town, alice, bob, loser, winner };
}

describe('a call whose offer is still being made when the other side calls', () => {
  it.each([['alice', 'bob'], ['bob', 'alice']])('D09 is answered without an offer of its own when %s is slower than %s', async (slow, fast) => {
    const { town, alice, bob } = await pair();
    const [late, early] = slow === 'alice' ? [alice, bob] : [bob, alice];
    late.media.behave({ gather: seconds(1) });

    const calls = [late.call(fast), early.call(slow)];
    await town.time.advance(seconds(5));

    expect(calls.map(({ state }) => state)).toEqual(['connected', 'connected']);
    expect(town.words).toEqual(['SETUP', 'SETUP(r)']);
    expect([alice.rang, bob.rang]).toEqual([[], []]);
    expect(late.media.flows).toHaveLength(1);
  });

  it('D09 is no missed call when the other side gives up before it is answered', async () => {
    const { town, alice, bob } = await pair();
    alice.media.behave({ gather: seconds(1) });
    const ours = alice.call('bob');
    const theirs = bob.call('alice');
    await moment(town);

    theirs.end();
    await town.time.settle();

    expect([await howEnded(ours), await howEnded(theirs)]).toEqual(['cancelled-by-peer', 'ended-locally']);
    expect((await ours.whenEnded()).missed).toBe(false);
    expect(alice.missed).toEqual([]);
    expectNothingLeft(town, alice, bob);
  });
});

describe('a call to oneself', () => {
  it('D12 is refused at once', async () => {
    const { town, alice } = await pair();

    expect(() => alice.call('Alice')).toThrow(/another user/);
    await town.time.settle();

    expect(town.posted).toEqual([]);
    expectNothingLeft(town, alice);
  });
});

describe('a connected call', () => {
  it('D13 is not disturbed by a delayed SETUP of before', async () => {
    const { town, alice, bob } = await pair();
    town.arrival = ({ message }: Arriving) => (message.type === 'SETUP' && !message.resp ? 'hold' : 'hear');
    alice.call('bob').end();
    const first = alice.call('bob');
    await moment(town);
    first.end();
    await moment(town);
    town.arrival = () => 'hear';
    const second = alice.call('bob');
    await moment(town);
    bob.ringing.answer();
    await moment(town);
    expect(second.state).toBe('connected');

    town.release();
    await town.time.advance(seconds(10));

    expect([second.state, bob.ringing.state]).toEqual(['connected', 'connected']);
    expect(bob.rang).toHaveLength(1);
    expect(bob.media.flows).toHaveLength(1);
  });
});
