/**
 * True when werift can read the RTCP packets of a peer to their end, and none asks for more than it may. Each
 * must lie within the datagram. Of transport feedback only retransmission requests are taken: congestion
 * feedback is never negotiated here, and werift writes down sixty thousand packets for one of forty bytes.
 */
export function isReadableRtcp(compound: Buffer): boolean {
  for (let at = 0; at < compound.length; ) {
    if (at + HEADER > compound.length) return false;
    const end = at + HEADER + 4 * compound.readUInt16BE(at + 2);
    if (end > compound.length) return false;
    if (compound.readUInt8(at + 1) === TRANSPORT_FEEDBACK && (compound.readUInt8(at) & 0x1f) !== GENERIC_NACK) return false;
    at = end;
  }
  return true;
}

/**
 * How many packets these RTCP packets ask to be sent again. werift reads a request on to the end of the
 * datagram, so whatever follows one counts as part of it.
 */
export function retransmissionsAsked(compound: Buffer): number {
  let asked = 0;
  for (let at = 0; at + HEADER <= compound.length; at += HEADER + 4 * compound.readUInt16BE(at + 2)) {
    if (compound.readUInt8(at + 1) !== TRANSPORT_FEEDBACK) continue;
    for (let item = at + HEADER + SOURCES; item + ITEM <= compound.length; item += ITEM) asked += 1 + bitsIn(compound.readUInt16BE(item + 2));
  }
  return asked;
}

function bitsIn(mask: number): number {
  let bits = 0;
  for (let left = mask; left !== 0; left &= left - 1) bits += 1;
  return bits;
}

/** RFC 4585 §6.1. */
const HEADER = 4;
const SOURCES = 8;
const TRANSPORT_FEEDBACK = 205;
const GENERIC_NACK = 1;
/** A number, and a bit for each of the sixteen after it. */
const ITEM = 4;
