import { deviceKey, type Device } from '../base/device.ts';
import { ByteReader, ByteWriter } from './byte-fields.ts';
import { decodeLetter, encodeLetter, LETTER_OVERHEAD, textBytes, type Letter } from './letter.ts';
import { NOISE_X_OVERHEAD, readX, writeX } from './noise-x.ts';
import { isEnvelopeSize, paddedSize } from './padding.ts';
import type { Refusal } from './refusal.ts';
import { PREKEY_ID_BYTES, prekeyId } from './signed-prekey.ts';
import type { KeyPair, Sodium } from './sodium.ts';

/*
 * envelope = magic(2) version(1) kind(1) prekey-id(8) sender-identity(32) noise-x(rest); 4, 8 or 32 KiB
 * notice   = magic(2) version(1) kind(1) reference(16)
 */

export type Addressing = { readonly conversation: string; readonly from: Device; readonly to: Device };

export type SealKeys = {
  readonly senderIdentity: Uint8Array;
  readonly sender: KeyPair;
  readonly recipientIdentity: Uint8Array;
  readonly recipientPrekey: Uint8Array;
  readonly ephemeral: KeyPair;
};

/** Seals a letter for one device. `undefined`: too large, or the recipient's prekey hides nothing. */
export function sealEnvelope(sodium: Sodium, { from, to }: Omit<Addressing, 'conversation'>, keys: SealKeys, letter: Letter): Uint8Array | undefined {
  const size = paddedSize(HEADER_BYTES + NOISE_X_OVERHEAD + LETTER_OVERHEAD + textBytes(letter.text));
  const payload = size === undefined ? undefined : encodeLetter(letter, size - HEADER_BYTES - NOISE_X_OVERHEAD);
  if (payload === undefined) return undefined;
  const id = prekeyId(sodium, keys.recipientPrekey);
  const prologue = prologueOf({ conversation: letter.conversation, from, to }, keys.senderIdentity, keys.recipientIdentity, id);
  const written = writeX(sodium, { prologue, sender: keys.sender, recipient: keys.recipientPrekey, ephemeral: keys.ephemeral }, payload);
  sodium.memzero(payload);
  if (written === undefined) return undefined;
  written.state.wipe();
  return header(ENVELOPE).bytes(id).bytes(keys.senderIdentity).bytes(written.message).finish();
}

export type OpenKeys = {
  readonly recipientIdentity: Uint8Array;
  /** The prekey of that name while it is kept. */
  readonly prekey: (id: Uint8Array) => KeyPair | undefined;
};

/**
 * Opens what arrived. `opened` proves that the holder of `senderIdentity` sealed this letter, as that device,
 * to us, in that conversation; whose key it is, the caller must know. Total: hostile bytes never throw.
 */
export function openEnvelope(sodium: Sodium, addressing: Addressing, keys: OpenKeys, bytes: Uint8Array): EnvelopeOpening {
  const reader = new ByteReader(bytes);
  const magic = reader.u16();
  if (magic !== MAGIC) return refused(magic >>> 8 === OPENING_BRACE ? 'plaintext' : 'not-an-envelope');
  if (reader.u8() !== VERSION) return refused('unknown-version');
  const kind = reader.u8();
  if (kind === NOTICE) return readNotice(reader);
  if (kind !== ENVELOPE || !isEnvelopeSize(bytes.length)) return refused('not-an-envelope');
  const id = reader.bytes(PREKEY_ID_BYTES);
  const senderIdentity = reader.bytes(32)?.slice();
  if (id === undefined || senderIdentity === undefined) return refused('not-an-envelope');
  const pair = keys.prekey(id);
  if (pair === undefined) return refused('unknown-prekey');
  const prologue = prologueOf(addressing, senderIdentity, keys.recipientIdentity, id);
  const read = readX(sodium, prologue, pair, reader.rest());
  if (read === undefined) return refused('not-authentic');
  read.state.wipe();
  const letter = decodeLetter(addressing.conversation, read.payload);
  sodium.memzero(read.payload);
  const expected = exchangeForm(sodium, senderIdentity);
  if (expected === undefined || !sodium.memcmp(expected, read.sender)) return refused('sender-mismatch');
  return letter === undefined ? refused('malformed') : { type: 'opened', letter, senderIdentity };
}

export type EnvelopeOpening =
  | { readonly type: 'opened'; readonly letter: Letter; readonly senderIdentity: Uint8Array }
  /** Somebody, perhaps the recipient, says that it has no key for the envelope of that reference. */
  | { readonly type: 'notice'; readonly reference: Uint8Array }
  | { readonly type: 'refused'; readonly because: Refusal };

/** Says "I have no key for this". Not authenticated: fit for a hint to look again, for nothing else. */
export function unknownPrekeyNotice(reference: Uint8Array): Uint8Array {
  return header(NOTICE).bytes(reference).finish();
}

/** Names an envelope between its two ends. */
export function envelopeReference(sodium: Sodium, envelope: Uint8Array): Uint8Array {
  return sodium.crypto_generichash(64, envelope, null).slice(0, REFERENCE_BYTES);
}

/** Everything both ends must agree on, unambiguously. Ids match whatever their case, so their folded form is bound. */
function prologueOf({ conversation, from, to }: Addressing, senderIdentity: Uint8Array, recipientIdentity: Uint8Array, id: Uint8Array): Uint8Array {
  return new ByteWriter()
    .text('callcore envelope')
    .u8(VERSION)
    .text(conversation)
    .text(deviceKey(from))
    .text(deviceKey(to))
    .prefixed(senderIdentity)
    .prefixed(recipientIdentity)
    .prefixed(id)
    .finish();
}

function exchangeForm(sodium: Sodium, identityKey: Uint8Array): Uint8Array | undefined {
  try {
    return sodium.crypto_sign_ed25519_pk_to_curve25519(identityKey);
  } catch {
    // Not a point of the curve's main subgroup.
    return undefined;
  }
}

function readNotice(reader: ByteReader): EnvelopeOpening {
  const reference = reader.bytes(REFERENCE_BYTES);
  return reference === undefined || reader.left !== 0 ? refused('not-an-envelope') : { type: 'notice', reference: reference.slice() };
}

function header(kind: number): ByteWriter {
  return new ByteWriter().u16(MAGIC).u8(VERSION).u8(kind);
}

function refused(because: Refusal): EnvelopeOpening {
  return { type: 'refused', because };
}

const MAGIC = 0xca11;
const VERSION = 1;
const ENVELOPE = 1;
const NOTICE = 2;
const HEADER_BYTES = 2 + 1 + 1 + PREKEY_ID_BYTES + 32;
const REFERENCE_BYTES = 16;
/** An ECONN message in the clear is a JSON object. */
const OPENING_BRACE = 0x7b;
