import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/base/device.ts';
import { ms, seconds } from '../../src/base/units.ts';
import { createDeviceKeys, openSealedChannel, restoreDeviceKeys, type Carrier, type KeyDirectory, type Parcel, type Refusal } from '../../src/transport/index.ts';
import { envelopeReference, unknownPrekeyNotice } from '../../src/transport/envelope.ts';
import { loadSodium } from '../../src/transport/sodium.ts';
import { ALICE, ALICES_OTHER, BOB, BOBS_OTHER, listen, ring, texts } from './people.ts';
import { world } from './world.ts';

const WEEK = ms(7 * 86_400_000);

describe('E14: delivery', () => {
  it('reaches a device that the sender did not know of, and nobody twice', async () => {
    const { hub, clock, alice, heard } = await world({ onIdentityChange: () => 'accept' });
    await alice.send(ring('one'));
    const other = listen(await hub.channel(BOBS_OTHER));
    const sent: Device[] = [];
    hub.tap((_parcel, to) => sent.push(to));
    const result = await alice.send(ring('two'));
    expect(sent).toEqual([BOB, BOBS_OTHER]);
    await clock.advance(seconds(1));
    expect(result).toEqual({ type: 'taken', outcomes: [{ device: BOB, outcome: 'delivered' }, { device: BOBS_OTHER, outcome: 'delivered' }] });
    expect([texts(heard), texts(other)]).toEqual([['one', 'two'], ['two']]);
  });

  it('forgets a device that is gone, and goes on', async () => {
    const { hub, clock, alice, heard } = await world();
    await hub.channel(BOBS_OTHER);
    await alice.send(ring('one'));
    await clock.advance(seconds(5));
    hub.remove(BOBS_OTHER);
    const result = await alice.send(ring('two'));
    expect(result).toMatchObject({ outcomes: [{ device: BOB, outcome: 'delivered' }, { device: BOBS_OTHER, outcome: 'gone' }] });
    await clock.advance(seconds(1));
    expect(await alice.send(ring('three'))).toMatchObject({ outcomes: [{ device: BOB, outcome: 'delivered' }] });
    await clock.advance(seconds(1));
    expect(texts(heard)).toEqual(['one', 'two', 'three']);
  });

  it('looks once for newer keys when a recipient has lost its prekey, and seals that message once more', async () => {
    const { hub, clock, alice, bob, parcels } = await world({ onIdentityChange: () => 'accept' });
    await alice.send(ring('one'));
    await clock.advance(seconds(5));
    await bob.close();
    const refusals: Refusal[] = [];
    const heard = listen(await hub.channel(BOB, { onRefused: (because) => refusals.push(because) }));
    const sent: Device[] = [];
    hub.tap((_parcel, to) => sent.push(to));
    await alice.send(ring('two'));
    await clock.advance(seconds(5));
    expect(texts(heard)).toEqual(['two']);
    expect(refusals).toEqual(['unknown-prekey']);
    // The envelope that could not be opened, the notice, the envelope sealed anew.
    expect(sent).toEqual([BOB, ALICE, BOB]);
    for (let count = 0; count < 50; count++) hub.inject(parcels.at(-2)!, ALICE);
    await clock.advance(seconds(5));
    expect(sent.length).toBe(3);
  });

  it('is not made to flood anybody by notices that the backend makes up', async () => {
    const { hub, clock, alice, bob, heard } = await world();
    const sent: Parcel[] = [];
    hub.tap((parcel) => sent.push(parcel));
    await alice.send(ring('one'));
    const notice = unknownPrekeyNotice(envelopeReference(await loadSodium(), sent[0]!.bytes));
    for (let count = 0; count < 100; count++) hub.inject({ conversation: 'alice-and-bob', from: BOB, bytes: notice }, ALICE);
    await clock.advance(seconds(60));
    expect(sent.length).toBe(1);
    expect(texts(heard)).toEqual(['one']);
    for (let count = 0; count < 100; count++) hub.inject({ conversation: 'alice-and-bob', from: ALICE, bytes: strangeEnvelope(sent[0]!.bytes) }, BOB);
    await clock.advance(seconds(5));
    expect(sent.length).toBe(5);
    await bob.close();
  });

  it('is not made to answer more than a few made-up senders, and soon answers again', async () => {
    const { hub, clock, alice } = await world();
    const sent: Parcel[] = [];
    hub.tap((parcel) => sent.push(parcel));
    await alice.send(ring('one'));
    const bytes = strangeEnvelope(sent[0]!.bytes);
    const claim = async (count: number): Promise<number> => {
      sent.length = 0;
      for (let index = 0; index < count; index++) {
        const from = { user: 'made up', device: `${index}` };
        hub.directory.publish(from);
        hub.inject({ conversation: 'alice-and-bob', from, bytes }, BOB);
      }
      await clock.advance(seconds(1));
      return sent.length;
    };
    expect(await claim(900)).toBe(32);
    expect(await claim(900)).toBe(0);
    await clock.advance(seconds(10));
    expect(await claim(1)).toBe(1);
  });

  it('says so when a device has no prekey that may be used, and still serves the others', async () => {
    const { hub, clock, alice, heard } = await world();
    const stale = await createDeviceKeys({ clock });
    hub.directory.publish(BOBS_OTHER, stale.bundle);
    await clock.advance(ms(2 * WEEK));
    const fresh = await createDeviceKeys({ clock });
    hub.directory.publish(ALICES_OTHER, { ...fresh.bundle, identityKey: stale.identityKey });
    hub.directory.publish({ user: 'alice', device: 'watch' });
    const result = await alice.send({ ...ring('x'), to: { type: 'users', users: ['bob', 'alice'], except: [BOB] } });
    expect(result).toMatchObject({ type: 'taken' });
    expect(result.type === 'taken' && result.outcomes.map(({ device, outcome }) => `${device.user} ${device.device} ${outcome}`)).toEqual([
      'bob laptop stale-prekey',
      'alice laptop stale-prekey',
      'alice watch stale-prekey',
    ]);
    expect(heard).toEqual([]);
  });

  it('refreshes a prekey that has expired since it was looked up, and sends', async () => {
    const { hub, clock, alice, keys, heard } = await world();
    await clock.advance(ms(2 * WEEK - 60_000));
    await alice.send(ring('last minute'));
    await clock.advance(seconds(120));
    keys.maintain(clock.wallNow());
    hub.directory.publish(BOB, keys.bundle);
    expect(await alice.send(ring('refreshed'))).toEqual({ type: 'taken', outcomes: [{ device: BOB, outcome: 'delivered' }] });
    await clock.advance(seconds(1));
    expect(texts(heard)).toEqual(['last minute', 'refreshed']);
  });

  it('of a first contact waits while the directory that knows the sender cannot be reached', async () => {
    const { hub, clock, alice, bob, keys, heard, refusals } = await world();
    const saved = keys.save();
    await alice.send(ring('SETUP'));
    hub.directory.setReachable(false);
    await clock.advance(seconds(1));
    expect([heard, refusals]).toEqual([[], ['directory-unavailable']]);
    hub.directory.setReachable(true);
    await bob.close();
    const later = listen(await hub.channel(BOB, { keys: await restoreDeviceKeys(saved) }));
    await clock.advance(seconds(1));
    expect(texts(later)).toEqual(['SETUP']);
  });

  it('is refused for want of keys while the directory cannot be reached', async () => {
    const { hub, alice } = await world();
    hub.directory.setReachable(false);
    expect(await alice.send(ring('one'))).toEqual({ type: 'refused', because: 'no-keys' });
  });

  it('is refused for want of keys by a directory that breaks its promise and rejects', async () => {
    const { hub, clock } = await world();
    const directory: KeyDirectory = { bundles: () => Promise.reject(new Error('broken')) };
    const channel = openSealedChannel({ self: ALICES_OTHER, keys: createDeviceKeys({ clock }), carrier: hub.carrier(ALICES_OTHER), directory, clock });
    expect(await channel.send(ring('SETUP'))).toEqual({ type: 'refused', because: 'no-keys' });
  });

  it('of many messages without a network is refused within 40 s, not one after the other for ever', async () => {
    const { hub, clock } = await world();
    const carrier = hub.carrier(ALICES_OTHER);
    const offline: Carrier = {
      self: ALICES_OTHER,
      send: () => new Promise((resolve) => clock.schedule(seconds(15), () => resolve({ type: 'refused', because: 'offline' }))),
      onParcel: (listener) => carrier.onParcel(listener),
      backendNow: () => carrier.backendNow(),
      close: () => carrier.close(),
    };
    const channel = openSealedChannel({ self: ALICES_OTHER, keys: createDeviceKeys({ clock }), carrier: offline, directory: hub.directory, clock });
    const results: string[] = [];
    for (let count = 0; count < 10; count++) void channel.send(ring('SETUP')).then((result) => results.push(result.type === 'refused' ? result.because : 'taken'));
    await clock.advance(seconds(39));
    await clock.advance(seconds(1));
    expect(results).toEqual(Array.from({ length: 10 }, () => 'offline'));
  });

  it('is refused while the sender is cut off', async () => {
    const { hub, alice } = await world();
    hub.partition(ALICE);
    expect(await alice.send(ring('one'))).toEqual({ type: 'refused', because: 'offline' });
  });

  it('keeps the order of the calls although the look-ups for later ones are answered sooner', async () => {
    const { hub, clock, heard } = await world();
    let delay = 3000;
    const directory: KeyDirectory = {
      bundles: (users, freshness) => new Promise((resolve) => clock.schedule(ms((delay -= 1000)), () => resolve(hub.directory.bundles(users, freshness)))),
    };
    const keys = await createDeviceKeys({ clock });
    hub.directory.publish(ALICES_OTHER, keys.bundle);
    const slow = openSealedChannel({ self: ALICES_OTHER, keys, carrier: hub.carrier(ALICES_OTHER), directory, clock });
    const sending = ['SETUP', 'CANCEL'].map((text, index) => slow.send({ ...ring(text), to: { type: 'users', users: ['bob', `nobody ${index}`], except: [] } }));
    await clock.advance(seconds(10));
    expect((await Promise.all(sending)).map(({ type }) => type)).toEqual(['taken', 'taken']);
    expect(texts(heard)).toEqual(['SETUP', 'CANCEL']);
  });

  it('that is under way when the channel is closed is refused at once, whatever it waits for', async () => {
    const { hub, clock } = await world();
    const directory: KeyDirectory = { bundles: () => new Promise(() => undefined) };
    const channel = openSealedChannel({ self: ALICES_OTHER, keys: createDeviceKeys({ clock }), carrier: hub.carrier(ALICES_OTHER), directory, clock });
    const sending = [channel.send(ring('SETUP')), channel.send(ring('CANCEL'))];
    await clock.advance(seconds(1));
    await channel.close();
    expect(await Promise.all(sending)).toEqual([{ type: 'refused', because: 'closed' }, { type: 'refused', because: 'closed' }]);
  });

  it('reaches a device by name that was published after its user was looked up', async () => {
    const { hub, clock, alice } = await world({ onIdentityChange: () => 'accept' });
    await alice.send(ring('one'));
    const other = listen(await hub.channel(BOBS_OTHER));
    expect(await alice.send({ ...ring('two'), to: { type: 'devices', devices: [BOBS_OTHER] } })).toEqual({ type: 'taken', outcomes: [{ device: BOBS_OTHER, outcome: 'delivered' }] });
    await clock.advance(seconds(1));
    expect(texts(other)).toEqual(['two']);
  });

  it('keeps the order of the calls although each needs a look-up of another user', async () => {
    const { clock, alice, heard } = await world();
    const users = [['bob'], ['bob', 'carol'], ['bob', 'dave', 'erin'], ['bob'], ['bob', 'frank']];
    await Promise.all(users.map((names, index) => alice.send({ ...ring(String(index)), to: { type: 'users', users: names, except: [] } })));
    await clock.advance(seconds(1));
    expect(texts(heard)).toEqual(['0', '1', '2', '3', '4']);
  });
});

/** An envelope for a prekey that nobody has. */
function strangeEnvelope(envelope: Uint8Array): Uint8Array {
  return Uint8Array.from(envelope, (byte, index) => (index === 5 ? byte ^ 1 : byte));
}
