import { ByteReader, ByteWriter } from './byte-fields.ts';
import { SymmetricState } from './noise-symmetric.ts';
import type { KeyPair, Sodium } from './sodium.ts';

/** What X adds to a payload: the ephemeral key, the sealed static key with its tag, the payload's tag. */
export const NOISE_X_OVERHEAD = 32 + 48 + 16;

export type Writing = {
  readonly prologue: Uint8Array;
  readonly sender: KeyPair;
  readonly recipient: Uint8Array;
  /** Never used for a second message: two messages under one ephemeral key share their keys and nonces. */
  readonly ephemeral: KeyPair;
};

/**
 * One message of Noise_X_25519_ChaChaPoly_BLAKE2b (`<- s … -> e, es, s, ss`) and the state after it, for the
 * caller to wipe. `undefined` when the recipient's key is one of the few that hide nothing.
 */
export function writeX(sodium: Sodium, { prologue, sender, recipient, ephemeral }: Writing, payload: Uint8Array): WrittenX | undefined {
  const state = begin(sodium, prologue, recipient);
  state.mixHash(ephemeral.publicKey);
  if (!mixDh(sodium, state, ephemeral.secretKey, recipient)) return undefined;
  const sealedStatic = state.encryptAndHash(sender.publicKey);
  if (!mixDh(sodium, state, sender.secretKey, recipient)) return undefined;
  const sealedPayload = state.encryptAndHash(payload);
  return { message: new ByteWriter().bytes(ephemeral.publicKey).bytes(sealedStatic).bytes(sealedPayload).finish(), state };
}

export type WrittenX = { readonly message: Uint8Array; readonly state: SymmetricState };

/** Opens what {@link writeX} wrote: payload, the sender's static key, the state. `undefined`: not authentic. */
export function readX(sodium: Sodium, prologue: Uint8Array, recipient: KeyPair, message: Uint8Array): ReadX | undefined {
  const reader = new ByteReader(message);
  const ephemeral = reader.bytes(32);
  const sealedStatic = reader.bytes(48);
  if (ephemeral === undefined || sealedStatic === undefined) return undefined;
  const state = begin(sodium, prologue, recipient.publicKey);
  state.mixHash(ephemeral);
  const opened = readRest(sodium, state, recipient, { ephemeral, sealedStatic, sealedPayload: reader.rest() });
  if (opened === undefined) state.wipe();
  return opened;
}

export type ReadX = { readonly payload: Uint8Array; readonly sender: Uint8Array; readonly state: SymmetricState };

type Parts = { readonly ephemeral: Uint8Array; readonly sealedStatic: Uint8Array; readonly sealedPayload: Uint8Array };

function readRest(sodium: Sodium, state: SymmetricState, recipient: KeyPair, parts: Parts): ReadX | undefined {
  if (!mixDh(sodium, state, recipient.secretKey, parts.ephemeral)) return undefined;
  const sender = state.decryptAndHash(parts.sealedStatic);
  if (sender === undefined || !mixDh(sodium, state, recipient.secretKey, sender)) return undefined;
  const payload = state.decryptAndHash(parts.sealedPayload);
  return payload === undefined ? undefined : { payload, sender, state };
}

function begin(sodium: Sodium, prologue: Uint8Array, recipient: Uint8Array): SymmetricState {
  const state = new SymmetricState(sodium, 'Noise_X_25519_ChaChaPoly_BLAKE2b');
  state.mixHash(prologue);
  state.mixHash(recipient);
  return state;
}

/** False when the public key is of small order: libsodium refuses an all-zero secret by throwing. */
function mixDh(sodium: Sodium, state: SymmetricState, secretKey: Uint8Array, publicKey: Uint8Array): boolean {
  let shared: Uint8Array;
  try {
    shared = sodium.crypto_scalarmult(secretKey, publicKey);
  } catch {
    return false;
  }
  state.mixKey(shared);
  sodium.memzero(shared);
  return true;
}
