import { createPublicKey, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import type { RTCPeerConnection } from 'werift';
import { CertificatePool } from '../../../src/mediaflow/werift/certificate-pool.ts';
import { makeCertificate } from '../../../src/mediaflow/werift/hardening/self-signed.ts';
import { assertKnownWerift, KNOWN_WERIFT } from '../../../src/mediaflow/werift/hardening/known-version.ts';
import { closeAll, hardened, stock } from './pair.ts';

test('two calls of stock werift show the same fingerprint: the defect', async () => {
  const [a, b] = [stock(), stock()];
  expect(await fingerprintOf(a)).toBe(await fingerprintOf(b));
  await closeAll(a, b);
});

test('no two calls show the same fingerprint', async () => {
  const peers = await Promise.all(Array.from({ length: 10 }, () => hardened()));
  const fingerprints = await Promise.all(peers.map(fingerprintOf));
  expect(new Set(fingerprints).size).toBe(10);
  await closeAll(...peers);
});

test('the description names the certificate that was passed in', async () => {
  const certificate = await makeCertificate();
  const peer = await hardened({ certificate });
  expect(await fingerprintOf(peer)).toBe(certificate.fingerprint);
  await peer.close();
});

test('a certificate is signed by its own key, short-lived, and says nothing about us', async () => {
  const { der, key, notAfter, fingerprint } = await makeCertificate();
  const read = new X509Certificate(der);
  expect(read.verify(createPublicKey(key))).toBe(true);
  expect(read.checkPrivateKey(key)).toBe(true);
  expect(read.subject).toBe('CN=WebRTC');
  expect(read.fingerprint256).toBe(fingerprint);
  expect(notAfter.getTime() - Date.now()).toBeLessThanOrEqual(7 * 24 * 3_600_000);
  expect(Date.parse(read.validFrom)).toBeLessThan(Date.now());
});

test('certificates taken at the same time are all different', async () => {
  const pool = new CertificatePool();
  const taken = await Promise.all(Array.from({ length: 12 }, () => pool.take()));
  expect(new Set(taken.map(({ fingerprint }) => fingerprint)).size).toBe(12);
  pool.close();
  await expect(pool.take()).rejects.toThrow('closed');
});

test('an unknown werift is refused with the remedy, unless told otherwise', () => {
  expect(() => assertKnownWerift()).not.toThrow();
  expect(() => assertKnownWerift('0.25.2')).toThrow(expect.objectContaining({ name: 'UnknownWeriftError', message: expect.stringContaining(`werift@${KNOWN_WERIFT}`) }));
  expect(() => assertKnownWerift('0.25.2', 'accept')).not.toThrow();
});

async function fingerprintOf(peer: RTCPeerConnection): Promise<string | undefined> {
  peer.createDataChannel('x');
  const { sdp } = await peer.createOffer();
  return /a=fingerprint:sha-256 (\S+)/.exec(sdp ?? '')?.[1];
}
