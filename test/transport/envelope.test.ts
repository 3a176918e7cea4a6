import { assert, nat, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/base/device.ts';
import { SeededEntropy } from '../../src/base/seeded-entropy.ts';
import { backendTime } from '../../src/base/units.ts';
import { createDeviceKeys, type DeviceKeys } from '../../src/transport/device-keys.ts';
import { openEnvelope, sealEnvelope, unknownPrekeyNotice, type EnvelopeOpening } from '../../src/transport/envelope.ts';
import { decodeLetter, encodeLetter, LETTER_OVERHEAD, TEXT_LIMIT } from '../../src/transport/letter.ts';
import { ENVELOPE_SIZES } from '../../src/transport/padding.ts';
import { keyPairOf, loadSodium } from '../../src/transport/sodium.ts';
import { seed } from '../seed.ts';
import { ALICE, BOB, BOBS_OTHER, MALLORY } from './people.ts';

const sodium = await loadSodium();
const entropy = new SeededEntropy(seed);
const [alice, bob, mallory] = [await createDeviceKeys({ entropy }), await createDeviceKeys({ entropy }), await createDeviceKeys({ entropy })];
const LETTER = { conversation: 'alice-and-bob', id: entropy.bytes(16), sentAt: backendTime(1_800_000_000_000), text: '{"type":"SETUP"}' };

describe('an envelope', () => {
  it('gives its letter to the device it was sealed for, and proves whose identity sealed it', () => {
    const opening = open(seal());
    expect(opening).toMatchObject({ type: 'opened', letter: LETTER });
    expect(opening.type === 'opened' && opening.senderIdentity).toEqual(alice.identityKey);
  });

  it('K03: is refused when any one bit of its keys, and any of a thousand of its body, is flipped', () => {
    const envelope = seal();
    const bits = [...Array.from({ length: 140 * 8 }, (_, bit) => bit), ...Array.from({ length: 1000 }, () => entropy.below(envelope.length * 8))];
    for (const bit of bits) {
      const flipped = envelope.slice();
      flipped[bit >> 3] = flipped[bit >> 3]! ^ (1 << (bit & 7));
      expect(open(flipped).type, `bit ${bit}`).toBe('refused');
    }
  });

  it('K03: gives a typed refusal and never a letter or a throw for 100,000 seeded mutations', () => {
    const envelope = seal();
    const reasons = new Map<string, number>();
    for (let count = 0; count < 100_000; count++) {
      const mutated = mutate(envelope);
      // Two changes to one byte can undo each other.
      if (Buffer.compare(mutated, envelope) === 0) continue;
      const opening = open(mutated);
      const reason = opening.type === 'refused' ? opening.because : opening.type;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    expect(reasons.get('opened')).toBeUndefined();
    expect(new Set(reasons.keys())).toEqual(new Set(['not-an-envelope', 'unknown-version', 'unknown-prekey', 'not-authentic', 'plaintext']));
  });

  it('is refused under every other conversation, sender, recipient and identity than its own', () => {
    const envelope = seal();
    expect(open(envelope, { conversation: 'elsewhere' })).toEqual(NOT_AUTHENTIC);
    expect(open(envelope, { from: MALLORY })).toEqual(NOT_AUTHENTIC);
    expect(open(envelope, { to: BOBS_OTHER })).toEqual(NOT_AUTHENTIC);
    expect(openAs(bob, mallory.identityKey, envelope)).toEqual(NOT_AUTHENTIC);
    expect(open(envelope, {}, mallory)).toEqual({ type: 'refused', because: 'unknown-prekey' });
  });

  it('does not confuse a user and a device whose ids run together', () => {
    const envelope = seal({ from: { user: 'a', device: 'bc' } });
    expect(open(envelope, { from: { user: 'ab', device: 'c' } })).toEqual(NOT_AUTHENTIC);
  });

  it('opens whatever the case in which the backend writes the ids', () => {
    expect(open(seal(), { from: { user: 'ALICE', device: 'Phone' } }).type).toBe('opened');
  });

  it('K05: is refused when the key inside is not that of the identity outside', () => {
    const forged = seal({}, { senderIdentity: alice.identityKey, sender: mallory.exchange });
    expect(open(forged)).toEqual({ type: 'refused', because: 'sender-mismatch' });
  });

  it('is refused when its identity is no key at all', () => {
    expect(open(seal({}, { senderIdentity: new Uint8Array(32) }))).toEqual({ type: 'refused', because: 'sender-mismatch' });
  });

  it.each(['{"type":"CANCEL"}', '{"version":"3.0","type":"SETUP"}'])('K06: is not the plaintext %s', (text) => {
    expect(open(new TextEncoder().encode(text))).toEqual({ type: 'refused', because: 'plaintext' });
  });

  it('names what it cannot be: empty, short, of another version, of no known size', () => {
    const envelope = seal();
    expect(open(new Uint8Array())).toEqual({ type: 'refused', because: 'not-an-envelope' });
    expect(open(envelope.subarray(0, 40))).toEqual({ type: 'refused', because: 'not-an-envelope' });
    expect(open(envelope.subarray(1))).toEqual({ type: 'refused', because: 'not-an-envelope' });
    expect(open(Uint8Array.of(0xca, 0x11, 2, 1))).toEqual({ type: 'refused', because: 'unknown-version' });
  });

  it('has room for a notice, which carries nothing but a reference', () => {
    const reference = entropy.bytes(16);
    expect(open(unknownPrekeyNotice(reference))).toEqual({ type: 'notice', reference });
    expect(open(unknownPrekeyNotice(entropy.bytes(17)))).toEqual({ type: 'refused', because: 'not-an-envelope' });
  });

  it('K07: has one of three sizes, and shows nothing of what it says', () => {
    const sizes = new Set<number>();
    for (let count = 0; count < 1000; count++) {
      const text = `{"type":"${['SETUP', 'CANCEL'][count % 2]}","sdp":"${'a=candidate '.repeat(entropy.below(2600))}"}`;
      const envelope = seal({}, {}, text);
      sizes.add(envelope.length);
      if (count % 50 === 0) expect(Buffer.from(envelope).includes('SETUP') || Buffer.from(envelope).includes('alice')).toBe(false);
    }
    expect([...sizes].sort((left, right) => left - right)).toEqual([...ENVELOPE_SIZES]);
  });

  it('takes the largest text and not one byte more', () => {
    const largest = 'x'.repeat(TEXT_LIMIT);
    expect(open(seal({}, {}, largest))).toMatchObject({ type: 'opened', letter: { text: largest } });
    expect(sealText(`${largest}x`)).toBeUndefined();
  });
});

describe('a letter', () => {
  it('comes back as it went, whatever its text and size', () => {
    assert(
      property(string({ unit: 'grapheme', maxLength: 300 }), nat(), nat(500), (text, sentAt, spare) => {
        const letter = { id: LETTER.id, sentAt: backendTime(sentAt), text };
        const bytes = encodeLetter(letter, LETTER_OVERHEAD + Buffer.byteLength(text) + spare)!;
        expect(decodeLetter('c', bytes)).toEqual({ ...letter, conversation: 'c' });
      }),
    );
  });

  it('is not read from bytes that are too short, hide something in the padding, or are not UTF-8', () => {
    const bytes = encodeLetter(LETTER, 200)!;
    expect(decodeLetter('c', bytes.subarray(0, LETTER_OVERHEAD + 3))).toBeUndefined();
    expect(decodeLetter('c', Uint8Array.from(bytes, (byte, index) => (index === 199 ? 1 : byte)))).toBeUndefined();
    expect(decodeLetter('c', Uint8Array.from(bytes, (byte, index) => (index === LETTER_OVERHEAD ? 0xff : byte)))).toBeUndefined();
  });
});

const NOT_AUTHENTIC: EnvelopeOpening = { type: 'refused', because: 'not-authentic' };

type Address = { readonly conversation: string; readonly from: Device; readonly to: Device };
type Keys = Parameters<typeof sealEnvelope>[2];

function seal(address: Partial<Address> = {}, keys: Partial<Keys> = {}, text = LETTER.text): Uint8Array {
  return sealText(text, address, keys)!;
}

function sealText(text: string, address: Partial<Address> = {}, keys: Partial<Keys> = {}): Uint8Array | undefined {
  const all = {
    senderIdentity: alice.identityKey,
    sender: alice.exchange,
    recipientIdentity: bob.identityKey,
    recipientPrekey: bob.bundle.prekey.publicKey,
    ephemeral: keyPairOf(sodium, entropy.bytes(32)),
    ...keys,
  };
  return sealEnvelope(sodium, { from: ALICE, to: BOB, ...address }, all, { ...LETTER, text });
}

function open(envelope: Uint8Array, address: Partial<Address> = {}, as: DeviceKeys = bob): EnvelopeOpening {
  return openAs(as, as.identityKey, envelope, address);
}

function openAs(keys: DeviceKeys, recipientIdentity: Uint8Array, envelope: Uint8Array, address: Partial<Address> = {}): EnvelopeOpening {
  const addressing = { conversation: LETTER.conversation, from: ALICE, to: BOB, ...address };
  return openEnvelope(sodium, addressing, { recipientIdentity, prekey: (id) => keys.prekey(id) }, envelope);
}

/** One of the ways in which bytes go wrong: changed, cut, extended, swapped, or made up behind a good header. */
function mutate(envelope: Uint8Array): Uint8Array {
  const changed = envelope.slice();
  const at = entropy.below(4) === 0 ? entropy.below(140) : entropy.below(changed.length);
  switch (entropy.below(8)) {
    case 0:
      return changed.subarray(0, at);
    case 1:
      return Uint8Array.from([...changed.subarray(0, 60), ...entropy.bytes(1 + entropy.below(60))]);
    case 2:
      return entropy.bytes(entropy.below(200));
    case 3:
      changed.copyWithin(0, 1 + entropy.below(30));
      return changed;
    case 4:
      changed.set(entropy.bytes(1 + entropy.below(8)), entropy.below(44));
      changed[12 + entropy.below(32)]! ^= 1;
      return changed;
    case 5:
      return new TextEncoder().encode(`{"type":"${'x'.repeat(entropy.below(50))}`);
    default:
      changed[at]! ^= 1 + entropy.below(255);
      return changed;
  }
}
