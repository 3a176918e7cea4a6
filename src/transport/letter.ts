import { backendTime, type BackendTimeMs } from '../base/units.ts';
import { ByteReader, ByteWriter } from './byte-fields.ts';

/** One message as it is before it is sealed and after it was opened. */
export type Letter = {
  readonly conversation: string;
  /** Sixteen random bytes; the same for every device it goes to and for every time it is sent again. */
  readonly id: Uint8Array;
  /** By the backend's clock as the sender knows it. */
  readonly sentAt: BackendTimeMs;
  readonly text: string;
};

/** An encoded message is at most this many bytes of UTF-8. */
export const TEXT_LIMIT = 32_000;

export const LETTER_ID_BYTES = 16;

/** Moment, id and length ahead of the text. */
export const LETTER_OVERHEAD = 8 + LETTER_ID_BYTES + 2;

/** The letter without its conversation, zero-padded to `size`. `undefined` when it does not fit. */
export function encodeLetter({ id, sentAt, text }: Omit<Letter, 'conversation'>, size: number): Uint8Array | undefined {
  const encoded = utf8.encode(text);
  if (encoded.length > TEXT_LIMIT || LETTER_OVERHEAD + encoded.length > size) return undefined;
  return new ByteWriter().u64(Math.max(0, Math.round(sentAt))).bytes(id).u16(encoded.length).bytes(encoded).zeros(size - LETTER_OVERHEAD - encoded.length).finish();
}

/** Total: any bytes give a letter or `undefined`. */
export function decodeLetter(conversation: string, bytes: Uint8Array): Letter | undefined {
  const reader = new ByteReader(bytes);
  const sentAt = reader.u64();
  const id = reader.bytes(LETTER_ID_BYTES)?.slice();
  const encoded = reader.bytes(reader.u16());
  if (id === undefined || encoded === undefined || encoded.length > TEXT_LIMIT || !Number.isSafeInteger(sentAt)) return undefined;
  if (reader.rest().some((byte) => byte !== 0)) return undefined;
  try {
    return { conversation, id, sentAt: backendTime(sentAt), text: strictUtf8.decode(encoded) };
  } catch {
    return undefined;
  }
}

/** How many bytes of UTF-8 a text takes. */
export function textBytes(text: string): number {
  return utf8.encode(text).length;
}

const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
