/**
 * True when a packet that can be read asks for no more answers than honest peers do at once. werift answers each
 * HEARTBEAT, SHUTDOWN and COOKIE ECHO with a packet of its own, and each parameter of a RE-CONFIG: one datagram
 * of four-byte HEARTBEATs had sixteen thousand sealed and sent.
 */
export function isModestSctp(packet: Buffer): boolean {
  let asked = 0;
  for (let at = PACKET_HEADER; at + ITEM_HEADER <= packet.length; at += paddedLength(packet, at)) {
    const type = packet.readUInt8(at);
    if (type === DATA) continue;
    asked += type === RE_CONFIG ? parametersOf(packet, at) : 1;
  }
  return asked <= MOST_ASKED;
}

function parametersOf(packet: Buffer, chunkAt: number): number {
  const end = chunkAt + packet.readUInt16BE(chunkAt + 2);
  let count = 0;
  for (let at = chunkAt + ITEM_HEADER; at + ITEM_HEADER <= end; at += paddedLength(packet, at)) count += 1;
  return count;
}

function paddedLength(packet: Buffer, at: number): number {
  const length = packet.readUInt16BE(at + 2);
  return length + (-length & 3);
}

const PACKET_HEADER = 12;
const ITEM_HEADER = 4;
/** Those have a bound of their own: each takes from the window. */
const DATA = 0;
const RE_CONFIG = 130;
/** An acknowledgement, a few of what goes before data, and two parameters of a RE-CONFIG (RFC 6525 §3.1), with room to spare. */
const MOST_ASKED = 16;
