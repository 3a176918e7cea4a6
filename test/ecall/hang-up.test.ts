import { describe, expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import { count, expectNothingLeft, howEnded, moment, pair, ringing, said, talking } from './pair.ts';

describe('a connected call', () => {
  it('B04 ends with one HANGUP when the called side hangs up', async () => {
    const { town, alice, bob, call, answered } = await talking();

    answered.end();
    await town.time.settle();

    expect(await howEnded(answered)).toBe('ended-locally');
    expect(await howEnded(call)).toBe('ended-by-peer');
    expect(said(answered).filter((word) => word === 'HANGUP')).toHaveLength(1);
    expect(town.words).toEqual(['SETUP', 'SETUP(r)']);
    expectNothingLeft(town, alice, bob);
  });

  it('B05 ends once on each side when both hang up in the same instant', async () => {
    const { town, alice, bob, call, answered } = await talking();
    const ends = [count(call, 'ended'), count(answered, 'ended')];

    call.end();
    answered.end();
    await town.time.settle();

    expect(ends.map((times) => times())).toEqual([1, 1]);
    expect([await howEnded(call), await howEnded(answered)]).toEqual(['ended-locally', 'ended-locally']);
    expect([said(call), said(answered)].map((words) => words.filter((word) => word.startsWith('HANGUP')))).toEqual([['HANGUP'], ['HANGUP']]);
    expect(town.words).toEqual(['SETUP', 'SETUP(r)']);
    expectNothingLeft(town, alice, bob);
  });

  it('C10 G15 ends within five seconds when the peer never acknowledges, and says it over the backend after one', async () => {
    const { town, alice, bob, call, answered } = await talking();
    town.cut(alice, bob);
    const hungUpAt = town.time.now();

    call.end();
    await town.time.advance(ms(999));
    expect(town.words).toEqual(['SETUP', 'SETUP(r)']);
    await town.time.advance(ms(1));
    expect(town.words).toEqual(['SETUP', 'SETUP(r)', 'CANCEL']);
    await moment(town);
    expect(await howEnded(answered)).toBe('ended-by-peer');
    await town.time.settle();

    expect(await howEnded(call)).toBe('ended-locally');
    expect(town.time.now() - hungUpAt).toBeLessThanOrEqual(5000);
    expectNothingLeft(town, alice, bob);
  });

  it('C10 G15 ends on both sides when neither HANGUP nor CANCEL arrives', async () => {
    const { town, alice, bob, call, answered } = await talking();
    town.cut(alice, bob);
    town.fate = ({ message }) => (message.type === 'CANCEL' ? 'lose' : 'deliver');

    call.end();
    await town.time.advance(seconds(5));
    expect(await howEnded(call)).toBe('ended-locally');
    await town.time.settle();

    expect(await howEnded(answered)).toBe('lost');
    expectNothingLeft(town, alice, bob);
  });

  it('G10 closes once when HANGUP and CANCEL both arrive', async () => {
    const { town, alice, bob, call, answered } = await talking();
    const ends = [count(call, 'ended'), count(answered, 'ended')];
    town.cut(alice, bob);
    town.arrival = ({ message }) => (message.type === 'CANCEL' ? 'hold' : 'hear');

    call.end();
    await town.time.advance(seconds(2));
    town.heal(alice, bob);
    await moment(town);
    town.release();
    await town.time.settle();

    expect(town.words).toEqual(['SETUP', 'SETUP(r)', 'CANCEL']);
    expect(said(answered)).toContain('HANGUP(r)');
    expect(ends.map((times) => times())).toEqual([1, 1]);
    expect([await howEnded(call), await howEnded(answered)]).toEqual(['ended-locally', 'ended-by-peer']);
    expect(bob.missed).toHaveLength(0);
    expectNothingLeft(town, alice, bob);
  });

  it('C11 rings at once for a new call while the old one is still ending, and closes the old one before', async () => {
    const { town, alice, bob, call, answered } = await talking();
    const order: string[] = [];
    answered.on('ended', () => order.push('ended'));
    bob.engine.on('incoming', () => order.push('incoming'));
    alice.crash();
    answered.end();
    await moment(town);
    expect(answered.state).toBe('ending');

    const again = await town.resident('alice', 'a1');
    again.call('bob');
    await moment(town);

    expect(order).toEqual(['ended', 'incoming']);
    expect(bob.ringing.state).toBe('ringing');
    expect(call.state).toBe('connected');
  });
});

describe('a call that is answered but not connected yet', () => {
  it('B08 is withdrawn over the backend by its caller, not hung up on the channel', async () => {
    const { town, alice, bob, call, answered } = await ringing({ behaviour: { channelOpensAfter: 'never' } });
    answered.answer();
    await moment(town);
    expect([call.state, answered.state]).toEqual(['connecting', 'connecting']);

    call.end();
    await town.time.settle();

    expect(town.words).toEqual(['SETUP', 'SETUP(r)', 'CANCEL']);
    expect([said(call), said(answered)]).toEqual([[], []]);
    expect([await howEnded(call), await howEnded(answered)]).toEqual(['ended-locally', 'cancelled-by-peer']);
    expectNothingLeft(town, alice, bob);
  });

  it('B09 ends on both sides when its callee answers and ends in the same instant', async () => {
    const { town, alice, bob, call, answered } = await ringing();

    answered.answer();
    answered.end();
    await town.time.settle();

    const both = town.words.join(' ') === 'SETUP SETUP(r) CANCEL';
    expect(both || !town.words.includes('SETUP(r)')).toBe(true);
    expect(call.state).toBe('ended');
    expect(answered.state).toBe('ended');
    expectNothingLeft(town, alice, bob);
  });

  it('B10 G09 ends when the caller withdrew while the answer was on its way', async () => {
    const { town, alice, bob, call, answered } = await ringing();
    town.arrival = ({ message }) => (message.type === 'SETUP' && message.resp ? 'hold' : 'hear');
    answered.answer();
    await moment(town);

    town.fate = ({ message }) => (message.type === 'CANCEL' && town.words.length === 3 ? 'lose' : 'deliver');
    call.end();
    await moment(town);
    expect(answered.state).toBe('connecting');
    town.release();
    await town.time.settle();

    expect(town.words).toEqual(['SETUP', 'SETUP(r)', 'CANCEL', 'CANCEL']);
    expect([await howEnded(call), await howEnded(answered)]).toEqual(['ended-locally', 'cancelled-by-peer']);
    expectNothingLeft(town, alice, bob);
  });

  it('H10 says HANGUP at once, and nobody hears of a connection, when the channel opens after the end', async () => {
    const { town, alice, bob, call, answered } = await ringing({ behaviour: { channelOpensAfter: seconds(1) } });
    answered.answer();
    await moment(town);
    const connections = count(call, 'connected');
    town.fate = ({ message }) => (message.type === 'CANCEL' ? 'hold' : 'deliver');

    call.end();
    await town.time.advance(seconds(2));

    expect(said(call)).toEqual(['HANGUP']);
    expect(connections()).toBe(0);
    expect(alice.media.flows).toHaveLength(0);
    town.release();
    await town.time.settle();
    expect(await howEnded(call)).toBe('ended-locally');
    expectNothingLeft(town, alice, bob);
  });
});

describe('a ringing call', () => {
  it('B06 stops on every device of the callee when its caller gives up, and is missed once on each', async () => {
    const { town, alice, bob } = await pair();
    const tablet = await town.resident('bob', 'b2');
    const call = alice.call('bob');
    await town.time.advance(seconds(5));
    expect([bob.ringing.state, tablet.ringing.state]).toEqual(['ringing', 'ringing']);

    call.end();
    await town.time.settle();

    expect(town.words).toEqual(['SETUP', 'CANCEL']);
    expect([await howEnded(bob.ringing), await howEnded(tablet.ringing)]).toEqual(['cancelled-by-peer', 'cancelled-by-peer']);
    expect([bob.missed.length, tablet.missed.length]).toEqual([1, 1]);
    expect(town.time.now()).toBe(5000);
    expectNothingLeft(town, alice, bob, tablet);
  });

  it('B07 is declined: the caller hears of it at once, and so do the other devices of the callee', async () => {
    const { town, alice, bob } = await pair();
    const tablet = await town.resident('bob', 'b2');
    const call = alice.call('bob');
    await moment(town);

    bob.ringing.reject();
    await town.time.settle();

    expect([await howEnded(call), await howEnded(bob.ringing), await howEnded(tablet.ringing)]).toEqual(['rejected-by-peer', 'rejected-locally', 'rejected-elsewhere']);
    expect([bob.missed, tablet.missed]).toEqual([[], []]);
    expect(town.time.now()).toBe(100);
    expectNothingLeft(town, alice, bob, tablet);
  });

  it.each(['reject', 'end'] as const)('B07 rings on for its caller when the policy keeps a refusal private (%s)', async (refuse) => {
    const { town, alice, bob, call, answered } = await ringing({}, { policy: { tellCaller: 'never' } });

    answered[refuse]();
    expect(await howEnded(answered)).toBe('rejected-locally');
    await town.time.advance(seconds(50));
    expect(call.state).toBe('calling');
    await town.time.settle();

    expect(await howEnded(call)).toBe('timed-out');
    expect(town.time.now()).toBe(60_000);
    expectNothingLeft(town, alice, bob);
  });

  it('B11 can be called back: a new call that nothing late of the old one touches', async () => {
    const { town, alice, bob, call } = await ringing();
    const tablet = await town.resident('bob', 'b2');
    const phone = await town.resident('alice', 'a2');
    town.arrival = ({ to, message }) => (to.device === 'b2' && message.type === 'CANCEL' ? 'hold' : 'hear');
    call.end();
    await moment(town);

    const back = tablet.call('alice');
    await moment(town);
    town.release();
    await moment(town);

    expect([alice.ringing.state, phone.ringing.state]).toEqual(['ringing', 'ringing']);
    expect(back.state).toBe('calling');
    expect(town.words).toEqual(['SETUP', 'CANCEL', 'SETUP']);
    expect(bob.missed).toHaveLength(1);
  });
});
