/**
 * True when werift can read the packet to its end. Its parser goes on by the lengths that the packet itself
 * names: at a length of nothing it stays where it is and fills the memory until the process dies, before it
 * has looked at the verification tag or the state of the association.
 */
export function isReadableSctp(packet: Buffer): boolean {
  return isList(packet, PACKET_HEADER, packet.length, (at, end) => {
    const listAt = PARAMETERS_AT.get(packet.readUInt8(at));
    return listAt === undefined || isList(packet, at + listAt, end, () => true);
  });
}

/** A row of chunks or of parameters: both have their length, header included, in their second two bytes. */
function isList(packet: Buffer, from: number, to: number, isReadable: (at: number, end: number) => boolean): boolean {
  for (let at = from; at + ITEM_HEADER <= to; ) {
    const length = packet.readUInt16BE(at + 2);
    if (length < ITEM_HEADER || at + length > to || !isReadable(at, at + length)) return false;
    // Padding is not counted in the length, and may be missing behind the last.
    at += length + (-length & 3);
  }
  return true;
}

const PACKET_HEADER = 12;
const ITEM_HEADER = 4;
/** Where the parameters begin in a chunk, for the types that have any (RFC 9260 §3.3, RFC 6525 §3.1). */
const PARAMETERS_AT: ReadonlyMap<number, number> = new Map([
  [1, 20], // INIT
  [2, 20], // INIT ACK
  [4, 4], // HEARTBEAT
  [5, 4], // HEARTBEAT ACK
  [6, 4], // ABORT
  [9, 4], // ERROR
  [130, 4], // RE-CONFIG
]);
