import type { default as LibSodium } from 'libsodium-wrappers';

/** libsodium, loaded: having one in hand is the proof that its functions may be called. */
export type Sodium = typeof LibSodium;

let loading: Promise<Sodium> | undefined;

/** Loads libsodium's WebAssembly once for the process. */
export function loadSodium(): Promise<Sodium> {
  loading ??= import('libsodium-wrappers').then(async ({ default: sodium }) => {
    await sodium.ready;
    return sodium;
  });
  return loading;
}

/** An X25519 key pair. */
export type KeyPair = { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };

/** The X25519 key pair of a secret. The secret is kept, not copied: wiping the pair wipes it. */
export function keyPairOf(sodium: Sodium, secretKey: Uint8Array): KeyPair {
  return { publicKey: sodium.crypto_scalarmult_base(secretKey), secretKey };
}
