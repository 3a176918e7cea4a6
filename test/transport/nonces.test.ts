import { describe, expect, it } from 'vitest';
import { systemEntropy } from '../../src/base/system-entropy.ts';
import { backendTime } from '../../src/base/units.ts';
import { createDeviceKeys, DeviceKeys } from '../../src/transport/device-keys.ts';
import { IdentityPins } from '../../src/transport/identity-pins.ts';
import { MemoryDirectory } from '../../src/transport/memory-directory.ts';
import { SealedCipher } from '../../src/transport/sealed-cipher.ts';
import { loadSodium, type Sodium } from '../../src/transport/sodium.ts';
import { ALICE, BOB } from './people.ts';

describe('the sealed cipher', () => {
  it('K09: repeats no nonce under any key in 100,000 seals started without awaiting', { timeout: 240_000 }, async () => {
    const used = new Set<string>();
    let encryptions = 0;
    const sodium = watched(await loadSodium(), (key, nonce) => {
      encryptions += 1;
      used.add(String.fromCharCode(...key, ...nonce));
    });
    const now = backendTime(Date.now());
    const keys = new DeviceKeys(sodium, systemEntropy, systemEntropy.bytes(32), []);
    keys.maintain(now);
    const { bundle } = await createDeviceKeys();
    const pins = new IdentityPins(sodium, () => 'refuse');
    pins.trust(BOB, bundle.identityKey);
    const cipher = new SealedCipher({ self: ALICE, keys, directory: new MemoryDirectory(), pins, entropy: systemEntropy });
    const letter = { conversation: 'c', id: new Uint8Array(16), sentAt: now, text: '' };
    const sealings = Array.from({ length: 100_000 }, () => cipher.seal(letter, { device: BOB, bundle }, now));
    expect(encryptions).toBe(200_000);
    expect(used.size).toBe(encryptions);
    expect((await Promise.all(sealings)).every(({ type }) => type === 'sealed')).toBe(true);
  });
});

/**
 * libsodium that tells which key and nonce every encryption uses. It answers with the tag's length alone, and
 * takes a hash for Diffie–Hellman, for speed: which keys and nonces are chosen does not depend on either.
 */
function watched(sodium: Sodium, tell: (key: Uint8Array, nonce: Uint8Array) => void): Sodium {
  const encrypt: Sodium['crypto_aead_chacha20poly1305_ietf_encrypt'] = (...[, , , nonce, key]: readonly unknown[]) => {
    tell(key as Uint8Array, nonce as Uint8Array);
    return new Uint8Array(16) as never;
  };
  const scalarmult = (secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array => sodium.crypto_generichash(32, publicKey, secretKey);
  return Object.assign(Object.create(sodium) as Sodium, { crypto_aead_chacha20poly1305_ietf_encrypt: encrypt, crypto_scalarmult: scalarmult });
}
