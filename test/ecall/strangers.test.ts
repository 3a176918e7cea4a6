import { describe, expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import { CallEngine, MemoryStore, type Store } from '../../src/index.ts';
import { Town, type Resident } from '../../src/testing/index.ts';
import { talking } from './pair.ts';

describe('a stranger who knows the name of a conversation', () => {
  it('G19 cannot take it from the two people whose it is', async () => {
    const town = new Town();
    const bob = await town.resident('bob', 'b1');
    const mallory = await town.resident('mallory', 'm1');
    mallory.call('bob').end();
    mallory.call('bob');
    await town.time.advance(ms(100));

    const alice = await town.resident('alice', 'a1');
    const call = alice.call('bob');
    await town.time.advance(ms(100));

    expect(bob.rang.map(({ user }) => user)).toEqual(['mallory', 'alice']);
    bob.ringing.answer();
    await town.time.advance(ms(100));
    expect(call.state).toBe('connected');
  });

  it('G19 is not heard at all where the app knows who belongs to it', async () => {
    const town = new Town();
    const bob = await town.resident('bob', 'b1', { isMember: (_conversation, user) => user !== 'mallory' });
    const mallory = await town.resident('mallory', 'm1');

    mallory.call('bob');
    await town.time.advance(ms(100));

    expect([bob.rang.length, bob.missed.length, bob.engine.save().conversations.length]).toEqual([0, 0, 0]);
  });

  it('leaves nothing behind with what says nothing', async () => {
    const { town, bob, road } = await withRoadTo('bob');

    for (let count = 0; count < 50; count++) road(`made up ${count}`, '{"version":"3.0","type":"ALERT","sessid":"s","resp":false,"level":1}');
    for (let count = 0; count < 50; count++) road(`made up too ${count}`, '{"version":"3.0","type":"REJECT","sessid":"s","resp":false}');
    await town.time.advance(seconds(1));

    expect(bob.engine.save().conversations).toEqual([]);
  });

  it('drives out only the longest silent of thousands of conversations, and no call', async () => {
    const { town, bob, road } = await withRoadTo('bob');
    const alice = await town.resident('alice', 'a1');
    const call = alice.call('bob');
    await town.time.advance(ms(100));
    bob.ringing.answer();
    await town.time.advance(ms(100));

    for (let count = 1; count <= 2_500; count++) {
      road(`made up ${count}`, `{"version":"3.0","type":"CANCEL","sessid":"s","resp":false,"call":{"user":"mallory","device":"m1","incarnation":"0","counter":1}}`);
      if (count % 100 === 0) await town.time.advance(ms(10));
    }
    await town.time.advance(ms(100));

    expect(bob.engine.save().conversations.length).toBeLessThanOrEqual(2_000);
    expect(call.state).toBe('connected');
  });
});

describe('a device whose parts fail', () => {
  it('rings and connects with a store that cannot write', async () => {
    const town = new Town();
    const full: Store = { load: () => undefined, forget: () => undefined, put: () => {
      throw new Error('no space left');
    } };
    const alice = await town.resident('alice', 'a1', { store: full });
    const bob = await town.resident('bob', 'b1', { store: full });

    const call = alice.call('bob');
    await town.time.advance(ms(100));
    bob.ringing.answer();
    await town.time.advance(ms(100));

    expect(call.state).toBe('connected');
  });

  it('ends a call whose flow fails in a way that nobody foresaw', async () => {
    const town = new Town();
    const broken = { carries: 'frames' as const, createFlow: () => ({
      createOffer: () => Promise.reject(new Error('too many open files')), createAnswer: () => Promise.reject(new Error('too many open files')),
      acceptAnswer: async () => undefined, send: () => 'closed' as const, drain: async () => undefined, attach: () => undefined, setMuted: () => undefined,
      setVideoSending: () => undefined, limitVideo: () => undefined, moved: () => undefined, close: async () => undefined,
      stats: () => ({ audio: NOTHING, video: NOTHING, phases: {} }),
    }), close: async () => undefined };
    const engine = new CallEngine({ channel: await town.hub.channel({ user: 'alice', device: 'a1' }), media: broken, clock: town.time, store: new MemoryStore() });

    const call = engine.call({ conversation: 'c', user: 'bob' });
    await town.time.advance(ms(100));

    expect((await call.whenEnded()).reason).toEqual({ type: 'media-failed', failure: 'device' });
  });
});

describe('a peer that talks about other things on the data channel', () => {
  it('is hung up on before it fills our memory', async () => {
    const { town, bob, call } = await talking();

    const [flow] = bob.media.flows;
    for (let count = 0; count < 30; count++) flow?.send('{"version":"3.0","type":"CONFSTART","sessid":"s","resp":false,"filler":"much"}');
    await town.time.advance(seconds(6));

    expect((await call.whenEnded()).reason).toEqual({ type: 'protocol-violated' });
  });
});

const NOTHING = { sent: 0, received: 0, lost: 0, bytesSent: 0, bytesReceived: 0 };

/** Mallory's own words to a user, in whatever conversation. */
async function withRoadTo(user: string): Promise<{ readonly town: Town; readonly bob: Resident; readonly road: (conversation: string, text: string) => void }> {
  const town = new Town();
  const bob = await town.resident(user, 'b1');
  const channel = await town.hub.channel({ user: 'mallory', device: 'm1' });
  return { town, bob, road: (conversation, text) => void channel.send({ conversation, to: { type: 'users', users: [user], except: [] }, text, urgency: 'normal' }) };
}
