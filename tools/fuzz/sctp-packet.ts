/** Puts an SCTP packet's verification tag and checksum right, so that what is behind them is reached. */
export function rightSctp(packet: Buffer, tag: number): Buffer {
  if (packet.length < 12) return packet;
  const right = Buffer.from(packet);
  right.writeUInt32BE(tag, 4);
  right.writeUInt32LE(0, 8);
  right.writeUInt32LE(crc32c(right), 8);
  return right;
}

function crc32c(bytes: Buffer): number {
  let sum = 0xffff_ffff;
  for (let at = 0; at < bytes.length; at++) sum = TABLE[(sum ^ bytes[at]!) & 0xff]! ^ (sum >>> 8);
  return ~sum >>> 0;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ 0x82f6_3b78 : value >>> 1;
  return value >>> 0;
});
