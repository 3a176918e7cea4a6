import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/base/device.ts';
import { SeededEntropy } from '../../src/base/seeded-entropy.ts';
import { ms } from '../../src/base/units.ts';
import type { ClientFrame, Dispatch, ServerFrame } from '../../src/transport/index.ts';
import { OpenRegistrationError, Relay, RELAY_LIMITS, startRelay, type Authorise, type Mail } from '../../tools/backend/index.ts';
import { seed } from '../seed.ts';
import { FakeLink } from './fake-link.ts';

const ALICE: Device = { user: 'alice', device: 'phone' };
const BOB: Device = { user: 'bob', device: 'phone' };
const BOBS_OTHER: Device = { user: 'bob', device: 'laptop' };
const DAY = 86_400_000;

describe('the relay', () => {
  it('welcomes a device and tells it the time', () => {
    const { connect, time } = backend();
    expect(connect(ALICE).heard).toEqual([{ type: 'welcome', now: time.now }]);
  });

  it.each(['PHONE', 'a new device'])('keeps a user to the token that was first shown, also for %s', (device) => {
    const { connect, published } = backend();
    connect(ALICE, { token: 'first' });
    const thief = connect({ user: 'ALICE', device }, { token: 'second' });
    expect(thief.heard).toEqual([{ type: 'denied', because: 'wrong-token' }]);
    expect(thief.closed).toBe(true);
    expect(connect({ user: 'Alice', device }, { token: 'first' }).heard[0]?.type).toBe('welcome');
    const bob = published(BOB);
    bob.say({ type: 'bundles', request: 1, users: ['alice'] });
    expect(bob.last).toEqual({ type: 'bundles', request: 1, devices: [] });
  });

  it('asks who knows the users whether a token is theirs, each time', () => {
    const { connect } = backend({ authorise: (user, token) => token === `${user}'s` });
    expect(connect(ALICE, { token: 'token' }).heard).toEqual([{ type: 'denied', because: 'wrong-token' }]);
    expect(connect(ALICE, { token: "alice's" }).heard[0]?.type).toBe('welcome');
    expect(connect(ALICE, { token: 'token' }).heard).toEqual([{ type: 'denied', because: 'wrong-token' }]);
  });

  it('lets nobody on the network take any name unless it is told to', async () => {
    for (const host of ['0.0.0.0', '::', '192.0.2.1', '127.0.0.1.example']) await expect(startRelay({ host })).rejects.toThrow(OpenRegistrationError);
    await (await startRelay({ host: '0.0.0.0', openRegistration: true })).close();
    await (await startRelay({ host: '0.0.0.0', authorise: () => false })).close();
    await (await startRelay({ host: 'localhost' })).close();
  });

  it('hands a parcel to a device that is there, says so, and names devices that were forgotten', () => {
    const { connect, published } = backend();
    const [alice, bob] = [published(ALICE), published(BOB)];
    published(BOBS_OTHER);
    published({ user: 'bob', device: 'excepted' });
    connect({ user: 'bob', device: 'not published' });
    alice.say(send(1, [BOB], { complete: ['bob'], except: [{ user: 'bob', device: 'excepted' }] }));
    expect(alice.last).toEqual({ type: 'sent', request: 1, result: { type: 'taken', outcomes: [{ device: BOB, outcome: 'delivered' }], missing: [BOBS_OTHER] } });
    expect(bob.last).toMatchObject({ type: 'parcel', parcel: { conversation: 'c', from: ALICE, bytes: Uint8Array.of(7) } });
  });

  it('says that a device is gone that never published, does not exist, or is the sender itself', () => {
    const { connect, published } = backend();
    const alice = published(ALICE);
    connect(BOB);
    alice.say(send(1, [BOB, BOBS_OTHER, ALICE]));
    expect(outcomes(alice.last)).toEqual(['gone', 'gone', 'gone']);
  });

  it('keeps mail for a device that is away, in order, until it says that it has it', () => {
    const { connect, published } = backend();
    const alice = published(ALICE);
    published(BOB).leave();
    for (const request of [1, 2, 3]) alice.say(send(request, [BOB], { bytes: request }));
    expect(outcomes(alice.last)).toEqual(['away']);
    const bob = connect(BOB);
    expect(bob.parcels.map(({ bytes }) => bytes[0])).toEqual([1, 2, 3]);
    bob.say({ type: 'ack', parcels: bob.parcels.slice(0, 2).map(({ id }) => id) });
    bob.leave();
    const again = connect(BOB);
    expect(again.parcels.map(({ bytes }) => bytes[0])).toEqual([3]);
    again.say({ type: 'ack', parcels: again.parcels.map(({ id }) => id) });
    again.leave();
    expect(connect(BOB).parcels).toEqual([]);
  });

  it('tells who could wake a device that mail has come for it, and until when it rings', () => {
    const { published, woken, time } = backend();
    const alice = published(ALICE);
    published(BOB).leave();
    alice.say(send(1, [BOB], { ringFor: ms(60_000) }));
    alice.say(send(2, [BOB], { urgency: 'normal' }));
    expect(woken).toMatchObject([{ urgency: 'ring', ringUntil: time.now + 60_000 }, { urgency: 'normal' }]);
  });

  it('forgets mail after seven days', () => {
    const { connect, published, time } = backend();
    const alice = published(ALICE);
    published(BOB).leave();
    alice.say(send(1, [BOB], { bytes: 1 }));
    time.now += DAY;
    alice.say(send(2, [BOB], { bytes: 2 }));
    time.now += 6 * DAY + 1;
    expect(connect(BOB).parcels.map(({ bytes }) => bytes[0])).toEqual([2]);
  });

  it('bounds a mailbox: the oldest mail makes room', () => {
    const { connect, published, time } = backend();
    const alice = published(ALICE);
    published(BOB).leave();
    for (let request = 1; request <= RELAY_LIMITS.mailPerDevice + 5; request++) {
      time.now += 100;
      alice.say(send(request, [BOB]));
    }
    const { parcels } = connect(BOB);
    expect(parcels.length).toBe(RELAY_LIMITS.mailPerDevice);
    expect(parcels[0]?.id).toBe('run-6');
  });

  it('carries out a request that is repeated after a reconnection once, and answers it the same', () => {
    const { connect, published } = backend();
    const alice = published(ALICE);
    const bob = published(BOB);
    alice.say(send(5, [BOB]));
    const back = connect(ALICE);
    back.say(send(5, [BOB]));
    expect(back.last).toEqual(alice.last);
    expect(bob.parcels.length).toBe(1);
    expect(alice.closed).toBe(true);
    const nextRun = connect(ALICE, { session: 'another' });
    nextRun.say(send(5, [BOB]));
    expect(bob.parcels.length).toBe(2);
  });

  it('lets the newer of two programs speak for a device, and tells the older', () => {
    const { connect, published } = backend();
    const former = connect(BOB, { session: 'one' });
    const newer = connect(BOB, { session: 'two' });
    newer.say({ type: 'publish', request: 1, bundle: undefined });
    published(ALICE).say(send(1, [BOB]));
    expect(former.heard.at(-1)).toEqual({ type: 'denied', because: 'replaced' });
    expect(former.closed).toBe(true);
    expect(newer.parcels.length).toBe(1);
    former.leave();
    published({ user: 'carol', device: 'phone' }).say(send(1, [BOB]));
    expect(newer.parcels.length).toBe(2);
  });

  it('lists the published devices of a user, whatever the case of its name, once', () => {
    const { published } = backend();
    const alice = published(ALICE);
    published(BOB);
    published(BOBS_OTHER);
    alice.say({ type: 'bundles', request: 9, users: ['bob', 'BOB', 'nobody'] });
    expect(alice.last).toEqual({ type: 'bundles', request: 9, devices: [{ device: BOB }, { device: BOBS_OTHER }] });
  });

  it('lets one device send a burst, and cuts it off when it goes on', () => {
    const { connect, time } = backend();
    const alice = connect(ALICE);
    for (let count = 1; count < RELAY_LIMITS.burst; count++) alice.say({ type: 'ping' });
    expect(alice.last.type).toBe('pong');
    alice.say({ type: 'ping' });
    expect(alice.last).toEqual({ type: 'denied', because: 'too-fast' });
    time.now += 60_000;
    const patient = connect(ALICE);
    for (let count = 0; count < 5000; count++) {
      time.now += 10;
      patient.say({ type: 'ping' });
    }
    expect(patient.last.type).toBe('pong');
  });

  it('has room for so many devices of one user', () => {
    const { connect } = backend();
    for (let count = 0; count < RELAY_LIMITS.devicesPerUser; count++) expect(connect({ user: 'many', device: `${count}` }).last.type).toBe('welcome');
    expect(connect({ user: 'many', device: 'one more' }).last).toEqual({ type: 'denied', because: 'full' });
  });

  it('ends a connection that talks nonsense, skips the hello, or says it twice; the others live on', () => {
    const { relay, link, connect } = backend();
    const entropy = new SeededEntropy(seed);
    const alice = connect(ALICE);
    const texts = ['', '{}', 'null', '{"type":"ping"}', '{"type":"hello"}', '{"type":"hello","version":2,"self":{"user":"u","device":"d"},"token":"t","session":"s"}', undefined, 7];
    for (let count = 0; count < 500; count++) texts.push(String.fromCharCode(...entropy.bytes(entropy.below(60))));
    for (const text of texts) {
      const stranger = link();
      relay.opened(stranger);
      relay.received(stranger, text);
      expect(stranger.closed).toBe(true);
      relay.received(stranger, '{"type":"ping"}');
    }
    expect(relay.connections).toBe(1);
    alice.say({ type: 'ping' });
    expect(alice.last.type).toBe('pong');
    alice.say({ type: 'hello', version: 1, self: ALICE, token: 'token', session: 'session' });
    expect(alice.last).toEqual({ type: 'denied', because: 'nonsense' });
    expect(relay.connections).toBe(0);
  });

  it('answers a browser that has lost its way, and frees its port when it closes', async () => {
    const running = await startRelay();
    const response = await fetch(running.url.replace('ws:', 'http:'));
    expect(response.status).toBe(426);
    await response.text();
    await Promise.all([running.close(), running.close()]);
    const again = await startRelay({ port: running.port });
    await expect(startRelay({ port: running.port })).rejects.toThrow('EADDRINUSE');
    await again.close();
  });
});

describe('a last will', () => {
  const [alice, bob] = [{ user: 'alice', device: 'phone' }, { user: 'bob', device: 'laptop' }];

  it('goes out when its time has come and its device has not', () => {
    const { published, passes } = backend();
    const [from, to] = [published(alice), published(bob)];
    from.say(send(1, [bob], { unlessBackWithin: ms(800) }));
    expect(from.heard.at(-1)).toMatchObject({ type: 'sent', request: 1, result: { type: 'taken', outcomes: [] } });
    passes(799);
    expect(to.heard.filter(({ type }) => type === 'parcel')).toEqual([]);
    passes(1);
    expect(to.heard.filter(({ type }) => type === 'parcel')).toHaveLength(1);
  });

  it('is void once its device has connected anew', () => {
    const { published, connect, passes } = backend();
    const [from, to] = [published(alice), published(bob)];
    from.say(send(1, [bob], { unlessBackWithin: ms(800) }));
    connect(alice);
    passes(10_000);
    expect(to.heard.filter(({ type }) => type === 'parcel')).toEqual([]);
  });

  it('is one of a few, and waits no longer than a minute', () => {
    const { published, passes } = backend();
    const [from, to] = [published(alice), published(bob)];
    for (let request = 1; request <= 9; request++) from.say(send(request, [bob], { unlessBackWithin: ms(10 ** 9) }));
    expect(from.heard.at(-1)).toMatchObject({ result: { type: 'refused', because: 'rejected' } });
    passes(60_000);
    expect(to.heard.filter(({ type }) => type === 'parcel')).toHaveLength(8);
  });
});

function send(request: number, to: readonly Device[], options: Partial<Dispatch> & { readonly bytes?: number } = {}): ClientFrame {
  const { bytes = 7, ...rest } = options;
  const parcels = to.map((device) => ({ to: device, bytes: Uint8Array.of(bytes) }));
  return { type: 'send', request, dispatch: { conversation: 'c', parcels, complete: [], except: [], urgency: 'ring', ...rest } };
}

function outcomes(frame: ServerFrame): readonly string[] {
  return frame.type === 'sent' && frame.result.type === 'taken' ? frame.result.outcomes.map(({ outcome }) => outcome) : [];
}

/** The relay with devices that are objects: no socket, and time that stands still unless it is moved. */
function backend(options: { readonly authorise?: Authorise } = {}) {
  const time = { now: 1_800_000_000_000 };
  const woken: Mail[] = [];
  const later = new Set<{ readonly at: number; readonly act: () => void }>();
  const relay = new Relay({
    now: () => time.now, run: 'run', ...options, onAway: (_device, mail) => woken.push(mail),
    later: (span, act) => {
      const timer = { at: time.now + span, act };
      later.add(timer);
      return () => later.delete(timer);
    },
  });
  const passes = (span: number): void => {
    time.now += span;
    for (const timer of [...later].filter(({ at }) => at <= time.now)) {
      later.delete(timer);
      timer.act();
    }
  };
  const link = (): FakeLink => new FakeLink(relay);
  const connect = (self: Device, { token = 'token', session = 'session' } = {}): FakeLink => {
    const one = link();
    relay.opened(one);
    one.say({ type: 'hello', version: 1, self, token, session });
    return one;
  };
  const published = (self: Device): FakeLink => {
    const one = connect(self);
    one.say({ type: 'publish', request: 0, bundle: undefined });
    return one;
  };
  return { relay, link, time, connect, published, woken, passes };
}
