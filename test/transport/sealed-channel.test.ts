import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/base/device.ts';
import { ms, seconds } from '../../src/base/units.ts';
import { VirtualTime } from '../../src/testing/virtual-time.ts';
import {
  createDeviceKeys,
  LoopbackHub,
  openSealedChannel,
  restoreDeviceKeys,
  SecondListenerError,
  type DeviceKeys,
  type IdentityChange,
  type Parcel,
  type Refusal,
} from '../../src/transport/index.ts';
import { ALICE, ALICES_OTHER, BOB, BOBS_OTHER, listen, MALLORY, ring, texts } from './people.ts';

const HOUR = ms(3_600_000);
const WEEK = ms(7 * 86_400_000);

describe('K04: a sealed message that is replayed', () => {
  it('into the same conversation is refused: it was seen', async () => {
    const { hub, clock, alice, heard, refusals, parcels } = await world();
    await alice.send(ring('SETUP'));
    await clock.advance(seconds(1));
    hub.inject(parcels[0]!, BOB);
    await clock.advance(seconds(1));
    expect(texts(heard)).toEqual(['SETUP']);
    expect(refusals).toEqual(['replayed']);
  });

  it('into another conversation is refused: it was sealed for that one', async () => {
    const { hub, clock, alice, heard, refusals, parcels } = await world();
    await alice.send(ring('SETUP'));
    hub.inject({ ...parcels[0]!, conversation: 'alice-bob-and-carol' }, BOB);
    await clock.advance(seconds(1));
    expect(texts(heard)).toEqual(['SETUP']);
    expect(refusals).toEqual(['not-authentic']);
  });

  it('to another recipient is refused: it has no key for it', async () => {
    const { hub, clock, alice, parcels } = await world();
    const refusals: Refusal[] = [];
    const mallory = await hub.channel(MALLORY, { onRefused: (because) => refusals.push(because) });
    const heard = listen(mallory);
    await alice.send(ring('SETUP'));
    hub.inject(parcels[0]!, MALLORY);
    await clock.advance(seconds(1));
    expect(heard).toEqual([]);
    expect(refusals).toEqual(['unknown-prekey']);
  });

  it('an hour later is refused, also by a device that was started anew in between', async () => {
    const { hub, clock, alice, bob, keys, refusals, parcels } = await world();
    await alice.send(ring('SETUP'));
    await clock.advance(HOUR);
    hub.inject(parcels[0]!, BOB);
    await clock.advance(seconds(1));
    const [saved, savedKeys] = [bob.save(), keys.save()];
    await bob.close();
    const again = await hub.channel(BOB, { keys: await restoreDeviceKeys(savedKeys), saved: structuredClone(saved), onRefused: (because) => refusals.push(because) });
    const heard = listen(again);
    hub.inject(parcels[0]!, BOB);
    await clock.advance(seconds(1));
    expect(heard).toEqual([]);
    expect(refusals).toEqual(['replayed', 'replayed']);
  });

  it('and was never seen, because the mail was slow, is not a replay: it comes with its age', async () => {
    const { hub, clock, alice, heard } = await world();
    hub.partition(BOB);
    expect(await alice.send(ring('SETUP'))).toEqual({ type: 'taken', outcomes: [{ device: BOB, outcome: 'away' }] });
    await clock.advance(HOUR);
    hub.heal(BOB);
    await clock.advance(seconds(1));
    expect(heard).toEqual([{ conversation: 'alice-and-bob', from: ALICE, text: 'SETUP', age: HOUR }]);
  });

  it('after more than the seven days that mail is kept is refused as too old', async () => {
    const { hub, clock, alice, heard, refusals } = await world();
    hub.partition(BOB);
    await alice.send(ring('SETUP'));
    await clock.advance(ms(WEEK + 1));
    hub.heal(BOB);
    await clock.advance(seconds(1));
    expect(heard).toEqual([]);
    expect(refusals).toEqual(['too-old']);
  });
});

describe('K05: a sender', () => {
  it('that the backend names wrongly is not believed', async () => {
    const { hub, clock, alice, heard, refusals } = await world();
    const mallory = await hub.channel(MALLORY);
    const forged: Parcel[] = [];
    hub.tap((parcel) => forged.push(parcel));
    await mallory.send(ring('CANCEL'));
    hub.inject({ ...forged[0]!, from: ALICE }, BOB);
    await alice.send(ring('SETUP'));
    await clock.advance(seconds(1));
    expect(heard.map(({ from, text }) => [from.user, text])).toEqual([['mallory', 'CANCEL'], ['alice', 'SETUP']]);
    expect(refusals).toEqual(['not-authentic']);
  });

  it('with a key that the directory does not list for it is not believed', async () => {
    const { hub, clock, heard, refusals } = await world();
    const impostor = openSealedChannel({ self: ALICE, keys: createDeviceKeys({ clock }), carrier: hub.carrier(ALICE), directory: hub.directory, clock });
    await impostor.send(ring('SETUP'));
    await clock.advance(seconds(1));
    expect(heard).toEqual([]);
    expect(refusals).toEqual(['sender-mismatch']);
  });

  it('that the directory does not know is not believed', async () => {
    const { hub, clock, heard, refusals } = await world();
    const stranger = openSealedChannel({ self: MALLORY, keys: createDeviceKeys({ clock }), carrier: hub.carrier(MALLORY), directory: hub.directory, clock });
    await stranger.send(ring('SETUP'));
    await clock.advance(seconds(1));
    expect([heard, refusals]).toEqual([[], ['unknown-sender']]);
  });

  it('whose key changed since last contact rings nobody before the app accepted the new key', async () => {
    const changes: IdentityChange[] = [];
    let answer: 'accept' | 'refuse' = 'refuse';
    const { hub, clock, alice, heard, refusals } = await world({
      onIdentityChange: (change) => {
        expect(texts(heard)).toEqual(['first']);
        changes.push(change);
        return answer;
      },
    });
    await alice.send(ring('first'));
    await clock.advance(seconds(5));
    const reinstalled = await hub.channel(ALICE);
    await reinstalled.send(ring('refused'));
    await clock.advance(seconds(5));
    expect([texts(heard), refusals]).toEqual([['first'], ['identity-changed']]);
    answer = 'accept';
    await reinstalled.send(ring('accepted'));
    await reinstalled.send(ring('and pinned'));
    await clock.advance(seconds(5));
    expect(texts(heard)).toEqual(['first', 'accepted', 'and pinned']);
    expect(changes.map(({ device }) => device)).toEqual([ALICE, ALICE]);
    expect(changes[0]!.current).not.toEqual(changes[0]!.previous);
  });

  it('is refused by default once its key changed, and nothing is sealed for the new key either', async () => {
    const { hub, clock, alice, bob, heard, refusals } = await world();
    await alice.send(ring('first'));
    await clock.advance(seconds(5));
    const reinstalled = await hub.channel(ALICE);
    const heardByAlice = listen(reinstalled);
    await reinstalled.send(ring('hello?'));
    await clock.advance(HOUR);
    expect(await bob.send(ring('back', 'alice'))).toEqual({ type: 'taken', outcomes: [{ device: ALICE, outcome: 'stale-prekey' }] });
    await clock.advance(seconds(5));
    expect([texts(heard), refusals, heardByAlice]).toEqual([['first'], ['identity-changed'], []]);
  });
});

describe('K06: plaintext on the backend', () => {
  it.each(['SETUP', 'CANCEL'])('is refused, also a %s', async (type) => {
    const { hub, clock, heard, refusals } = await world();
    hub.inject({ conversation: 'alice-and-bob', from: ALICE, bytes: new TextEncoder().encode(`{"type":"${type}"}`) }, BOB);
    await clock.advance(seconds(1));
    expect([heard, refusals]).toEqual([[], ['plaintext']]);
  });
});

describe('E14: delivery', () => {
  it('reaches a device that the sender did not know of, and nobody twice', async () => {
    const { hub, clock, alice, heard } = await world();
    await alice.send(ring('one'));
    const other = listen(await hub.channel(BOBS_OTHER));
    const result = await alice.send(ring('two'));
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
    const { hub, clock, alice, bob } = await world({ onIdentityChange: () => 'accept' });
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
  });

  it('is not made to flood anybody by notices that the backend makes up', async () => {
    const { hub, clock, alice, bob, heard } = await world();
    const sent: Parcel[] = [];
    hub.tap((parcel) => sent.push(parcel));
    await alice.send(ring('one'));
    const { unknownPrekeyNotice, envelopeReference } = await import('../../src/transport/envelope.ts');
    const { loadSodium } = await import('../../src/transport/sodium.ts');
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

  it('is refused while the sender is cut off', async () => {
    const { hub, alice } = await world();
    hub.partition(ALICE);
    expect(await alice.send(ring('one'))).toEqual({ type: 'refused', because: 'offline' });
  });

  it('keeps the order of the calls although each needs a look-up of another user', async () => {
    const { clock, alice, heard } = await world();
    const users = [['bob'], ['bob', 'carol'], ['bob', 'dave', 'erin'], ['bob'], ['bob', 'frank']];
    await Promise.all(users.map((names, index) => alice.send({ ...ring(String(index)), to: { type: 'users', users: names, except: [] } })));
    await clock.advance(seconds(1));
    expect(texts(heard)).toEqual(['0', '1', '2', '3', '4']);
  });
});

describe('K10: a channel whose keys are still in the making', () => {
  it('keeps what is sent and what arrives until they are made', async () => {
    const { hub, clock, alice, bob } = await world();
    await bob.close();
    let make: (keys: DeviceKeys) => void = () => undefined;
    const keys = await createDeviceKeys({ clock });
    hub.directory.publish(BOBS_OTHER, keys.bundle);
    const promised = new Promise<DeviceKeys>((resolve) => (make = resolve));
    const early = openSealedChannel({ self: BOBS_OTHER, keys: promised, carrier: hub.carrier(BOBS_OTHER), directory: hub.directory, clock });
    const [heard, heardByAlice] = [listen(early), listen(alice)];
    await alice.send(ring('are you there?'));
    const answer = early.send(ring('yes', 'alice'));
    await clock.advance(seconds(1));
    expect([heard, heardByAlice]).toEqual([[], []]);
    make(keys);
    expect(await answer).toMatchObject({ type: 'taken' });
    await clock.advance(seconds(1));
    expect([texts(heard), texts(heardByAlice)]).toEqual([['are you there?'], ['yes']]);
  });

  it('closed before that refuses what waits, and wipes the keys when they come', async () => {
    const { hub, clock } = await world();
    const keys = createDeviceKeys({ clock });
    const channel = openSealedChannel({ self: BOBS_OTHER, keys, carrier: hub.carrier(BOBS_OTHER), directory: hub.directory, clock });
    const sending = channel.send(ring('one', 'alice'));
    await channel.close();
    expect(await sending).toEqual({ type: 'refused', because: 'closed' });
    await clock.advance(seconds(1));
    expect((await keys).closed).toBe(true);
  });

  it('that cannot be made at all refuses to send, with no rejection left unhandled', async () => {
    const { hub, clock } = await world();
    const channel = openSealedChannel({ self: BOBS_OTHER, keys: Promise.reject(new Error('no storage')), carrier: hub.carrier(BOBS_OTHER), directory: hub.directory, clock });
    expect(await channel.send(ring('one', 'alice'))).toEqual({ type: 'refused', because: 'no-keys' });
    await channel.close();
  });
});

describe('a sealed channel', () => {
  it('has one listener', async () => {
    const { bob } = await world();
    expect(() => bob.onMessage(() => undefined)).toThrow(SecondListenerError);
  });

  it('tells the app why a parcel was refused, and counts', async () => {
    const { hub, clock, bob } = await world();
    for (const bytes of [new Uint8Array(), new Uint8Array(4096)]) hub.inject({ conversation: 'c', from: ALICE, bytes }, BOB);
    await clock.advance(seconds(1));
    expect([...bob.refusals]).toEqual([['not-an-envelope', 2]]);
  });

  it('leaves no timer behind', async () => {
    const { clock, alice, bob } = await world();
    await alice.send(ring('one'));
    await clock.settle();
    await Promise.all([alice.close(), bob.close()]);
    expect(clock.pending).toBe(0);
  });
});

/** An envelope for a prekey that nobody has. */
function strangeEnvelope(envelope: Uint8Array): Uint8Array {
  return Uint8Array.from(envelope, (byte, index) => (index === 5 ? byte ^ 1 : byte));
}

async function world(options: { readonly onIdentityChange?: (change: IdentityChange) => 'accept' | 'refuse' } = {}) {
  const clock = new VirtualTime();
  const hub = new LoopbackHub({ clock });
  const refusals: Refusal[] = [];
  const parcels: Parcel[] = [];
  hub.tap((parcel) => parcels.push(parcel));
  const keys = await createDeviceKeys({ clock });
  const alice = await hub.channel(ALICE, options);
  const bob = await hub.channel(BOB, { ...options, keys, onRefused: (because) => refusals.push(because) });
  const heard = listen(bob);
  return { hub, clock, alice, bob, keys, heard, refusals, parcels };
}
