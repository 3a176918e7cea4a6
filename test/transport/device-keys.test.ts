import { describe, expect, it } from 'vitest';
import { SeededEntropy } from '../../src/base/seeded-entropy.ts';
import { backendTime, ms, seconds, type BackendTimeMs } from '../../src/base/units.ts';
import { VirtualTime } from '../../src/testing/virtual-time.ts';
import { createDeviceKeys, KeysClosedError, LoopbackHub, restoreDeviceKeys, SavedKeysError } from '../../src/transport/index.ts';
import { judgePrekey, PrekeyJudge, prekeyId, type KeyBundle } from '../../src/transport/signed-prekey.ts';
import { seed } from '../seed.ts';
import { ALICE, BOB, listen, ring, texts } from './people.ts';

const DAY = 86_400_000;

describe('a prekey', () => {
  it('is good for a fortnight from when it was made', async () => {
    const { keys, now, judge } = await made();
    expect(judge(keys.bundle, now)).toBe('good');
    expect(judge(keys.bundle, later(now, 14 * DAY - 1))).toBe('good');
    expect(judge(keys.bundle, later(now, 14 * DAY))).toBe('expired');
    expect(judge(keys.bundle, later(now, -3_600_000))).toBe('not-yet-valid');
  });

  it('is refused when anything of it was changed, or another identity is put above it', async () => {
    const { keys, now, judge } = await made();
    const { identityKey, prekey } = keys.bundle;
    const stranger = await createDeviceKeys();
    const forgeries: KeyBundle[] = [
      { identityKey: stranger.identityKey, prekey },
      { identityKey, prekey: { ...prekey, publicKey: stranger.bundle.prekey.publicKey } },
      { identityKey, prekey: { ...prekey, validUntil: later(prekey.validUntil, 1) } },
      { identityKey, prekey: { ...prekey, validFrom: later(prekey.validFrom, -1) } },
      { identityKey, prekey: { ...prekey, signature: new Uint8Array(64) } },
      { identityKey, prekey: { ...prekey, signature: new Uint8Array(3) } },
      { identityKey: new Uint8Array(31), prekey },
      { identityKey, prekey: { ...prekey, validFrom: backendTime(Number.NaN) } },
    ];
    for (const forgery of forgeries) expect(judge(forgery, now)).toBe('badly-signed');
  });

  it('judged once stays bound to its identity and its dates', async () => {
    const { keys, now } = await made();
    const { bundle } = keys;
    const judge = new PrekeyJudge(keys.sodium);
    expect(judge.isGood(bundle, now)).toBe(true);
    expect(judge.isGood({ ...bundle, identityKey: (await createDeviceKeys()).identityKey }, now)).toBe(false);
    expect(judge.isGood(bundle, later(now, 15 * DAY))).toBe(false);
  });

  it('is replaced weekly; the old one opens mail for seven more days and is then wiped', async () => {
    const { keys, now } = await made();
    const first = prekeyId(keys.sodium, keys.bundle.prekey.publicKey);
    const secret = keys.prekey(first)!.secretKey;
    expect(keys.maintain(later(now, 7 * DAY - 1))).toBe('unchanged');
    expect(keys.maintain(later(now, 7 * DAY))).toBe('rotated');
    expect(keys.prekey(first)?.secretKey).toBe(secret);
    keys.maintain(later(now, 14 * DAY - 1));
    expect(keys.prekey(first)).toBeDefined();
    keys.maintain(later(now, 14 * DAY));
    expect(keys.prekey(first)).toBeUndefined();
    expect(secret).toEqual(new Uint8Array(32));
  });

  it('dated by a clock that runs ahead is replaced when the backend tells the time', async () => {
    const { keys, now, judge } = await made();
    const truth = later(now, -30 * DAY);
    expect(keys.maintain(truth)).toBe('rotated');
    expect(judge(keys.bundle, truth)).toBe('good');
  });

  it('that was replaced since the sender looked still opens what was sealed for it', async () => {
    const clock = new VirtualTime();
    const hub = new LoopbackHub({ clock });
    const keys = await createDeviceKeys({ clock });
    const [alice, bob] = [await hub.channel(ALICE), await hub.channel(BOB, { keys })];
    const heard = listen(bob);
    await clock.advance(ms(7 * DAY - 1000));
    await alice.send(ring('before'));
    await clock.advance(seconds(2));
    expect(keys.maintain(clock.wallNow())).toBe('rotated');
    await alice.send(ring('after'));
    await clock.advance(seconds(2));
    expect(texts(heard)).toEqual(['before', 'after']);
  });
});

describe('device keys', () => {
  it('come back as they were saved, older prekeys included', async () => {
    const { keys, now } = await made();
    const first = prekeyId(keys.sodium, keys.bundle.prekey.publicKey);
    keys.maintain(later(now, 8 * DAY));
    const restored = await restoreDeviceKeys(keys.save());
    expect(restored.bundle).toEqual(keys.bundle);
    expect(restored.prekey(first)).toEqual(keys.prekey(first));
    expect(restored.save()).toEqual(keys.save());
    restored.maintain(later(now, 15 * DAY));
    expect(restored.prekey(first)).toBeUndefined();
  });

  it('that were damaged are named as such, whatever the damage', async () => {
    const saved = (await made()).keys.save();
    const entropy = new SeededEntropy(seed);
    await expect(restoreDeviceKeys(new Uint8Array())).rejects.toThrow(SavedKeysError);
    for (let length = 0; length < saved.length; length++) await expect(restoreDeviceKeys(saved.subarray(0, length))).rejects.toThrow(SavedKeysError);
    await expect(restoreDeviceKeys(Uint8Array.of(...saved, 0))).rejects.toThrow(SavedKeysError);
    // Dates that no number holds exactly: they would come back as others.
    for (const date of [66, 74, 146]) await expect(restoreDeviceKeys(saved.with(date, 0xff))).rejects.toThrow(SavedKeysError);
    for (let count = 0; count < 50; count++) await restoreDeviceKeys(entropy.bytes(200)).catch((error: unknown) => expect(error).toBeInstanceOf(SavedKeysError));
  });

  it('K10: are wiped on close and of no use afterwards', async () => {
    const { keys } = await made();
    const secrets = [keys.exchange.secretKey, keys.prekey(prekeyId(keys.sodium, keys.bundle.prekey.publicKey))!.secretKey];
    keys.close();
    for (const secret of secrets) expect(secret).toEqual(new Uint8Array(secret.length));
    expect(() => keys.exchange).toThrow(KeysClosedError);
    expect(() => keys.bundle).toThrow(KeysClosedError);
    expect(() => keys.save()).toThrow(KeysClosedError);
    keys.close();
  });
});

async function made() {
  const clock = new VirtualTime();
  const keys = await createDeviceKeys({ clock, entropy: new SeededEntropy(seed) });
  return { keys, now: clock.wallNow(), judge: (bundle: KeyBundle, now: BackendTimeMs) => judgePrekey(keys.sodium, bundle, now) };
}

function later(from: BackendTimeMs, by: number): BackendTimeMs {
  return backendTime(from + by);
}
