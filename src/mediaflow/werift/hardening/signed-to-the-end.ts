/**
 * False when a STUN message says something behind its signature (RFC 8489 §14.5: not to be believed). Stock werift
 * believes it: whoever sees one check of the peer can append to it, without the password, that roles are turned
 * round, which path is chosen, or another address, since what is said last counts.
 */
export function isSignedToTheEnd(message: Buffer): boolean {
  let signed = false;
  for (let at = MESSAGE_HEADER; at + ATTRIBUTE_HEADER <= message.length; ) {
    const type = message.readUInt16BE(at);
    if (signed && !AFTER_SIGNATURE.has(type)) return false;
    if (type === MESSAGE_INTEGRITY) signed = true;
    const length = message.readUInt16BE(at + 2);
    at += ATTRIBUTE_HEADER + length + (-length & 3);
  }
  return true;
}

const MESSAGE_HEADER = 20;
const ATTRIBUTE_HEADER = 4;
const MESSAGE_INTEGRITY = 0x0008;
/** MESSAGE-INTEGRITY-SHA256 and FINGERPRINT. */
const AFTER_SIGNATURE: ReadonlySet<number> = new Set([0x001c, 0x8028]);
