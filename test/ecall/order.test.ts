import { describe, expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import { Town, wordFor, type Resident } from '../../src/testing/index.ts';
import { b1, b2, offer } from '../econn/cast.ts';
import { cancel, setup, setupAnswer } from '../econn/letters.ts';
import { Hand } from './hand.ts';
import { count, expectNothingLeft, howEnded, moment, pair, ringing, talking } from './pair.ts';

/** Alice, and Bob's two devices by hand. */
async function aliceAndHands(): Promise<{ readonly town: Town; readonly alice: Resident; readonly bob: Hand; readonly tablet: Hand }> {
  const town = new Town();
  const alice = await town.resident('alice', 'a1');
  return { town, alice, bob: await Hand.of(town, b1), tablet: await Hand.of(town, b2) };
}

describe('a CANCEL that overtakes its SETUP', () => {
  it('G01 keeps it from ringing: one missed call', async () => {
    const { town, alice, bob } = await aliceAndHands();

    await bob.say(alice.self, cancel(offer(b1, 1)), setup(offer(b1, 1)));
    await town.time.settle();

    expect(alice.rang).toHaveLength(0);
    expect(alice.missed).toHaveLength(1);
    expect(bob.heard).toEqual([]);
    expectNothingLeft(town, alice);
  });

  it('G02 does not concern a newer SETUP of the same device', async () => {
    const { town, alice, bob } = await aliceAndHands();

    await bob.say(alice.self, cancel(offer(b1, 1)), setup(offer(b1, 2)));
    await moment(town);

    expect(alice.ringing.state).toBe('ringing');
  });

  it('G03 concerns just the calls it names, also among those of another device', async () => {
    const { town, alice, bob, tablet } = await aliceAndHands();

    await bob.say(alice.self, cancel(offer(b1, 1)));
    await tablet.say(alice.self, cancel(offer(b2, 1)));
    await bob.say(alice.self, cancel(offer(b1, 2)), setup(offer(b1, 1)), setup(offer(b1, 2)));
    await tablet.say(alice.self, setup(offer(b2, 1)));
    await moment(town);
    expect(alice.rang).toHaveLength(0);
    expect(alice.missed).toHaveLength(3);
    await tablet.say(alice.self, setup(offer(b2, 2)));
    await moment(town);

    expect(alice.rang).toHaveLength(1);
    expect(alice.ringing.peer.device).toEqual(b2);
  });

  it('G11 is a missed call also when its SETUP never comes', async () => {
    const { town, alice, bob, call } = await lostSetup();

    call.end();
    await town.time.settle();

    expect(bob.rang).toHaveLength(0);
    expect(bob.missed).toHaveLength(1);
    expectNothingLeft(town, alice, bob);
  });

  async function lostSetup() {
    const two = await pair();
    two.town.fate = ({ message }) => (message.type === 'SETUP' ? 'lose' : 'deliver');
    const call = two.alice.call('bob');
    await moment(two.town);
    return { ...two, call };
  }
});

describe('a SETUP that comes again', () => {
  it('G04 while it rings, neither rings twice nor rings longer', async () => {
    const { town, alice, bob } = await aliceAndHands();
    await bob.say(alice.self, setup(offer(b1, 1)));
    await town.time.advance(seconds(30));

    await bob.say(alice.self, setup(offer(b1, 1)));
    await town.time.settle();

    expect(alice.rang).toHaveLength(1);
    expect(await howEnded(alice.ringing)).toBe('timed-out');
    expect(town.time.now()).toBe(60_000);
    expect(alice.missed).toHaveLength(1);
  });

  it('G05 after it was answered, is answered with the very same words and resets nothing', async () => {
    const { town, bob, call, answered } = await ringing({ behaviour: { channelOpensAfter: seconds(1) } });
    const [first] = town.posted;
    answered.answer();
    await moment(town);
    if (first === undefined) throw new Error('no SETUP was sent');

    const again = await Hand.of(town, { user: 'alice', device: 'a1' });
    await again.say(bob.self, first.message);
    await moment(town);

    const answers = town.posted.filter(({ message }) => wordFor(message) === 'SETUP(r)');
    expect(answers.map(({ message }) => message)).toEqual([answers[0]?.message, answers[0]?.message]);
    await town.time.advance(seconds(5));
    expect([call.state, answered.state]).toEqual(['connected', 'connected']);
    expect(bob.media.created).toBe(1);
  });

  it('G05 in a connected call, changes nothing', async () => {
    const { town, alice, bob, call, answered } = await repeating();
    answered.answer();
    await town.time.advance(seconds(5));

    expect([call.state, answered.state]).toEqual(['connected', 'connected']);
    expect([alice.media.created, bob.media.created]).toEqual([1, 1]);
  });

  it('G06 after its call has ended, does nothing', async () => {
    const { town, alice, bob } = await aliceAndHands();
    await bob.say(alice.self, setup(offer(b1, 1)), cancel(offer(b1, 1)));
    await moment(town);

    await bob.say(alice.self, setup(offer(b1, 1)));
    await town.time.settle();

    expect(alice.rang).toHaveLength(1);
    expect(alice.missed).toHaveLength(1);
    expectNothingLeft(town, alice);
  });

  it('G07 makes no difference when each message of a call comes twice', async () => {
    const { town, alice, bob, call, answered } = await repeating();
    answered.answer();
    await moment(town);
    const connections = [call.state, answered.state];
    const ends = [count(call, 'ended'), count(answered, 'ended')];

    call.end();
    await town.time.settle();

    expect(connections).toEqual(['connected', 'connected']);
    expect(bob.rang).toHaveLength(1);
    expect(ends.map((times) => times())).toEqual([1, 1]);
    expect(town.words).not.toContain('CANCEL');
    expectNothingLeft(town, alice, bob);
  });

  it('G10 makes no difference when its CANCEL comes twice', async () => {
    const { town, alice, bob, call, answered } = await repeating();
    const ends = count(answered, 'ended');

    call.end();
    await town.time.settle();

    expect(ends()).toBe(1);
    expect(bob.missed).toHaveLength(1);
    expectNothingLeft(town, alice, bob);
  });

  async function repeating() {
    const two = await pair();
    two.town.arrival = () => 'repeat';
    const call = two.alice.call('bob');
    await moment(two.town);
    return { ...two, call, answered: two.bob.ringing };
  }
});

describe('an answer that nobody waits for', () => {
  it('G08 belongs to an earlier attempt: its sender is told, and the new attempt goes on', async () => {
    const { town, alice, bob, call, answered } = await ringing({ policy: { answerRecall: false } });
    town.arrival = ({ message }) => (wordFor(message) === 'SETUP(r)' || message.type === 'CANCEL' ? 'hold' : 'hear');
    answered.answer();
    await moment(town);
    call.end();
    await moment(town);
    const second = alice.call('bob');
    await moment(town);

    town.arrival = () => 'hear';
    town.release();
    await moment(town);

    expect(second.state).toBe('calling');
    expect(answered.state).toBe('ended');
    const [first] = town.posted;
    const stray = town.posted.filter(({ message }) => message.type === 'CANCEL').at(-1);
    expect(stray?.message).toMatchObject({ call: first?.message.type === 'SETUP' ? first.message.call : undefined });
    expect(bob.ringing.state).toBe('ringing');
  });

  it('G09 in idle is answered with CANCEL', async () => {
    const { town, alice, bob } = await aliceAndHands();
    const withdrawn = alice.call('bob');
    await moment(town);
    withdrawn.end();
    await moment(town);
    const [attempt] = bob.heard;
    if (attempt?.type !== 'SETUP' || attempt.call === undefined) throw new Error('no SETUP was heard');

    await bob.say(alice.self, setupAnswer(attempt.call));
    await town.time.settle();

    expect(bob.heard.map(wordFor)).toEqual(['SETUP', 'CANCEL', 'CANCEL']);
    expectNothingLeft(town, alice);
  });

  it('G09 is no business of ours when it answers somebody else', async () => {
    const { town, alice, bob } = await aliceAndHands();
    await bob.say(alice.self, setupAnswer(offer({ user: 'alice', device: 'a2' }, 7)));
    await town.time.settle();

    expect(bob.heard.map(wordFor)).toEqual([]);
  });
});

describe('a message that is lost', () => {
  it('G12 was the answer: its sender ends when no channel opens, its caller within a minute', async () => {
    const { town, alice, bob, call, answered } = await ringing();
    town.fate = ({ message }) => (wordFor(message) === 'SETUP(r)' ? 'lose' : 'deliver');

    answered.answer();
    await town.time.advance(seconds(15));
    expect(await howEnded(answered)).toBe('timed-out');
    await town.time.settle();

    expect(await howEnded(call)).toBe('cancelled-by-peer');
    expect(town.words.slice(0, 3)).toEqual(['SETUP', 'SETUP(r)', 'CANCEL']);
    expectNothingLeft(town, alice, bob);
  });

  it('G14 was the CANCEL of a call being connected: the other side ends when no channel opens', async () => {
    const { town, alice, bob, call, answered } = await ringing({ behaviour: { channelOpensAfter: 'never' } });
    answered.answer();
    await moment(town);
    town.fate = ({ message }) => (message.type === 'CANCEL' ? 'lose' : 'deliver');

    call.end();
    await town.time.settle();

    expect(await howEnded(call)).toBe('ended-locally');
    expect(answered.state).toBe('ended');
    expect(town.time.now()).toBeLessThanOrEqual(15_100);
    expectNothingLeft(town, alice, bob);
  });
});

describe('a backend that refuses', () => {
  it('G16 SETUP ends the call at once, without CANCEL', async () => {
    const { town, alice } = await pair();
    town.fate = () => 'refuse';

    const call = alice.call('bob');
    await town.time.settle();

    expect(await howEnded(call)).toBe('backend-failed');
    expect(town.words).toEqual(['SETUP']);
    expect(town.time.now()).toBe(0);
    expectNothingLeft(town, alice);
  });

  it('G17 the answer ends the call for who answered', async () => {
    const { town, alice, bob, call, answered } = await ringing();
    town.fate = ({ message }) => (wordFor(message) === 'SETUP(r)' ? 'refuse' : 'deliver');

    answered.answer();
    await moment(town);

    expect(await howEnded(answered)).toBe('backend-failed');
    await town.time.settle();
    expect(call.state).toBe('ended');
    expectNothingLeft(town, alice, bob);
  });

  it.each(['CANCEL', 'REJECT'] as const)('G17 %s ends the call here at once; it is tried again, with patience', async (type) => {
    const { town, alice, bob, call, answered } = await ringing();
    let refusals = 0;
    town.fate = ({ message, to }) => (message.type === type && to.type === (type === 'CANCEL' ? 'users' : 'devices') && refusals++ < 4 ? 'refuse' : 'deliver');

    if (type === 'CANCEL') call.end();
    else answered.reject();
    await moment(town);
    expect(type === 'CANCEL' ? call.state : answered.state).toBe('ended');
    expect(type === 'CANCEL' ? answered.state : call.state).not.toBe('ended');
    await town.time.settle();

    expect(refusals).toBe(5);
    expect(town.time.now()).toBe(200 - 100 + 1000 + 2000 + 4000 + 8000);
    expect([call.state, answered.state]).toEqual(['ended', 'ended']);
    expectNothingLeft(town, alice, bob);
  });

  it('G17 UPDATE keeps the call on its old flow, and it is sent again', async () => {
    const { town, call, answered } = await talking();
    let refusals = 0;
    town.fate = ({ message }) => (message.type === 'UPDATE' && refusals++ < 1 ? 'refuse' : 'deliver');

    call.renew();
    await town.time.advance(seconds(10));

    expect([call.state, answered.state]).toEqual(['connected', 'connected']);
    expect(town.words.filter((word) => word === 'UPDATE')).toHaveLength(2);
  });

  it('G18 lets no CANCEL overtake a SETUP that takes its time', async () => {
    const { town, alice, bob } = await pair();
    town.fate = ({ message }) => (message.type === 'SETUP' ? 'stall' : 'deliver');
    const call = alice.call('bob');
    await town.time.advance(seconds(3));

    call.end();
    await town.time.advance(seconds(17));
    expect(town.words).toEqual(['SETUP']);
    town.release();
    await town.time.advance(ms(0));
    await town.time.settle();

    expect(town.words).toEqual(['SETUP', 'CANCEL']);
    expect(await howEnded(call)).toBe('ended-locally');
    expect(bob.rang.map(({ state }) => state)).toEqual(['ended']);
    expectNothingLeft(town, alice, bob);
  });
});
