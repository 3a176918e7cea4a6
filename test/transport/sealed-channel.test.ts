import { describe, expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import {
  createDeviceKeys,
  openSealedChannel,
  restoreDeviceKeys,
  SecondListenerError,
  type DeviceKeys,
  type IdentityChange,
  type KeyDirectory,
  type Parcel,
  type Refusal,
} from '../../src/transport/index.ts';
import { ALICE, BOB, BOBS_OTHER, listen, MALLORY, ring, texts } from './people.ts';
import { world } from './world.ts';

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

  it('that is not believed cannot make us ask the directory each time', async () => {
    const { hub, clock, refusals } = await world();
    let asked = 0;
    const directory: KeyDirectory = {
      bundles: (users, freshness) => {
        asked += 1;
        return hub.directory.bundles(users, freshness);
      },
    };
    const keys = await createDeviceKeys({ clock });
    hub.directory.publish(BOBS_OTHER, keys.bundle);
    const watchful = openSealedChannel({ self: BOBS_OTHER, keys, carrier: hub.carrier(BOBS_OTHER), directory, clock });
    const impostor = openSealedChannel({ self: ALICE, keys: createDeviceKeys({ clock }), carrier: hub.carrier(ALICE), directory: hub.directory, clock });
    for (let count = 0; count < 50; count++) await impostor.send(ring('SETUP'));
    await clock.advance(seconds(1));
    expect(watchful.refusals.get('sender-mismatch')).toBe(50);
    expect(refusals.length).toBe(50);
    // Once for its first envelope, and once more in case that the device joined just then.
    expect(asked).toBe(2);
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
    expect(await bob.send(ring('back', 'alice'))).toEqual({ type: 'taken', outcomes: [{ device: ALICE, outcome: 'untrusted' }] });
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
