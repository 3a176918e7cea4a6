import { createCipheriv, createDecipheriv } from 'node:crypto';

/** RFC 6347 §4.1: what travels in a datagram, one or several to each. */
export type DtlsRecord = {
  readonly type: number;
  readonly version: number;
  readonly epoch: number;
  /** 48 bits; with the epoch it is unique for one direction of one connection. */
  readonly sequence: number;
  readonly fragment: Buffer;
};

export const CONTENT = Object.freeze({ changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 });
export const DTLS_1_2 = 0xfefd;
export const RECORD_HEADER = 13;

/** The records of a datagram, in order. Stops silently at the first that is not whole: it came from anybody. */
export function* recordsOf(datagram: Buffer): Generator<DtlsRecord> {
  for (let at = 0; at + RECORD_HEADER <= datagram.length; ) {
    const end = at + RECORD_HEADER + datagram.readUInt16BE(at + 11);
    if (end > datagram.length || datagram[at + 1] !== 0xfe) return;
    yield {
      type: datagram.readUInt8(at),
      version: datagram.readUInt16BE(at + 1),
      epoch: datagram.readUInt16BE(at + 3),
      sequence: datagram.readUIntBE(at + 5, 6),
      fragment: datagram.subarray(at + RECORD_HEADER, end),
    };
    at = end;
  }
}

export function encodeRecord(type: number, epoch: number, sequence: number, fragment: Buffer): Buffer {
  const record = Buffer.allocUnsafe(RECORD_HEADER + fragment.length);
  record.writeUInt8(type, 0);
  record.writeUInt16BE(DTLS_1_2, 1);
  record.writeUInt16BE(epoch, 3);
  record.writeUIntBE(sequence, 5, 6);
  record.writeUInt16BE(fragment.length, 11);
  fragment.copy(record, RECORD_HEADER);
  return record;
}

export type RecordKeys = { readonly writeKey: Buffer; readonly writeIv: Buffer; readonly readKey: Buffer; readonly readIv: Buffer };

/** AES-128-GCM over records (RFC 5288). The explicit nonce is epoch and sequence, so it never repeats. */
export class RecordCipher {
  readonly #keys: RecordKeys;

  constructor(keys: RecordKeys) {
    this.#keys = keys;
  }

  seal(type: number, epoch: number, sequence: number, plaintext: Buffer): Buffer {
    const explicit = nonceTail(epoch, sequence);
    const cipher = createCipheriv('aes-128-gcm', this.#keys.writeKey, Buffer.concat([this.#keys.writeIv, explicit]), { authTagLength: TAG });
    cipher.setAAD(header(explicit, type, DTLS_1_2, plaintext.length));
    const sealed = cipher.update(plaintext);
    cipher.final();
    return Buffer.concat([explicit, sealed, cipher.getAuthTag()]);
  }

  /** The plaintext, or undefined when the record was not sealed by the peer. */
  open({ type, version, epoch, sequence, fragment }: DtlsRecord): Buffer | undefined {
    if (fragment.length < EXPLICIT + TAG) return undefined;
    const sealed = fragment.subarray(EXPLICIT, -TAG);
    const nonce = Buffer.concat([this.#keys.readIv, fragment.subarray(0, EXPLICIT)]);
    const decipher = createDecipheriv('aes-128-gcm', this.#keys.readKey, nonce, { authTagLength: TAG });
    decipher.setAAD(header(nonceTail(epoch, sequence), type, version, sealed.length));
    decipher.setAuthTag(fragment.subarray(-TAG));
    const plaintext = decipher.update(sealed);
    try {
      decipher.final();
      return plaintext;
    } catch {
      return undefined;
    }
  }
}

const EXPLICIT = 8;
const TAG = 16;

function nonceTail(epoch: number, sequence: number): Buffer {
  const tail = Buffer.allocUnsafe(EXPLICIT);
  tail.writeUInt16BE(epoch, 0);
  tail.writeUIntBE(sequence, 2, 6);
  return tail;
}

function header(tail: Buffer, type: number, version: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(EXPLICIT + 5);
  tail.copy(bytes);
  bytes.writeUInt8(type, EXPLICIT);
  bytes.writeUInt16BE(version, EXPLICIT + 1);
  bytes.writeUInt16BE(length, EXPLICIT + 3);
  return bytes;
}
