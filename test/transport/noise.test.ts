import { describe, expect, it } from 'vitest';
import { SymmetricState } from '../../src/transport/noise-symmetric.ts';
import { readX, writeX } from '../../src/transport/noise-x.ts';
import { keyPairOf, loadSodium } from '../../src/transport/sodium.ts';
import published from '../fixtures/vectors/noise-25519-chachapoly-blake2b.json' with { type: 'json' };

const sodium = await loadSodium();

describe('Noise_X_25519_ChaChaPoly_BLAKE2b', () => {
  const vectors = published.vectors.filter((vector) => vector.protocol_name === 'Noise_X_25519_ChaChaPoly_BLAKE2b');

  it('has published vectors to answer to', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(2);
  });

  it.each(vectors)('writes every message of a published vector, bit for bit', (vector) => {
    const sender = pair(vector.init_static);
    const recipient = bytes(vector.init_remote_static);
    const written = writeX(sodium, { prologue: bytes(vector.init_prologue), sender, recipient, ephemeral: pair(vector.init_ephemeral) }, bytes(vector.messages[0]!.payload))!;
    expect(hex(written.message)).toBe(vector.messages[0]!.ciphertext);
    if (vector.handshake_hash !== undefined) expect(hex(written.state.handshakeHash)).toBe(vector.handshake_hash);
    const [cipher] = written.state.split();
    for (const { payload, ciphertext } of vector.messages.slice(1)) expect(hex(cipher.encrypt(new Uint8Array(), bytes(payload)))).toBe(ciphertext);
  });

  it.each(vectors)('reads every message of a published vector and learns who sent it', (vector) => {
    const read = readX(sodium, bytes(vector.resp_prologue), pair(vector.resp_static), bytes(vector.messages[0]!.ciphertext))!;
    expect(hex(read.payload)).toBe(vector.messages[0]!.payload);
    expect(hex(read.sender)).toBe(hex(pair(vector.init_static).publicKey));
    const [cipher] = read.state.split();
    for (const { payload, ciphertext } of vector.messages.slice(1)) expect(hex(cipher.decrypt(new Uint8Array(), bytes(ciphertext))!)).toBe(payload);
  });

  it('refuses an ephemeral key of small order', () => {
    const recipient = keyPairOf(sodium, sodium.randombytes_buf(32));
    expect(readX(sodium, new Uint8Array(), recipient, new Uint8Array(200))).toBeUndefined();
  });

  it('does not write to a recipient whose key is of small order', () => {
    const sender = keyPairOf(sodium, sodium.randombytes_buf(32));
    const ephemeral = keyPairOf(sodium, sodium.randombytes_buf(32));
    expect(writeX(sodium, { prologue: new Uint8Array(), sender, recipient: new Uint8Array(32), ephemeral }, new Uint8Array(5))).toBeUndefined();
  });
});

describe('the symmetric state', () => {
  it.each(published.vectors.filter((vector) => vector.protocol_name === 'Noise_K_25519_ChaChaPoly_BLAKE2b'))(
    'carries pattern K to its published vectors as well',
    (vector) => {
      const sender = pair(vector.init_static);
      const ephemeral = pair(vector.init_ephemeral);
      const recipient = bytes(vector.init_remote_static);
      const state = new SymmetricState(sodium, vector.protocol_name);
      for (const data of [bytes(vector.init_prologue), sender.publicKey, recipient, ephemeral.publicKey]) state.mixHash(data);
      state.mixKey(sodium.crypto_scalarmult(ephemeral.secretKey, recipient));
      state.mixKey(sodium.crypto_scalarmult(sender.secretKey, recipient));
      expect(hex(ephemeral.publicKey) + hex(state.encryptAndHash(bytes(vector.messages[0]!.payload)))).toBe(vector.messages[0]!.ciphertext);
      const [cipher] = state.split();
      for (const { payload, ciphertext } of vector.messages.slice(1)) expect(hex(cipher.encrypt(new Uint8Array(), bytes(payload)))).toBe(ciphertext);
    },
  );
});

function bytes(text: string): Uint8Array {
  return sodium.from_hex(text);
}

function hex(of: Uint8Array): string {
  return sodium.to_hex(of);
}

function pair(secret: string): ReturnType<typeof keyPairOf> {
  return keyPairOf(sodium, bytes(secret));
}
