import { describe, expect, it } from 'vitest';
import { ms, seconds, type DurationMs } from '../../src/base/units.ts';
import type { Resident, Town } from '../../src/testing/index.ts';
import { count, expectNothingLeft, howEnded, moment, pair, ringing, talking } from './pair.ts';

describe('a call that nobody answers', () => {
  it('C01 C02 ends after a minute on both sides, with one CANCEL and one missed call', async () => {
    const { town, alice, bob, call, answered } = await ringing();

    await town.time.advance(ms(59_899));
    expect([call.state, answered.state]).toEqual(['calling', 'ringing']);
    await town.time.settle();

    expect(town.time.now()).toBe(60_000);
    expect([await howEnded(call), await howEnded(answered)]).toEqual(['timed-out', 'timed-out']);
    expect(town.words).toEqual(['SETUP', 'CANCEL']);
    expect([alice.missed.length, bob.missed.length]).toEqual([0, 1]);
    expectNothingLeft(town, alice, bob);
  });

  it('C02 G13 stops ringing by itself when its CANCEL never comes', async () => {
    const { town, alice, bob, call, answered } = await ringing();
    town.fate = ({ message }) => (message.type === 'CANCEL' ? 'lose' : 'deliver');

    call.end();
    await town.time.settle();

    expect(await howEnded(answered)).toBe('timed-out');
    expect(town.time.now()).toBe(60_000);
    expect(bob.missed).toHaveLength(1);
    expectNothingLeft(town, alice, bob);
  });
});

describe('an answer in the last moment', () => {
  it('C03 takes the call a millisecond before its time is over, and nothing ends it later', async () => {
    const { town, call, answered } = await ringing();
    await town.time.advance(ms(59_899));

    answered.answer();
    await town.time.advance(seconds(120));

    expect([call.state, answered.state]).toEqual(['connected', 'connected']);
    expect(town.words).toEqual(['SETUP', 'SETUP(r)']);
  });

  it('C04 is refused a millisecond after it, and its sender does not stay alone', async () => {
    const { town, alice, bob, call, answered } = await ringing();
    town.arrival = ({ to }) => (to.user === 'alice' ? 'hold' : 'hear');
    await town.time.advance(ms(59_000));
    answered.answer();
    await town.time.advance(ms(901));
    expect(await howEnded(call)).toBe('timed-out');

    town.release();
    await town.time.settle();

    expect(answered.state).toBe('ended');
    expect(town.words).toEqual(['SETUP', 'SETUP(r)', 'CANCEL', 'CANCEL']);
    expectNothingLeft(town, alice, bob);
  });
});

describe('a SETUP that the backend held', () => {
  it.each([0, 59_999, 60_000])('C05 rings at the age of %i ms, for what is left of its minute but at least a second', async (age) => {
    const { town, bob } = await late(ms(age));
    const rangAt = town.time.now();

    expect(bob.ringing.state).toBe('ringing');
    await town.time.settle();

    expect(await howEnded(bob.ringing)).toMatch(/timed-out|cancelled-by-peer/);
    expect(town.time.now() - rangAt).toBeLessThanOrEqual(Math.max(1000, 60_000 - age));
    expect(bob.missed).toHaveLength(1);
  });

  it.each([60_001, 86_400_000])('C06 never rings at the age of %i ms: it was missed, once, and nobody is told', async (age) => {
    const { town, bob } = await late(ms(age));
    await town.time.settle();

    expect(bob.rang).toHaveLength(0);
    expect(bob.missed).toHaveLength(1);
    expect(town.posted.filter(({ from }) => from.user === 'bob')).toHaveLength(0);
  });

  /** Alice calls, and her device dies; Bob's device comes back from a dead spot after `age`. */
  async function late(age: DurationMs): Promise<{ readonly town: Town; readonly bob: Resident }> {
    const { town, alice, bob } = await pair();
    town.hub.partition(bob.self);
    alice.call('bob');
    await town.time.advance(ms(0));
    alice.crash();
    await town.time.advance(age);
    town.hub.heal(bob.self);
    await town.time.advance(ms(0));
    return { town, bob };
  }
});

describe('a wall clock that is wrong', () => {
  it.each([300_000, -300_000])('C07 never makes a ring longer than a minute when it is %i ms off', async (off) => {
    const { town, alice, bob } = await pair();
    town.hub.partition(bob.self);
    const call = alice.call('bob');
    await town.time.advance(seconds(1));
    town.time.jumpWallClock(ms(off));
    town.hub.heal(bob.self);
    await town.time.settle();

    expect(town.time.now()).toBeLessThanOrEqual(61_000);
    expect(bob.missed).toHaveLength(1);
    expect(call.state).toBe('ended');
    expectNothingLeft(town, alice, bob);
  });

  it('C13 moves no deadline when it is set back and forth while a call rings and lives', async () => {
    const unanswered = await ringing();
    unanswered.town.time.jumpWallClock(ms(3_600_000));
    await unanswered.town.time.settle();
    expect(unanswered.town.time.now()).toBe(60_000);

    const { town, call, answered } = await talking();
    town.time.jumpWallClock(ms(-3_600_000));
    await town.time.advance(seconds(60));
    town.time.jumpWallClock(ms(7_200_000));
    await town.time.advance(seconds(60));

    expect([call.state, answered.state]).toEqual(['connected', 'connected']);
    expect(town.words).toEqual(['SETUP', 'SETUP(r)']);
  });
});

describe('a call that was taken but does not connect', () => {
  it('C08 ends on both sides after fifteen seconds, and the backend hears CANCEL', async () => {
    const { town, alice, bob, call, answered } = await ringing({ behaviour: { channelOpensAfter: 'never' } });
    answered.answer();
    const ends = [count(call, 'ended'), count(answered, 'ended')];

    await town.time.advance(ms(14_999));
    expect([call.state, answered.state]).toEqual(['connecting', 'connecting']);
    await town.time.settle();

    expect(town.time.now()).toBe(15_100);
    expect(ends.map((times) => times())).toEqual([1, 1]);
    const reasons = [await howEnded(call), await howEnded(answered)];
    expect(reasons).toContain('timed-out');
    expect(reasons.every((reason) => reason === 'timed-out' || reason === 'cancelled-by-peer')).toBe(true);
    expect(town.words.filter((word) => word === 'CANCEL').length).toBeLessThanOrEqual(2);
    expectNothingLeft(town, alice, bob);
  });
});

describe('a connected call in which nothing is heard', () => {
  it('C09 tells that no media came within ten seconds, and goes on', async () => {
    const { town, call } = await talking();
    const told = count(call, 'no-media');

    await town.time.advance(seconds(9));
    expect(told()).toBe(0);
    await town.time.advance(seconds(30));

    expect(told()).toBe(1);
    expect(call.state).toBe('connected');
  });

  it('C09 is of no interest any more while it is being hung up', async () => {
    const { town, alice, bob, call } = await talking();
    const told = count(call, 'no-media');
    await town.time.advance(seconds(9));
    town.cut(alice, bob);

    call.end();
    await town.time.settle();

    expect(told()).toBe(0);
    expectNothingLeft(town, alice, bob);
  });

  it('C09 ends when the policy says so, and writes its figures', async () => {
    const { town, alice, bob, call, answered } = await talking({ policy: { whenNoMedia: 'close' } }, {});

    await town.time.settle();

    const { reason, metrics } = await call.whenEnded();
    expect(reason).toEqual({ type: 'media-failed', failure: 'no-path' });
    expect(metrics.audio.received).toBe(0);
    expect(metrics.duration).toBe(10_000);
    expect(await howEnded(answered)).toBe('ended-by-peer');
    expectNothingLeft(town, alice, bob);
  });
});

describe('a process that slept over its deadlines', () => {
  it('C12 finds the call over before it looks at the answer that came meanwhile', async () => {
    const { town, alice, bob, call, answered } = await ringing();
    town.arrival = ({ to }) => (to.user === 'alice' ? 'hold' : 'hear');
    answered.answer();
    await moment(town);

    town.time.oversleep(seconds(90));
    town.release();
    await town.time.advance(ms(0));

    expect(await howEnded(call)).toBe('timed-out');
    expect(town.posted.filter(({ from }) => from.user === 'alice').map(({ message }) => message.type)).toEqual(['SETUP', 'CANCEL', 'CANCEL']);
    await town.time.settle();
    expect(answered.state).toBe('ended');
    expectNothingLeft(town, alice, bob);
  });

  it('C14 goes on with its call after ten minutes, and ends nothing twice', async () => {
    const { town, alice, bob, call, answered } = await talking();
    const ends = [count(call, 'ended'), count(answered, 'ended')];

    town.time.oversleep(seconds(600));
    await town.time.advance(seconds(40));

    expect([call.state, answered.state]).toEqual(['connected', 'connected']);
    expect([alice.media.flows.length, bob.media.flows.length]).toEqual([1, 1]);
    call.end();
    await town.time.settle();
    expect(ends.map((times) => times())).toEqual([1, 1]);
    expectNothingLeft(town, alice, bob);
  });

  it('C12 does what it would have done on time, in the same order', async () => {
    const run = async (sleep: boolean): Promise<readonly string[]> => {
      const { town, call } = await ringing();
      if (sleep) town.time.oversleep(seconds(120));
      await town.time.settle();
      return [...town.words, ...call.trace().entries.map(({ input, outputs }) => `${input.type}: ${outputs.map(({ type }) => type).join()}`)];
    };

    expect(await run(true)).toEqual(await run(false));
  });
});
