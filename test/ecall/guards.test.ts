import { describe, expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import type { Call } from '../../src/ecall/index.ts';
import { handle } from '../../src/ecall/ecall.ts';
import { openEcall, type Ecall } from '../../src/ecall/ecall-state.ts';
import type { EcallInput, EcallOutput } from '../../src/ecall/port.ts';
import { DEFAULT_PROPS, type Message } from '../../src/econn/index.ts';
import { wordFor, type Resident, type Town } from '../../src/testing/index.ts';
import { a1, a2, b1, LIFE, offer } from '../econn/cast.ts';
import { busy, cancel, from, hangup, ping, propsync, reject, setup, setupAnswer, update, updateAnswer } from '../econn/letters.ts';
import { expectNothingLeft, howEnded, moment, pair, ringing, said, talking } from './pair.ts';

describe('a device that is in a call', () => {
  it('A03 refuses another one in the same conversation, and the first goes on untouched', async () => {
    const { town, alice, call } = await ringing();

    expect(() => alice.call('bob')).toThrow(/has a call already/);
    await moment(town);

    expect(call.state).toBe('calling');
    expect(town.words).toEqual(['SETUP']);
    await town.time.settle();
    expect(town.time.now()).toBe(60_000);
  });

  it('A03 is refused by name while its first offer is still being made', () => {
    const [calling] = handle(openEcall({ self: a1, peerUser: 'bob', incarnation: LIFE }), { type: 'start', props: DEFAULT_PROPS });

    const [next, outputs] = handle(calling, { type: 'start', props: DEFAULT_PROPS });

    expect(next).toBe(calling);
    expect(outputs).toEqual([{ type: 'refuse', input: 'start', because: 'already-in-call' }]);
  });
});

type Leaving = { readonly town: Town; readonly leaver: Resident; readonly stays: Resident; readonly theirs: Call | undefined; readonly ours: Call };

/** Every state in which an engine can be closed, and what is said of it over the backend and the channel. */
const LEAVING: readonly (readonly [state: string, arrive: () => Promise<Leaving>, backend: readonly string[], channel: readonly string[], peer: string | undefined])[] = [
  ['calling, its offer not made', async () => {
    const { town, alice, bob } = await pair({ behaviour: { gather: seconds(5) } });
    return { town, leaver: alice, stays: bob, ours: alice.call('bob'), theirs: undefined };
  }, [], [], undefined],
  ['calling', () => ringing().then(({ town, alice, bob, call, answered }) => ({ town, leaver: alice, stays: bob, ours: call, theirs: answered })), ['CANCEL'], [], 'cancelled-by-peer'],
  ['ringing', () => ringing().then(({ town, alice, bob, call, answered }) => ({ town, leaver: bob, stays: alice, ours: answered, theirs: call })), [], [], 'timed-out'],
  ['losing a glare', async () => {
    const { town, alice, bob } = await pair();
    const [ours, theirs] = [alice.call('bob'), bob.call('alice')];
    alice.media.behave({ gather: seconds(2) });
    await moment(town);
    return { town, leaver: alice, stays: bob, ours, theirs };
  }, ['CANCEL', 'CANCEL'], [], 'cancelled-by-peer'],
  ['connecting', async () => {
    const { town, alice, bob, call, answered } = await ringing({ behaviour: { channelOpensAfter: seconds(5) } });
    answered.answer();
    await moment(town);
    return { town, leaver: alice, stays: bob, ours: call, theirs: answered };
  }, ['CANCEL'], [], 'cancelled-by-peer'],
  ['connected', () => talking().then(({ town, alice, bob, call, answered }) => ({ town, leaver: alice, stays: bob, ours: call, theirs: answered })), ['CANCEL'], ['HANGUP'], 'ended-by-peer'],
  ['replacing its flow', async () => {
    const { town, alice, bob, call, answered } = await talking();
    alice.media.behave({ gather: seconds(5) });
    call.renew();
    await moment(town);
    return { town, leaver: alice, stays: bob, ours: call, theirs: answered };
  }, ['CANCEL'], ['HANGUP'], 'ended-by-peer'],
  ['having its flow replaced', async () => {
    const { town, alice, bob, call, answered } = await talking();
    alice.media.behave({ gather: seconds(5) });
    answered.renew();
    await moment(town);
    return { town, leaver: alice, stays: bob, ours: call, theirs: answered };
  }, ['CANCEL'], ['HANGUP'], 'ended-by-peer'],
  ['hanging up', async () => {
    const { town, alice, bob, call, answered } = await talking();
    town.cut(alice, bob);
    call.end();
    await moment(town);
    return { town, leaver: alice, stays: bob, ours: call, theirs: answered };
  }, ['CANCEL'], [], 'ended-by-peer'],
  ['being hung up', async () => {
    const { town, alice, bob, call, answered } = await talking();
    town.network.latency = ms(50);
    answered.end();
    await town.time.advance(ms(60));
    expect(call.state).toBe('ending');
    return { town, leaver: alice, stays: bob, ours: call, theirs: answered };
  }, [], [], 'ended-locally'],
];

describe('an engine that is closed', () => {
  it.each(LEAVING)('A04 while %s, tells the peer by every road, and falls silent', async (_state, arrive, backend, channel, peer) => {
    const { town, leaver, stays, ours, theirs } = await arrive();
    const [before, saidBefore] = [town.words.length, said(ours).length];
    const heard: string[] = [];
    ours.on('state', (state) => heard.push(state));

    await leaver.engine.close();
    const news = heard.length;
    expect(ours.state).toBe('ended');
    expect(town.posted.slice(before).filter(({ from }) => from === leaver.self).map(({ message }) => wordFor(message))).toEqual(backend);
    expect(said(ours).slice(saidBefore)).toEqual(channel);
    expect(leaver.engine.timers).toBe(0);
    await town.time.settle();

    expect(heard).toHaveLength(news);
    if (theirs !== undefined && peer !== undefined) expect(await howEnded(theirs)).toBe(peer);
    expectNothingLeft(town, leaver, stays);
  });

  it('A04 ends though the backend takes nothing: the peer hears of it in a while', async () => {
    const { town, alice, bob, call, answered } = await talking();
    town.fate = () => 'stall';
    const at = town.time.now();

    const closing = alice.engine.close();
    await town.time.advance(seconds(2));
    await closing;
    await town.time.settle();

    expect(call.state).toBe('ended');
    expect(answered.state).toBe('ended');
    expect(town.time.now() - at).toBeLessThanOrEqual(36_000);
    expectNothingLeft(town, alice, bob);
  });

  it('A04 takes no call any more', async () => {
    const { town, alice, bob } = await pair();
    await bob.engine.close();

    alice.call('bob');
    await moment(town);

    expect(bob.rang).toHaveLength(0);
    expect(() => bob.call('alice')).toThrow(/closed/);
  });
});

describe('a message', () => {
  const call = offer(b1, 5);
  const letters: readonly Message[] = [setup(call), setupAnswer(call), cancel(call), reject(call), busy(call), update(call, offer(b1, 6)), updateAnswer(call, offer(b1, 6)), hangup(call), ping(call), propsync(call, 3)];

  it.each(letters.map((message) => [wordFor(message), message] as const))('A06 of our own device is an echo: %s changes nothing in any state', (_word, message) => {
    for (const ecall of states()) {
      const [next, outputs] = handle(ecall, receive(a1, message));

      expect(next).toBe(ecall);
      expect(outputs).toEqual([]);
    }
  });

  it('A08 D12 opens a call only when it is a SETUP of another user', () => {
    const opening = [a2, b1].flatMap((device) =>
      letters.filter((message) => {
        const named = message.type === 'SETUP' ? { ...message, call: offer(device, 5), offer: offer(device, 5) } : message;
        const [, outputs] = handle(openEcall({ self: a1, peerUser: 'bob', incarnation: LIFE }), receive(device, named));
        return outputs.some((output) => output.type === 'notify' && output.notice.type === 'incoming');
      }).map((message) => `${wordFor(message)} of ${device.user}`));

    expect(opening).toEqual(['SETUP of bob']);
  });

  it('A07 has one road: what opens and withdraws calls goes over the backend, what lives in them over the channel', async () => {
    const roads = new Set<string>();
    const note = (...calls: readonly Call[]): void => {
      for (const output of calls.flatMap((lived) => lived.trace().entries.flatMap(({ outputs }): readonly EcallOutput[] => outputs))) {
        if (output.type === 'send' || output.type === 'say') roads.add(`${output.message.type} ${output.type === 'send' ? 'backend' : 'channel'}`);
      }
    };
    const lived = await talking();
    lived.call.setMuted(true);
    lived.call.renew();
    await lived.town.time.advance(seconds(10));
    lived.call.end();
    await lived.town.time.settle();
    note(lived.call, lived.answered);
    const declined = await ringing();
    declined.answered.reject();
    await moment(declined.town);
    note(declined.answered);
    const withdrawn = await ringing();
    withdrawn.call.end();
    note(withdrawn.call);

    expect([...roads].sort()).toEqual(['CANCEL backend', 'HANGUP channel', 'PING channel', 'PROPSYNC channel', 'REJECT backend', 'SETUP backend', 'UPDATE backend']);
  });

  function receive(device: typeof a1, message: Message): EcallInput {
    const input = from(device, message);
    if (input.type !== 'receive') throw new Error('not a message');
    return { type: 'receive', from: input.from, message, age: input.age };
  }

  /** Alice's call idle, placed, ringing, answered and connected. */
  function states(): readonly Ecall[] {
    const idle = openEcall({ self: a1, peerUser: 'bob', incarnation: LIFE });
    const rings = fed(idle, receive(b1, setup(call)));
    const answers = fed(rings, { type: 'answer', props: DEFAULT_PROPS }, { type: 'asked', ask: 1, result: { type: 'described', sdp: 'answer' } });
    const connected = fed(answers, { type: 'flow', flow: 1, signal: { type: 'channel-opened' } });
    const placed = fed(idle, { type: 'start', props: DEFAULT_PROPS }, { type: 'asked', ask: 1, result: { type: 'described', sdp: 'offer' } });
    return [idle, placed, rings, answers, connected];
  }

  function fed(ecall: Ecall, ...inputs: readonly EcallInput[]): Ecall {
    return inputs.reduce((before, input) => handle(before, input)[0], ecall);
  }
});
