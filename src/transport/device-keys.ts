import type { Clock } from '../base/clock.ts';
import type { Entropy } from '../base/entropy.ts';
import { systemClock } from '../base/system-clock.ts';
import { systemEntropy } from '../base/system-entropy.ts';
import { backendTime, type BackendTimeMs } from '../base/units.ts';
import { ByteReader, ByteWriter } from './byte-fields.ts';
import { CLOCK_SKEW, MAIL_RETENTION, PREKEY_ROTATION } from './retention.ts';
import { prekeyId, signPrekey, type KeyBundle, type SignedPrekey } from './signed-prekey.ts';
import { keyPairOf, loadSodium, type KeyPair, type Sodium } from './sodium.ts';

/** New keys for a new device: an identity and its first prekey. */
export async function createDeviceKeys(options: { readonly clock?: Clock; readonly entropy?: Entropy } = {}): Promise<DeviceKeys> {
  const sodium = await loadSodium();
  const entropy = options.entropy ?? systemEntropy;
  const keys = new DeviceKeys(sodium, entropy, entropy.bytes(32), []);
  keys.maintain((options.clock ?? systemClock).wallNow());
  return keys;
}

/** The keys of a device that {@link DeviceKeys.save} wrote. Throws {@link SavedKeysError} when they cannot be read. */
export async function restoreDeviceKeys(saved: Uint8Array, options: { readonly entropy?: Entropy } = {}): Promise<DeviceKeys> {
  const sodium = await loadSodium();
  const reader = new ByteReader(saved);
  const known = reader.u8() === SAVED_VERSION;
  const seed = reader.bytes(32)?.slice();
  const prekeys: HeldPrekey[] = [];
  for (let count = known ? reader.u8() : 0; count > 0; count--) {
    const secretKey = reader.bytes(32)?.slice();
    const [validFrom, validUntil] = [reader.u64(), reader.u64()];
    const signature = reader.bytes(64)?.slice();
    const replacedAt = reader.u64();
    if (secretKey === undefined || signature === undefined || ![validFrom, validUntil, replacedAt].every(Number.isSafeInteger)) throw new SavedKeysError();
    const pair = keyPairOf(sodium, secretKey);
    const signed = { publicKey: pair.publicKey, validFrom: backendTime(validFrom), validUntil: backendTime(validUntil), signature };
    prekeys.push({ pair, signed, replacedAt: replacedAt === 0 ? undefined : backendTime(replacedAt) });
  }
  if (!known || seed === undefined || prekeys.length === 0 || reader.left !== 0) throw new SavedKeysError();
  return new DeviceKeys(sodium, options.entropy ?? systemEntropy, seed, prekeys);
}

/** The saved keys are damaged or of another version. */
export class SavedKeysError extends Error {
  override readonly name = 'SavedKeysError' as const;

  constructor() {
    super('the saved device keys cannot be read: pass exactly what DeviceKeys.save() returned, or create new keys');
  }
}

/** The keys were closed, and are wiped. */
export class KeysClosedError extends Error {
  override readonly name = 'KeysClosedError' as const;

  constructor() {
    super('these device keys were closed and wiped: restore them with restoreDeviceKeys(saved)');
  }
}

type HeldPrekey = { readonly pair: KeyPair; readonly signed: SignedPrekey; readonly replacedAt: BackendTimeMs | undefined };

/** The secrets of one device: its Ed25519 identity, the prekey it publishes, and older ones while mail for them may come. */
export class DeviceKeys {
  /** Ed25519, public: what people verify and apps pin. */
  readonly identityKey: Uint8Array;
  #sodium: Sodium;
  #entropy: Entropy;
  #seed: Uint8Array;
  #identitySecret: Uint8Array;
  #exchange: KeyPair;
  #prekeys: HeldPrekey[];
  #closed = false;

  /** @internal Use {@link createDeviceKeys} or {@link restoreDeviceKeys}. */
  constructor(sodium: Sodium, entropy: Entropy, seed: Uint8Array, prekeys: readonly HeldPrekey[]) {
    const identity = sodium.crypto_sign_seed_keypair(seed);
    this.identityKey = identity.publicKey;
    this.#sodium = sodium;
    this.#entropy = entropy;
    this.#seed = seed;
    this.#identitySecret = identity.privateKey;
    this.#exchange = keyPairOf(sodium, sodium.crypto_sign_ed25519_sk_to_curve25519(identity.privateKey));
    this.#prekeys = [...prekeys];
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** libsodium: who holds keys has it loaded. */
  get sodium(): Sodium {
    return this.#sodium;
  }

  /** The identity's X25519 form. The secret is not to be kept. */
  get exchange(): KeyPair {
    this.#mustBeOpen();
    return this.#exchange;
  }

  /** What this device publishes. */
  get bundle(): KeyBundle {
    this.#mustBeOpen();
    const current = this.#prekeys.at(-1);
    if (current === undefined) throw new KeysClosedError();
    return { identityKey: this.identityKey, prekey: current.signed };
  }

  /**
   * Replaces the prekey when it is a week old or its dates do not fit the backend's time, and wipes those
   * whose mail can no longer come. After `rotated` the bundle is to be published and the keys to be saved.
   */
  maintain(now: BackendTimeMs): 'rotated' | 'unchanged' {
    this.#mustBeOpen();
    this.#prekeys = this.#prekeys.filter((held) => {
      const outlived = held.replacedAt !== undefined && now >= held.replacedAt + MAIL_RETENTION;
      if (outlived) this.#sodium.memzero(held.pair.secretKey);
      return !outlived;
    });
    const current = this.#prekeys.at(-1);
    if (current !== undefined && fits(current.signed, now)) return 'unchanged';
    if (current !== undefined) this.#prekeys[this.#prekeys.length - 1] = { ...current, replacedAt: now };
    const pair = keyPairOf(this.#sodium, this.#entropy.bytes(32));
    this.#prekeys.push({ pair, signed: signPrekey(this.#sodium, this.#identitySecret, pair.publicKey, now), replacedAt: undefined });
    return 'rotated';
  }

  /** The prekey of that name, while it is kept. */
  prekey(id: Uint8Array): KeyPair | undefined {
    this.#mustBeOpen();
    return this.#prekeys.find((held) => this.#sodium.memcmp(prekeyId(this.#sodium, held.pair.publicKey), id))?.pair;
  }

  /** Secret bytes for {@link restoreDeviceKeys}; to be stored as such. */
  save(): Uint8Array {
    this.#mustBeOpen();
    const writer = new ByteWriter().u8(SAVED_VERSION).bytes(this.#seed).u8(this.#prekeys.length);
    for (const { pair, signed, replacedAt } of this.#prekeys) {
      writer.bytes(pair.secretKey).u64(signed.validFrom).u64(signed.validUntil).bytes(signed.signature).u64(replacedAt ?? 0);
    }
    return writer.finish();
  }

  /** Wipes every secret. Idempotent. */
  close(): void {
    this.#closed = true;
    for (const secret of [this.#seed, this.#identitySecret, this.#exchange.secretKey]) this.#sodium.memzero(secret);
    for (const { pair } of this.#prekeys) this.#sodium.memzero(pair.secretKey);
    this.#prekeys = [];
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new KeysClosedError();
  }
}

const SAVED_VERSION = 1;

/** Whether a prekey of these dates is still the one to publish. */
function fits(prekey: SignedPrekey, now: BackendTimeMs): boolean {
  const age = now - prekey.validFrom;
  return age < PREKEY_ROTATION && prekey.validFrom <= now + CLOCK_SKEW;
}
