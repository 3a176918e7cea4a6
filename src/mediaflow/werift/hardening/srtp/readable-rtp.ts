/**
 * True when the header of an RTP packet ends within the packet and its extension is of a size that senders use.
 * werift believes the length that the extension names, before anything is authenticated: beyond the end of the
 * packet it goes on inventing elements, each of which costs a copy of all before. Thirty bytes from anybody who
 * writes the peer's address on them held the process up for minutes.
 */
export function isReadableRtp(packet: Buffer): boolean {
  if (packet.length < FIXED_HEADER) return false;
  const first = packet.readUInt8(0);
  const extensionAt = FIXED_HEADER + 4 * (first & 0x0f);
  if ((first & EXTENDED) === 0) return extensionAt <= packet.length;
  if (extensionAt + EXTENSION_HEADER > packet.length) return false;
  const size = 4 * packet.readUInt16BE(extensionAt + 2);
  return size <= MOST_EXTENSION && extensionAt + EXTENSION_HEADER + size <= packet.length;
}

/** RFC 3550 §5.1. */
const FIXED_HEADER = 12;
const EXTENDED = 0x10;
const EXTENSION_HEADER = 4;
/** The largest in use describes the layers of scalable video, in some two hundred bytes. We negotiate one of three. */
const MOST_EXTENSION = 256;
