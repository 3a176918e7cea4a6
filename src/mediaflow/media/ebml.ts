import { MediaFileError } from './media-file-error.ts';

/** An EBML element (RFC 8794 §4): its id with the marker bits, and where its data are. `end` is absent when the size is unknown. */
export type Element = { readonly id: number; readonly start: number; readonly end: number | undefined };

/**
 * The elements of a file in order, flat: of those for which `opens` says so their children come next, so that
 * unknown sizes need no special care. Each step moves on: the time it takes is that of the length. Throws
 * {@link MediaFileError}.
 */
export function* elements(file: Uint8Array, opens: (id: number) => boolean, from = 0, to = file.length): Generator<Element> {
  for (let at = from; at < to; ) {
    const id = vint(file, at, to, 'kept');
    const size = vint(file, at + id.length, to, 'taken off');
    const start = at + id.length + size.length;
    const isUnknown = size.value === undefined;
    const end = size.value === undefined ? undefined : start + size.value;
    if (id.value === undefined || id.length > 4) throw new MediaFileError('corrupt', `no EBML element where one should be, at byte ${at}`);
    if (end !== undefined && end > to && !opens(id.value)) throw new MediaFileError('truncated', 'the file ends inside an element');
    if (isUnknown && !opens(id.value)) throw new MediaFileError('corrupt', 'an element without a size');
    yield { id: id.value, start, end };
    at = end === undefined || opens(id.value) ? start : end;
  }
}

/** A number of variable length (RFC 8794 §4.1, §4.4); `undefined` for "unknown": all bits set. */
export function vint(bytes: Uint8Array, at: number, to: number, marker: 'kept' | 'taken off'): { readonly value: number | undefined; readonly length: number } {
  const first = at < to ? (bytes[at] ?? 0) : 0;
  const length = Math.clz32(first) - 23;
  if (first === 0 || at + length > to) throw new MediaFileError(first === 0 && at < to ? 'corrupt' : 'truncated', 'the file ends, or is damaged, inside a number');
  let value = marker === 'kept' ? first : first & (0xff >> length);
  let ones = (first & (0xff >> length)) === 0xff >> length;
  for (let index = 1; index < length; index++) {
    const byte = bytes[at + index] ?? 0;
    value = value * 256 + byte;
    ones &&= byte === 0xff;
  }
  if (value > Number.MAX_SAFE_INTEGER) throw new MediaFileError('corrupt', 'a size beyond all files');
  return { value: ones && marker === 'taken off' ? undefined : value, length };
}

/** An unsigned number in big-endian order, of at most eight bytes. */
export function uint(bytes: Uint8Array): number {
  return bytes.subarray(0, 8).reduce((sum, byte) => sum * 256 + byte, 0);
}
