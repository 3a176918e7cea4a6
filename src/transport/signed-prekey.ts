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
export function judgePrekey(sodium: Sodium, { identityKey, prekey }: KeyBundle, now: BackendTimeMs): PrekeyJudgement {
  if (!isSignedBy(sodium, identityKey, prekey)) return 'badly-signed';
  if (prekey.validFrom > now + CLOCK_SKEW) return 'not-yet-valid';
  if (prekey.validUntil <= now) return 'expired';
  // A prekey signed for ever would defeat rotation.
  return prekey.validUntil - prekey.validFrom > PREKEY_VALIDITY ? 'badly-signed' : 'good';
}

/** Names a prekey in envelopes: a digest of it, so that a reinstalled device cannot reuse a name by accident. */
export function prekeyId(sodium: Sodium, publicKey: Uint8Array): Uint8Array {
  return sodium.crypto_generichash(64, publicKey, null).slice(0, PREKEY_ID_BYTES);
}

export const PREKEY_ID_BYTES = 8;

function isSignedBy(sodium: Sodium, identityKey: Uint8Array, prekey: SignedPrekey): boolean {
  if (identityKey.length !== 32 || prekey.publicKey.length !== 32 || prekey.signature.length !== 64) return false;
  if (!Number.isSafeInteger(prekey.validFrom) || !Number.isSafeInteger(prekey.validUntil)) return false;
  if (prekey.validFrom < 0 || prekey.validUntil < prekey.validFrom) return false;
  return sodium.crypto_sign_verify_detached(prekey.signature, signedBytes(prekey), identityKey);
}

function signedBytes({ publicKey, validFrom, validUntil }: Omit<SignedPrekey, 'signature'>): Uint8Array {
  return new ByteWriter().text('callcore prekey 1').bytes(publicKey).u64(validFrom).u64(validUntil).finish();
}
