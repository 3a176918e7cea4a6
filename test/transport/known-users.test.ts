import { describe, expect, it } from 'vitest';
import { seconds } from '../../src/base/units.ts';
import { createDeviceKeys, IdentityPins, restoreDeviceKeys, type IdentityChange, type Refusal } from '../../src/transport/index.ts';
import { loadSodium } from '../../src/transport/sodium.ts';
import { ALICE, BOB, BOBS_OTHER, listen, ring, texts } from './people.ts';
import { world } from './world.ts';

const GHOST = { user: 'BOB', device: 'ghost' };

describe('a device that the backend adds to somebody we know', () => {
  it('reads nothing and says nothing before the app was asked, and is refused by default', async () => {
    const { hub, clock, alice, bob } = await acquainted();
    const [heardByAlice, ghost] = [listen(alice), await hub.channel(GHOST)];
    const heardByGhost = listen(ghost);
    await clock.advance(seconds(301));
    const result = await alice.send(ring('SETUP'));
    await ghost.send(ring('SETUP response', 'alice'));
    await bob.send(ring('it is me', 'alice'));
    await clock.advance(seconds(5));
    expect([heardByGhost, texts(heardByAlice)]).toEqual([[], ['it is me']]);
    expect(result).toEqual({ type: 'taken', outcomes: [{ device: BOB, outcome: 'delivered' }, { device: GHOST, outcome: 'untrusted' }] });
    expect([...alice.refusals]).toEqual([['new-device', 1]]);
  });

  it('costs no further look-up and no further question for each message', async () => {
    let asked = 0;
    const { hub, clock, alice } = await acquainted(() => {
      asked += 1;
      return 'refuse';
    });
    await hub.channel(GHOST);
    await clock.advance(seconds(301));
    await alice.send(ring('one'));
    hub.directory.setReachable(false);
    for (const text of ['two', 'three']) expect(await alice.send(ring(text))).toMatchObject({ outcomes: [{ outcome: 'delivered' }, { outcome: 'untrusted' }] });
    expect(asked).toBe(3);
  });

  it('is shown to the app as what it is, and believed once the app accepts it', async () => {
    const changes: IdentityChange[] = [];
    let answer: 'accept' | 'refuse' = 'refuse';
    const { hub, clock, alice } = await acquainted((change) => {
      changes.push(change);
      return answer;
    });
    const keys = await createDeviceKeys({ clock });
    const { identityKey } = keys;
    const other = await hub.channel(BOBS_OTHER, { keys });
    const [heard, heardByOther] = [listen(alice), listen(other)];
    await other.send(ring('my new phone', 'alice'));
    await clock.advance(seconds(5));
    expect(changes).toEqual([{ type: 'new-device', device: BOBS_OTHER, previous: undefined, current: identityKey }]);
    answer = 'accept';
    await other.send(ring('again', 'alice'));
    await alice.send(ring('welcome'));
    await clock.advance(seconds(5));
    expect([texts(heard), texts(heardByOther), changes.length]).toEqual([['again'], ['welcome'], 2]);
  });

  it('is believed from the moment on at which the app trusts its key, and with no other key', async () => {
    const { hub, clock, alice } = await acquainted();
    const keys = await createDeviceKeys({ clock });
    alice.trust(BOBS_OTHER, keys.identityKey);
    const other = await hub.channel(BOBS_OTHER, { keys });
    const heard = listen(alice);
    await other.send(ring('one', 'alice'));
    await clock.advance(seconds(5));
    const impostor = await hub.channel(BOBS_OTHER);
    await impostor.send(ring('two', 'alice'));
    await clock.advance(seconds(5));
    expect([texts(heard), [...alice.refusals]]).toEqual([['one'], [['identity-changed', 1]]]);
  });

  it('is heard at once when it joins right after its user was looked up, and the app accepts it', async () => {
    const { hub, clock, alice } = await acquainted(() => 'accept');
    const heard = listen(alice);
    await alice.send(ring('SETUP'));

    const other = await hub.channel(BOBS_OTHER);
    await other.send(ring('my new phone', 'alice'));
    await clock.advance(seconds(1));

    expect(texts(heard)).toEqual(['my new phone']);
    expect([...alice.refusals]).toEqual([]);
  });

  it('that was reinstalled is written to as soon as its new key is trusted, though another was looked up minutes ago', async () => {
    const changes: IdentityChange[] = [];
    const { hub, clock, alice, bob } = await acquainted((change) => {
      changes.push(change);
      return 'refuse';
    });
    await bob.close();
    const keys = await createDeviceKeys({ clock });
    alice.trust(BOB, keys.identityKey);
    const heard = listen(await hub.channel(BOB, { keys }));
    expect(await alice.send(ring('welcome back'))).toMatchObject({ outcomes: [{ outcome: 'delivered' }] });
    await clock.advance(seconds(1));
    expect([texts(heard), changes]).toEqual([['welcome back'], []]);
  });

  it('stays unknown across a start of the app', async () => {
    const { hub, clock, alice, keys } = await acquainted();
    const [saved, savedKeys] = [structuredClone(alice.save()), keys.save()];
    await alice.close();
    const refusals: Refusal[] = [];
    const again = await hub.channel(ALICE, { keys: await restoreDeviceKeys(savedKeys), saved, onRefused: (because) => refusals.push(because) });
    const heard = listen(again);
    await (await hub.channel(GHOST)).send(ring('boo', 'alice'));
    await clock.advance(seconds(5));
    expect([heard, refusals]).toEqual([[], ['new-device']]);
  });

  it('is refused when the policy throws', async () => {
    const { hub, clock, alice } = await acquainted(() => {
      throw new Error('no window to ask in');
    });
    const heard = listen(alice);
    await (await hub.channel(GHOST)).send(ring('boo', 'alice'));
    await clock.advance(seconds(5));
    expect([heard, [...alice.refusals]]).toEqual([[], [['new-device', 1]]]);
  });
});

describe('first contact', () => {
  it.each(['we write', 'they write'])('believes all devices that a user has, whoever writes first: %s', async (first) => {
    const { hub, clock, alice, bob } = await world();
    const other = await hub.channel(BOBS_OTHER);
    const [heard, heardByOther] = [listen(alice), listen(other)];
    if (first === 'we write') await alice.send(ring('hello'));
    else await bob.send(ring('hello', 'alice'));
    await clock.advance(seconds(5));
    await other.send(ring('from the other', 'alice'));
    await alice.send(ring('to both'));
    await clock.advance(seconds(5));
    expect(texts(heard)).toContain('from the other');
    expect(texts(heardByOther)).toContain('to both');
    expect(alice.refusals.size).toBe(0);
  });
});

describe('what is remembered of identities', () => {
  it('is bounded: strangers who only wrote to us are forgotten, to whom we wrote is not', async () => {
    const pins = new IdentityPins(await loadSodium(), () => 'refuse');
    const [friendsKey, strangersKey] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    pins.admit(BOB, friendsKey, 'we-write');
    for (let count = 0; count < 11_000; count++) pins.admit({ user: `stranger ${count}`, device: 'd' }, strangersKey, 'they-write');
    expect(pins.save().length).toBe(10_000);
    expect(pins.judge(BOB, friendsKey)).toBe('same');
    expect(pins.knows('stranger 0')).toBe(false);
    expect(pins.knows('stranger 10999')).toBe(true);
  });

  it('is bounded for each user, too', async () => {
    const pins = new IdentityPins(await loadSodium(), () => 'accept');
    const verdicts = Array.from({ length: 70 }, (_, count) => pins.admit({ user: 'bob', device: `${count}` }, new Uint8Array(32), 'they-write'));
    expect(verdicts.filter((verdict) => verdict === 'accepted').length).toBe(64);
  });

  it('is the same after it was saved, whatever is in a name', async () => {
    const sodium = await loadSodium();
    const pins = new IdentityPins(sodium, () => 'refuse');
    const odd = { user: '3:Üser:7', device: ':1:phone' };
    pins.trust(odd, new Uint8Array(32).fill(7));
    const restored = new IdentityPins(sodium, () => 'refuse', JSON.parse(JSON.stringify(pins.save())) as ReturnType<IdentityPins['save']>);
    expect(restored.knows('3:ÜSER:7')).toBe(true);
    expect(restored.judge(odd, new Uint8Array(32).fill(7))).toBe('same');
    expect(restored.admit({ ...odd, device: 'other' }, new Uint8Array(32), 'they-write')).toBe('new-device');
  });
});

/** Alice and Bob have written to each other. */
async function acquainted(onIdentityChange?: (change: IdentityChange) => 'accept' | 'refuse') {
  const people = await world();
  const { hub, clock, bob } = people;
  await people.alice.close();
  const keys = await createDeviceKeys({ clock });
  const alice = await hub.channel(ALICE, { keys, ...(onIdentityChange === undefined ? {} : { onIdentityChange }) });
  await alice.send(ring('hello'));
  await clock.advance(seconds(2));
  return { hub, clock, alice, bob, keys };
}
