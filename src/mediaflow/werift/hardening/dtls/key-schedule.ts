import { createHash, createHmac } from 'node:crypto';
import type { RecordKeys } from './record.ts';

export type Role = 'client' | 'server';
export type Randoms = { readonly client: Buffer; readonly server: Buffer };

/** RFC 5246 §5: the pseudorandom function of TLS 1.2 with SHA-256. */
export function prf(secret: Buffer, label: string, seed: Buffer, length: number): Buffer {
  const labelled = Buffer.concat([Buffer.from(label, 'latin1'), seed]);
  const blocks: Buffer[] = [];
  for (let a = hmac(secret, labelled), have = 0; have < length; a = hmac(secret, a), have += 32) {
    blocks.push(hmac(secret, Buffer.concat([a, labelled])));
  }
  return Buffer.concat(blocks, length);
}

/** RFC 7627: bound to everything said up to and including ClientKeyExchange. */
export function masterSecret(preMaster: Buffer, transcript: Buffer): Buffer {
  return prf(preMaster, 'extended master secret', sha256(transcript), 48);
}

export function recordKeys(master: Buffer, randoms: Randoms, role: Role): RecordKeys {
  const block = prf(master, 'key expansion', Buffer.concat([randoms.server, randoms.client]), 40);
  const client = { key: block.subarray(0, 16), iv: block.subarray(32, 36) };
  const server = { key: block.subarray(16, 32), iv: block.subarray(36, 40) };
  const [ours, theirs] = role === 'client' ? [client, server] : [server, client];
  return { writeKey: ours.key, writeIv: ours.iv, readKey: theirs.key, readIv: theirs.iv };
}

/** What `role` must put into its Finished after this transcript. */
export function finishedBy(role: Role, master: Buffer, transcript: Buffer): Buffer {
  return prf(master, `${role} finished`, sha256(transcript), 12);
}

/** RFC 5705, without context. */
export function exportKeys(master: Buffer, randoms: Randoms, label: string, length: number): Buffer {
  return prf(master, label, Buffer.concat([randoms.client, randoms.server]), length);
}

const hmac = (secret: Buffer, data: Buffer): Buffer => createHmac('sha256', secret).update(data).digest();
const sha256 = (data: Buffer): Buffer => createHash('sha256').update(data).digest();
