import { backendTime, type BackendTimeMs } from '../base/units.ts';
import { ByteWriter } from './byte-fields.ts';
import { CLOCK_SKEW, PREKEY_VALIDITY } from './retention.ts';
import type { Sodium } from './sodium.ts';

/** An X25519 key that its device's identity vouches for, for a span of time. */
export type SignedPrekey = {
  readonly publicKey: Uint8Array;
  readonly validFrom: BackendTimeMs;
  readonly validUntil: BackendTimeMs;
  /** Ed25519, by the identity key. */
  readonly signature: Uint8Array;
};

/** What a sender must know of a device: both keys are public. */
export type KeyBundle = {
  /** Ed25519: what people verify and apps pin. */
  readonly identityKey: Uint8Array;
  readonly prekey: SignedPrekey;
};

export function signPrekey(sodium: Sodium, identitySecret: Uint8Array, publicKey: Uint8Array, now: BackendTimeMs): SignedPrekey {
  const dates = { validFrom: now, validUntil: backendTime(now + PREKEY_VALIDITY) };
  const signature = sodium.crypto_sign_detached(signedBytes({ publicKey, ...dates }), identitySecret);
  return { publicKey, ...dates, signature };
}

export type PrekeyJudgement = 'good' | 'badly-signed' | 'expired' | 'not-yet-valid';

/** Whether a sender may seal for this bundle at backend time `now`. Total: any bytes are judged, none throws. */
export function judgePrekey(sodium: Sodium, bundle: KeyBundle, now: BackendTimeMs): PrekeyJudgement {
  return isSigned(sodium, bundle) ? judgeDates(bundle.prekey, now) : 'badly-signed';
}

/** Judges prekeys, and checks the signature of each but once: a call seals several messages for the same one. */
export class PrekeyJudge {
  #sodium: Sodium;
  #signed = new WeakMap<SignedPrekey, Uint8Array>();

  constructor(sodium: Sodium) {
    this.#sodium = sodium;
  }

  isGood(bundle: KeyBundle, now: BackendTimeMs): boolean {
    if (this.#signed.get(bundle.prekey) !== bundle.identityKey) {
      if (!isSigned(this.#sodium, bundle)) return false;
      this.#signed.set(bundle.prekey, bundle.identityKey);
    }
    return judgeDates(bundle.prekey, now) === 'good';
  }
}

/** Names a prekey in envelopes: a digest of it, so that a reinstalled device cannot reuse a name by accident. */
export function prekeyId(sodium: Sodium, publicKey: Uint8Array): Uint8Array {
  return sodium.crypto_generichash(64, publicKey, null).slice(0, PREKEY_ID_BYTES);
}

export const PREKEY_ID_BYTES = 8;

function judgeDates({ validFrom, validUntil }: SignedPrekey, now: BackendTimeMs): PrekeyJudgement {
  if (validFrom > now + CLOCK_SKEW) return 'not-yet-valid';
  return validUntil <= now ? 'expired' : 'good';
}

function isSigned(sodium: Sodium, { identityKey, prekey }: KeyBundle): boolean {
  const { publicKey, validFrom, validUntil, signature } = prekey;
  if (identityKey.length !== 32 || publicKey.length !== 32 || signature.length !== 64) return false;
  if (!Number.isSafeInteger(validFrom) || !Number.isSafeInteger(validUntil) || validFrom < 0 || validUntil < validFrom) return false;
  // A prekey signed for ever would defeat rotation.
  if (validUntil - validFrom > PREKEY_VALIDITY) return false;
  return sodium.crypto_sign_verify_detached(signature, signedBytes(prekey), identityKey);
}

function signedBytes({ publicKey, validFrom, validUntil }: Omit<SignedPrekey, 'signature'>): Uint8Array {
  return new ByteWriter().text('callcore prekey 1').bytes(publicKey).u64(validFrom).u64(validUntil).finish();
}
