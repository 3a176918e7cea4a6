import { joinBytes } from '../../base/join-bytes.ts';
import { MediaFileError } from './media-file-error.ts';

/** One page of an Ogg stream (RFC 3533 §6). `packets` are whole or, at the ends of the page, parts. */
export type OggPage = {
  readonly continued: boolean;
  readonly first: boolean;
  readonly last: boolean;
  /** Position at the end of the last packet that ends here; −1 when none does. */
  readonly granule: bigint;
  readonly serial: number;
  readonly sequence: number;
  readonly parts: readonly Uint8Array[];
  /** Whether the last part goes on in the next page. */
  readonly open: boolean;
};

/** The pages of a file in order. Throws {@link MediaFileError}. */
export function* readOggPages(file: Uint8Array): Generator<OggPage> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 4 || view.getUint32(0) !== CAPTURE) throw new MediaFileError('not-this-format', 'not an Ogg file');
  for (let at = 0; at < file.length; ) {
    const segments = at + HEADER_BYTES <= file.length ? view.getUint8(at + 26) : 0;
    const body = at + HEADER_BYTES + segments;
    if (at + HEADER_BYTES > file.length) throw new MediaFileError('truncated', 'the file ends inside an Ogg page');
    if (view.getUint32(at) !== CAPTURE || view.getUint8(at + 4) !== 0) throw new MediaFileError('corrupt', `no Ogg page where one should be, at byte ${at}`);
    const lacing = file.subarray(at + HEADER_BYTES, body);
    const size = lacing.reduce((sum, length) => sum + length, 0);
    if (lacing.length < segments || body + size > file.length) throw new MediaFileError('truncated', 'the file ends inside an Ogg page');
    const page = file.subarray(at, body + size);
    if (checksum(page) !== view.getUint32(at + 22, true)) throw new MediaFileError('corrupt', `wrong checksum of the Ogg page at byte ${at}`);
    const flags = view.getUint8(at + 5);
    yield {
      continued: (flags & 1) !== 0,
      first: (flags & 2) !== 0,
      last: (flags & 4) !== 0,
      granule: view.getBigInt64(at + 6, true),
      serial: view.getUint32(at + 14, true),
      sequence: view.getUint32(at + 18, true),
      parts: cut(file.subarray(body, body + size), lacing),
      open: lacing.at(-1) === 255,
    };
    at = body + size;
  }
}

/** The packets of the first stream in a file, put together across pages. */
export function* readOggPackets(file: Uint8Array): Generator<Uint8Array> {
  let serial: number | undefined;
  let pending: Uint8Array[] = [];
  for (const page of readOggPages(file)) {
    serial ??= page.serial;
    if (page.serial !== serial) continue;
    // A packet whose end, or whose beginning, is missing from the file is left out.
    if (!page.continued) pending = [];
    const orphaned = page.continued && pending.length === 0;
    for (const [index, part] of page.parts.entries()) {
      if (orphaned && index === 0) continue;
      pending.push(part);
      const size = pending.reduce((sum, { length }) => sum + length, 0);
      if (size > MAX_PACKET) throw new MediaFileError('unsupported', 'an Ogg packet of more than a megabyte');
      if (page.open && index === page.parts.length - 1) continue;
      yield joinBytes(pending);
      pending = [];
    }
  }
}

/** One page holding whole packets: at most 255 lacing values, which the caller sees to. */
export function writeOggPage(page: { readonly first?: boolean; readonly last?: boolean; readonly granule: bigint; readonly serial: number; readonly sequence: number; readonly packets: readonly Uint8Array[] }): Uint8Array {
  const lacing = page.packets.flatMap((packet) => lacingOf(packet.length));
  const size = page.packets.reduce((sum, packet) => sum + packet.length, 0);
  const bytes = new Uint8Array(HEADER_BYTES + lacing.length + size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, CAPTURE);
  view.setUint8(5, (page.first === true ? 2 : 0) | (page.last === true ? 4 : 0));
  view.setBigInt64(6, page.granule, true);
  view.setUint32(14, page.serial, true);
  view.setUint32(18, page.sequence, true);
  view.setUint8(26, lacing.length);
  bytes.set(lacing, HEADER_BYTES);
  let at = HEADER_BYTES + lacing.length;
  for (const packet of page.packets) {
    bytes.set(packet, at);
    at += packet.length;
  }
  view.setUint32(22, checksum(bytes), true);
  return bytes;
}

/** The lacing values of a packet: 255 for each full run, then the rest, which may be 0. */
export function lacingOf(length: number): number[] {
  return [...Array.from({ length: Math.floor(length / 255) }, () => 255), length % 255];
}

/** `OggS`. */
const CAPTURE = 0x4f67_6753;
const HEADER_BYTES = 27;
const MAX_PACKET = 1_048_576;

function cut(body: Uint8Array, lacing: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let start = 0;
  let end = 0;
  for (const [index, length] of lacing.entries()) {
    end += length;
    if (length === 255 && index < lacing.length - 1) continue;
    parts.push(body.subarray(start, end));
    start = end;
  }
  return parts;
}

/** CRC-32 of polynomial 0x04c11db7, unreflected, from 0, over the page with its checksum field zeroed. */
function checksum(page: Uint8Array): number {
  let crc = 0;
  for (let at = 0; at < page.length; at++) {
    const byte = at >= 22 && at < 26 ? 0 : (page[at] ?? 0);
    crc = ((crc << 8) ^ (TABLE[((crc >>> 24) ^ byte) & 0xff] ?? 0)) >>> 0;
  }
  return crc;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit++) value = (value & 0x8000_0000) === 0 ? value << 1 : (value << 1) ^ 0x04c1_1db7;
  return value >>> 0;
});
