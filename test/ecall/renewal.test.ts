import { describe, expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import { wordFor } from '../../src/testing/index.ts';
import { count, expectNothingLeft, howEnded, moment, talking } from './pair.ts';

describe('a connected call whose network changes', () => {
  it('I01 I02 goes on over a new flow, with one UPDATE and its answer', async () => {
    const { town, alice, bob, call, answered } = await talking();
    const states: string[] = [];
    call.on('state', (state) => states.push(state));
    const [connections, renewals] = [count(call, 'connected'), count(call, 'renewed')];

    call.renew();
    await moment(town);

    expect(states).toEqual(['reconnecting', 'connected']);
    expect([connections(), renewals()]).toEqual([0, 1]);
    expect(answered.state).toBe('connected');
    expect(town.words).toEqual(['SETUP', 'SETUP(r)', 'UPDATE', 'UPDATE(r)']);
    expect([alice.media.created, bob.media.created]).toEqual([2, 2]);
    expect([alice.media.flows.length, bob.media.flows.length]).toEqual([1, 1]);
    expect(bob.rang).toHaveLength(1);

    await town.time.advance(seconds(60));
    call.end();
    await town.time.settle();
    const { metrics } = await call.whenEnded();
    expect(metrics.reconnects).toBe(1);
    expect(metrics.duration).toBeGreaterThanOrEqual(60_100);
    expectNothingLeft(town, alice, bob);
  });

  it('I01 is in contact all the while when it was only asked for, and has lost it when the path is gone', async () => {
    const { town, alice, bob, call, answered } = await talking();
    const told: string[] = [];
    for (const one of [call, answered]) {
      one.on('contact', (contact) => told.push(contact));
      one.on('state', (state) => told.push(`${state} ${one.contact}`));
    }

    call.setVideo(true);
    await moment(town);
    expect(told.toSorted()).toEqual(['connected live', 'connected live', 'reconnecting live', 'reconnecting live']);

    told.length = 0;
    town.cut(alice, bob);
    await town.time.advance(seconds(10));
    expect(told.toSorted()).toEqual(['lost', 'lost', 'reconnecting lost', 'reconnecting lost']);

    town.heal(alice, bob);
    await town.time.advance(seconds(10));
    expect([call, answered].map(({ state, contact }) => `${state} ${contact}`)).toEqual(['connected live', 'connected live']);
  });

  it('I01 has lost contact when the path is gone while it was being replaced, and says so in that state', async () => {
    const { town, bob, call } = await talking();
    bob.media.behave({ gather: seconds(5) });
    const told: string[] = [];
    call.on('contact', (contact) => told.push(`${call.state} ${contact}`));

    call.renew();
    await moment(town);
    expect(call.contact).toBe('live');
    for (const flow of bob.media.flows) void flow.close();
    await moment(town);

    expect(told).toEqual(['reconnecting lost']);
  });

  it('I11 goes on over the old flow when the new description cannot be applied, and says so', async () => {
    const { town, alice, bob, call, answered } = await talking();
    town.garble = ({ message }) => (message.type === 'UPDATE' && !message.resp ? { ...message, sdp: 'nonsense' } : message);
    const failures = [count(call, 'renewal-failed'), count(answered, 'renewal-failed')];

    call.renew();
    await town.time.advance(seconds(40));

    expect([call.state, answered.state]).toEqual(['connected', 'connected']);
    expect(failures.map((times) => times())).toEqual([1, 1]);
    expect([alice.media.flows.length, bob.media.flows.length]).toEqual([1, 1]);
    call.setMuted(true);
    await town.time.advance(seconds(1));
    expect(answered.peerProps.muted).toBe(true);
  });

  it('I14 tries at once when the network is back, whatever wait was running', async () => {
    const { town, alice, bob, call, answered } = await talking();
    town.cut(alice, bob);
    town.fate = () => 'lose';
    await town.time.advance(seconds(20));
    expect(call.state).toBe('reconnecting');

    town.heal(alice, bob);
    town.fate = () => 'deliver';
    call.renew();
    await town.time.advance(ms(100));

    expect([call.state, answered.state]).toEqual(['connected', 'connected']);
  });

  it('I01 keeps the old flow until the new one is open', async () => {
    const { town, alice, call } = await talking();
    alice.media.behave({ gather: seconds(1) });

    call.renew();
    await moment(town);
    expect(alice.media.flows).toHaveLength(2);
    await town.time.advance(seconds(2));

    expect(alice.media.flows).toHaveLength(1);
    expect(call.state).toBe('connected');
  });

  it.each([1, 2, 3])('I03 sends the very same UPDATE again when it is lost %i times', async (lost) => {
    const { town, call, answered } = await talking();
    let sent = 0;
    town.fate = ({ message }) => (wordFor(message) === 'UPDATE' && sent++ < lost ? 'lose' : 'deliver');
    const at = town.time.now();

    call.renew();
    await town.time.advance(ms([0, 2000, 6000, 14_000][lost] ?? 0));
    await moment(town);

    const updates = town.posted.filter(({ message }) => wordFor(message) === 'UPDATE');
    expect(updates.map(({ message }) => message)).toEqual(updates.map(() => updates[0]?.message));
    expect(updates).toHaveLength(lost + 1);
    expect([call.state, answered.state]).toEqual(['connected', 'connected']);
    expect(town.time.now() - at).toBeLessThanOrEqual(14_100);
  });

  it('I03 is lost on both sides within thirty seconds when no path and no UPDATE gets through', async () => {
    const { town, alice, bob, call, answered } = await talking();
    town.fate = ({ message }) => (message.type === 'UPDATE' ? 'lose' : 'deliver');
    town.cut(alice, bob);
    const at = town.time.now();

    await town.time.settle();

    const reasons = [await howEnded(call), await howEnded(answered)];
    expect(reasons).toContain('lost');
    expect(town.time.now() - at).toBeLessThanOrEqual(36_000);
    expectNothingLeft(town, alice, bob);
  });

  it.each(['at once', 'after a second'])('I03 tries again every few seconds, and is lost in thirty, while it has no network and each new flow fails %s', async (when) => {
    const { town, alice, bob, call } = await talking();
    town.cut(alice, bob);
    town.fate = () => 'lose';
    alice.media.behave({ gather: when === 'at once' ? ms(0) : seconds(1), candidates: [] });
    await town.time.advance(seconds(4));
    const at = town.time.now();
    const madeAt: number[] = [];
    const make = alice.media.createFlow.bind(alice.media);
    alice.media.createFlow = (...made) => {
      if (madeAt.push(town.time.now() - at) > 100) throw new Error('flows are made without end');
      return make(...made);
    };

    await town.time.settle();

    expect(await howEnded(call)).toBe('lost');
    expect(town.time.now() - at).toBeLessThanOrEqual(32_000);
    expect(madeAt.slice(0, 3)).toEqual(when === 'at once' ? [400, 2400, 4400] : [400, 3400, 6400]);
    expect(madeAt).toHaveLength(when === 'at once' ? 15 : 10);
    expectNothingLeft(town, alice, bob);
  });

  it('I04 is answered again with the very same words when the answer was lost', async () => {
    const { town, alice, bob, call, answered } = await talking();
    let answers = 0;
    town.fate = ({ message }) => (wordFor(message) === 'UPDATE(r)' && answers++ === 0 ? 'lose' : 'deliver');

    call.renew();
    await town.time.advance(seconds(3));

    const sent = town.posted.filter(({ message }) => wordFor(message) === 'UPDATE(r)').map(({ message }) => message);
    expect(sent).toEqual([sent[0], sent[0]]);
    expect([call.state, answered.state]).toEqual(['connected', 'connected']);
    expect([alice.media.flows.length, bob.media.flows.length]).toEqual([1, 1]);
  });

  it('I05 changes five times in ten seconds: the last one wins', async () => {
    const { town, alice, bob, call, answered } = await talking();
    alice.media.behave({ gather: ms(700) });

    for (const pause of [3000, 500, 2500, 3000, 1000]) {
      call.renew();
      await town.time.advance(ms(pause));
    }
    await town.time.advance(seconds(5));

    expect([call.state, answered.state]).toEqual(['connected', 'connected']);
    expect([alice.media.flows.length, bob.media.flows.length]).toEqual([1, 1]);
  });

  it('D14 is in one call with one new flow each when both sides change at once', async () => {
    const { town, alice, bob, call, answered } = await talking();

    call.renew();
    answered.renew();
    answered.setVideo(true);
    await town.time.advance(seconds(10));

    expect([call.state, answered.state]).toEqual(['connected', 'connected']);
    expect([alice.media.flows.length, bob.media.flows.length]).toEqual([1, 1]);
    expect(call.peerProps.video).toBe('on');
  });

  it.each(['the changing', 'the other'])('I07 I08 ends at once when %s side hangs up while the flow is being replaced', async (who) => {
    const { town, alice, bob, call, answered } = await talking();
    bob.media.behave({ gather: seconds(5) });
    call.renew();
    await moment(town);
    expect([call.state, answered.state]).toEqual(['reconnecting', 'reconnecting']);
    const [leaves, stays] = who === 'the changing' ? [call, answered] : [answered, call];
    const at = town.time.now();

    leaves.end();
    await town.time.settle();

    expect([await howEnded(leaves), await howEnded(stays)]).toEqual(['ended-locally', 'ended-by-peer']);
    expect(town.time.now() - at).toBeLessThan(1000);
    expect(town.words.at(-1)).toBe('CANCEL');
    expectNothingLeft(town, alice, bob);
  });
});
