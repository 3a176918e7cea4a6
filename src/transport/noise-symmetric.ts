import { ByteWriter } from './byte-fields.ts';
import type { Sodium } from './sodium.ts';

/** Noise's CipherState for ChaChaPoly: a key and a counter. The counter moves within the call, so no two encryptions share one. */
export class CipherState {
  #sodium: Sodium;
  #key: Uint8Array;
  #counter = 0;

  /** Takes the key over: `wipe` wipes it. */
  constructor(sodium: Sodium, key: Uint8Array) {
    this.#sodium = sodium;
    this.#key = key;
  }

  encrypt(associated: Uint8Array, plaintext: Uint8Array): Uint8Array {
    return this.#sodium.crypto_aead_chacha20poly1305_ietf_encrypt(plaintext, associated, null, this.#nonce(), this.#key);
  }

  /** `undefined` when it is not authentic. */
  decrypt(associated: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined {
    if (ciphertext.length < TAG_BYTES) return undefined;
    try {
      return this.#sodium.crypto_aead_chacha20poly1305_ietf_decrypt(null, ciphertext, associated, this.#nonce(), this.#key);
    } catch {
      // libsodium-wrappers says "forged" by throwing.
      return undefined;
    }
  }

  wipe(): void {
    this.#sodium.memzero(this.#key);
  }

  /** 32 zero bits, then the counter in 64 bits, little-endian (Noise, section 12.3). */
  #nonce(): Uint8Array {
    const nonce = new Uint8Array(12);
    new DataView(nonce.buffer).setBigUint64(4, BigInt(this.#counter++), true);
    return nonce;
  }
}

/** Noise's SymmetricState for ChaChaPoly and BLAKE2b (revision 34, section 5.2). */
export class SymmetricState {
  #sodium: Sodium;
  #chainingKey: Uint8Array;
  #hash: Uint8Array;
  #cipher: CipherState | undefined;

  constructor(sodium: Sodium, protocolName: string) {
    this.#sodium = sodium;
    const name = new TextEncoder().encode(protocolName);
    if (name.length > HASH_BYTES) throw new RangeError('a Noise protocol name longer than its hash would have to be hashed first');
    this.#hash = new ByteWriter().bytes(name).zeros(HASH_BYTES - name.length).finish();
    this.#chainingKey = this.#hash.slice();
  }

  /** Equal on both sides exactly when both saw the same handshake. */
  get handshakeHash(): Uint8Array {
    return this.#hash;
  }

  mixHash(data: Uint8Array): void {
    this.#hash = hash(this.#sodium, this.#hash, data);
  }

  mixKey(secret: Uint8Array): void {
    const [chainingKey, key] = this.#derive(secret);
    this.#sodium.memzero(this.#chainingKey);
    this.#chainingKey = chainingKey;
    this.#replaceCipher(new CipherState(this.#sodium, key.slice(0, KEY_BYTES)));
    this.#sodium.memzero(key);
  }

  encryptAndHash(plaintext: Uint8Array): Uint8Array {
    const ciphertext = this.#cipher === undefined ? plaintext : this.#cipher.encrypt(this.#hash, plaintext);
    this.mixHash(ciphertext);
    return ciphertext;
  }

  /** `undefined` when it is not authentic; the state is of no use afterwards. */
  decryptAndHash(ciphertext: Uint8Array): Uint8Array | undefined {
    const plaintext = this.#cipher === undefined ? ciphertext : this.#cipher.decrypt(this.#hash, ciphertext);
    this.mixHash(ciphertext);
    return plaintext;
  }

  /** The two ciphers of the transport phase. One-way patterns use the first only. */
  split(): readonly [CipherState, CipherState] {
    const [first, second] = this.#derive(new Uint8Array());
    return [new CipherState(this.#sodium, first.slice(0, KEY_BYTES)), new CipherState(this.#sodium, second.slice(0, KEY_BYTES))];
  }

  wipe(): void {
    this.#sodium.memzero(this.#chainingKey);
    this.#replaceCipher(undefined);
  }

  #replaceCipher(cipher: CipherState | undefined): void {
    this.#cipher?.wipe();
    this.#cipher = cipher;
  }

  /** HKDF of Noise, section 4.3, with two outputs. */
  #derive(input: Uint8Array): readonly [Uint8Array, Uint8Array] {
    const temporary = hmac(this.#sodium, this.#chainingKey, input);
    const first = hmac(this.#sodium, temporary, ONE);
    const second = hmac(this.#sodium, temporary, first, TWO);
    this.#sodium.memzero(temporary);
    return [first, second];
  }
}

/** The hash of the parts, in sequence. */
function hash(sodium: Sodium, ...parts: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter();
  for (const part of parts) writer.bytes(part);
  return sodium.crypto_generichash(HASH_BYTES, writer.finish(), null);
}

/** HMAC over BLAKE2b (RFC 2104), as Noise wants it: not BLAKE2b's own keyed mode. */
function hmac(sodium: Sodium, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const inner = new Uint8Array(BLOCK_BYTES).fill(0x36);
  const outer = new Uint8Array(BLOCK_BYTES).fill(0x5c);
  for (let index = 0; index < key.length; index++) {
    const byte = key[index] ?? 0;
    inner[index] = 0x36 ^ byte;
    outer[index] = 0x5c ^ byte;
  }
  const digest = hash(sodium, outer, hash(sodium, inner, ...parts));
  sodium.memzero(inner);
  sodium.memzero(outer);
  return digest;
}

const HASH_BYTES = 64;
const BLOCK_BYTES = 128;
const KEY_BYTES = 32;
const TAG_BYTES = 16;
const ONE = Uint8Array.of(1);
const TWO = Uint8Array.of(2);
