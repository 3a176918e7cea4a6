import { describe, expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import type { FakeBehaviour } from '../../src/testing/index.ts';
import { count, expectNothingLeft, howEnded, moment, pair, ringing, said, talking } from './pair.ts';

describe('gathering before a call', () => {
  it('H01 sends SETUP when it is complete, and the minute of ringing counts from there', async () => {
    const { town, alice, bob } = await pair({ behaviour: { gather: ms(700) } });
    const call = alice.call('bob');

    await town.time.advance(ms(699));
    expect(town.words).toEqual([]);
    expect(call.state).toBe('calling');
    await town.time.advance(ms(1));
    expect(town.words).toEqual(['SETUP']);
    await town.time.settle();

    expect(town.time.now()).toBe(60_700);
    expectNothingLeft(town, alice, bob);
  });

  it.each([
    ['two seconds after the first relay', [{ type: 'host', after: ms(0) }, { type: 'relay', after: ms(1000) }], 3000],
    ['after ten seconds without a relay', [{ type: 'host', after: ms(0) }], 10_000],
  ] satisfies [string, FakeBehaviour['candidates'], number][])('H02 ends %s when it never completes', async (_when, candidates, sentAt) => {
    const { town, alice } = await pair({ behaviour: { gather: 'never', candidates } });
    alice.call('bob');

    await town.time.advance(ms(sentAt - 1));
    expect(town.words).toEqual([]);
    await town.time.advance(ms(1));

    expect(town.words).toEqual(['SETUP']);
  });

  it.each([ms(0), 'never' as const])('H03 ends the call, and nobody hears of it, on a machine without a network (gathering ends after %s)', async (gather) => {
    const { town, alice, bob } = await pair({ behaviour: { gather, candidates: [] } });

    const call = alice.call('bob');
    await town.time.settle();

    expect(await call.whenEnded()).toMatchObject({ reason: { type: 'media-failed', failure: 'no-network' } });
    expect(town.time.now()).toBeLessThanOrEqual(2000);
    expect(town.words).toEqual([]);
    expectNothingLeft(town, alice, bob);
  });

  it('H04 is given up with the call: no SETUP, no CANCEL, no flow', async () => {
    const { town, alice, bob } = await pair({ behaviour: { gather: seconds(2) } });
    const call = alice.call('bob');
    await moment(town);

    call.end();
    await town.time.settle();

    expect(await howEnded(call)).toBe('ended-locally');
    expect(town.words).toEqual([]);
    expectNothingLeft(town, alice, bob);
  });

  it('H05 shows the callee at once that the call is taken, and sends no answer to a call that was withdrawn meanwhile', async () => {
    const { town, alice, bob, call, answered } = await ringing({}, { behaviour: { gather: seconds(2) } });

    answered.answer();
    expect(answered.state).toBe('connecting');
    await moment(town);
    call.end();
    await town.time.settle();

    expect(town.words).toEqual(['SETUP', 'CANCEL']);
    expect(await howEnded(answered)).toBe('cancelled-by-peer');
    expect(bob.missed).toEqual([]);
    expectNothingLeft(town, alice, bob);
  });

  it('E13 leaves the call to the other devices when this one fails to answer', async () => {
    const { town, alice, bob } = await pair();
    const tablet = await town.resident('bob', 'b2');
    bob.media.behave({ candidates: [] });
    const call = alice.call('bob');
    await moment(town);

    bob.ringing.answer();
    await moment(town);

    expect(await howEnded(bob.ringing)).toBe('media-failed');
    expect([call.state, tablet.ringing.state]).toEqual(['calling', 'ringing']);
    expect(alice.media.flows).toHaveLength(1);
  });
});

describe('a description that cannot be applied', () => {
  it('H06 ends both sides when it is the offer', async () => {
    const { town, alice, bob } = await garbling('SETUP');
    const call = alice.call('bob');
    await moment(town);

    bob.ringing.answer();
    await town.time.settle();

    expect(await bob.ringing.whenEnded()).toMatchObject({ reason: { type: 'media-failed', failure: 'bad-description' } });
    expect(await howEnded(call)).toBe('failed-at-peer');
    expectNothingLeft(town, alice, bob);
  });

  it('H06 ends both sides when it is the answer', async () => {
    const { town, alice, bob } = await garbling('SETUP(r)');
    const call = alice.call('bob');
    await moment(town);

    bob.ringing.answer();
    await town.time.settle();

    expect(await call.whenEnded()).toMatchObject({ reason: { type: 'media-failed', failure: 'bad-description' } });
    expect(await howEnded(bob.ringing)).toBe('failed-at-peer');
    expectNothingLeft(town, alice, bob);
  });

  async function garbling(word: 'SETUP' | 'SETUP(r)') {
    const two = await pair();
    two.town.garble = ({ message }) => (message.type === 'SETUP' && message.resp === (word === 'SETUP(r)') ? { ...message, sdp: 'nonsense' } : message);
    return two;
  }
});

describe('a path that cannot be had', () => {
  it('H08 ends both sides when ICE fails before the channel opens', async () => {
    const { town, alice, bob, call, answered } = await ringing({ behaviour: { ice: 'fails', iceGivesUpAfter: seconds(10) } });

    answered.answer();
    await town.time.settle();

    const reasons = [await howEnded(call), await howEnded(answered)];
    expect(reasons).toContain('media-failed');
    expect(reasons.every((reason) => reason === 'media-failed' || reason === 'failed-at-peer')).toBe(true);
    expect(town.time.now()).toBe(10_100);
    expectNothingLeft(town, alice, bob);
  });

  it('H07 ends the call as not authentic when the peer cannot prove who it is', async () => {
    const { town, alice, bob, call, answered } = await ringing({}, { behaviour: { dtls: 'refused' } });
    const connections = [count(call, 'connected'), count(answered, 'connected')];

    answered.answer();
    await town.time.settle();

    expect(connections.map((times) => times())).toEqual([0, 0]);
    expect(await answered.whenEnded()).toMatchObject({ reason: { type: 'media-failed', failure: 'peer-not-authentic' } });
    expect(await howEnded(call)).toBe('failed-at-peer');
    expectNothingLeft(town, alice, bob);
  });

  it('H12 is noticed within six seconds, and the call is given up within thirty-six', async () => {
    const { town, alice, bob, call, answered } = await talking();
    const lostAt = town.time.now();
    alice.crash();

    await town.time.advance(seconds(6));
    expect(answered.state).toBe('reconnecting');
    await town.time.settle();

    expect(await howEnded(answered)).toBe('lost');
    expect(town.time.now() - lostAt).toBeLessThanOrEqual(36_000);
    expect(call.state).toBe('connected');
    expectNothingLeft(town, bob);
  });
});

describe('the channel of a connected call', () => {
  it('H09 is replaced when it closes by itself, and nobody hears of an end', async () => {
    const { town, alice, bob, call, answered } = await talking();
    const ends = [count(call, 'ended'), count(answered, 'ended')];

    alice.media.flows[0]?.loseChannel();
    await town.time.advance(seconds(5));

    expect([call.state, answered.state]).toEqual(['connected', 'connected']);
    expect(ends.map((times) => times())).toEqual([0, 0]);
    expect([alice.media.flows.length, bob.media.flows.length]).toEqual([1, 1]);
    expect(town.words).toContain('UPDATE(r)');
  });

  it('H11 is not disturbed by what a replaced flow says late', async () => {
    const { town, alice, bob, call, answered } = await talking();
    const [old] = alice.media.flows;
    call.renew();
    await moment(town);
    const steps = call.trace().entries.length;

    old?.pretend({ type: 'channel-closed' });
    old?.pretend({ type: 'failed', failure: 'no-path' });
    old?.pretend({ type: 'link', link: 'disconnected' });
    await town.time.advance(seconds(1));

    expect([call.state, answered.state]).toEqual(['connected', 'connected']);
    expect(call.trace().entries.slice(steps).map(({ input }) => input.type)).not.toContain('flow-failed');
    expect([alice.media.flows.length, bob.media.flows.length]).toEqual([1, 1]);
  });

  it('H13 may carry nonsense now and then; twenty times end the call', async () => {
    const { town, alice, bob, call, answered } = await talking();
    const [flow] = alice.media.flows;

    for (const text of ['', 'no json', '{"version":"3.0","type":"TELEPORT"}', '[]', 'x'.repeat(1_000_000)]) flow?.pretend({ type: 'channel-message', text });
    for (let left = 14; left > 0; left--) flow?.pretend({ type: 'channel-rejected' });
    await moment(town);
    expect(call.state).toBe('connected');
    flow?.pretend({ type: 'channel-rejected' });
    await town.time.settle();

    expect(await howEnded(call)).toBe('protocol-violated');
    expect(await howEnded(answered)).toBe('ended-by-peer');
    expectNothingLeft(town, alice, bob);
  });

  it('H14 is heard from the first word, also when we learn later that it is open', async () => {
    const { town, alice, bob } = await pair({ behaviour: { channelOpensAfter: seconds(1) } }, {});
    town.network.latency = ms(20);
    const call = alice.call('bob');
    await moment(town);
    bob.ringing.answer();
    await moment(town);
    bob.ringing.setMuted(true);
    await moment(town);
    expect([call.state, bob.ringing.state]).toEqual(['connecting', 'connected']);

    await town.time.advance(seconds(1));
    expect(call.peerProps.muted).toBe(true);
    expect(call.state).toBe('connected');
    bob.ringing.end();
    await town.time.settle();

    expect(await howEnded(call)).toBe('ended-by-peer');
    expectNothingLeft(town, alice, bob);
  });

  it('H14 may say HANGUP before we know that it is open', async () => {
    const { town, alice, bob } = await pair({ behaviour: { channelOpensAfter: seconds(1) } }, {});
    const call = alice.call('bob');
    await moment(town);
    bob.ringing.answer();
    await moment(town);
    expect(bob.ringing.state).toBe('connected');
    bob.ringing.end();
    await town.time.settle();

    expect(said(bob.ringing)).toContain('HANGUP');
    expect(await howEnded(call)).toMatch(/ended-by-peer|cancelled-by-peer/);
    expect(await howEnded(bob.ringing)).toBe('ended-locally');
    expectNothingLeft(town, alice, bob);
  });
});
