import { createHash, generateKeyPair, randomBytes, sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { RTCCertificate } from 'werift';

/** A self-signed ECDSA P-256 certificate and its private key, for one call only. */
export type Certificate = {
  /** SHA-256 of the certificate as in `a=fingerprint`: upper-case hexadecimal bytes joined by colons. */
  readonly fingerprint: string;
  readonly notAfter: Date;
  readonly der: Buffer;
  /** Kept as an object: parsing the PEM again for each signature costs more than the signature. */
  readonly key: KeyObject;
  readonly werift: RTCCertificate;
};

/** Makes a key off the main thread and signs a certificate that says nothing about who or where we are. */
export async function makeCertificate(now: Date = new Date()): Promise<Certificate> {
  const { publicKey, privateKey } = await generateP256('ec', { namedCurve: 'P-256' });
  const notAfter = new Date(now.getTime() + VALID_FOR_MS);
  const signed = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    ECDSA_WITH_SHA256,
    COMMON_NAME,
    sequence(utcTime(new Date(now.getTime() - CLOCK_SKEW_MS)), utcTime(notAfter)),
    COMMON_NAME,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', signed, privateKey);
  const der = sequence(signed, ECDSA_WITH_SHA256, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const fingerprint = fingerprintOf(der, 'sha256');
  const werift = new RTCCertificate(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), pem(der), { hash: 4, signature: 3 });
  werift.getFingerprints = () => [{ algorithm: 'sha-256', value: fingerprint }];
  return { fingerprint, notAfter, der, key: privateKey, werift };
}

/** The digest of a certificate as `a=fingerprint` writes it. */
export function fingerprintOf(der: Buffer, hash: 'sha256' | 'sha384' | 'sha512'): string {
  const hex = createHash(hash).update(der).digest('hex').toUpperCase();
  return (hex.match(/../g) ?? []).join(':');
}

/** A call's certificate is looked at once, in the handshake; a week covers the oldest SETUP with room to spare. */
const VALID_FOR_MS = 7 * 24 * 3_600_000;
/** A peer whose clock is slow must not find the certificate not yet valid. */
const CLOCK_SKEW_MS = 24 * 3_600_000;

const generateP256 = promisify(generateKeyPair) as (type: 'ec', options: { namedCurve: string }) => Promise<{ publicKey: KeyObject; privateKey: KeyObject }>;

function tagged(tag: number, content: Buffer): Buffer {
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const length = content.length < 0x100 ? [0x81, content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => tagged(0x30, Buffer.concat(parts));
const integer = (bytes: Buffer): Buffer => tagged(0x02, bytes);

function utcTime(at: Date): Buffer {
  const digits = at.toISOString().replaceAll(/\D/g, '').slice(2, 14);
  return tagged(0x17, Buffer.from(`${digits}Z`, 'latin1'));
}

const ECDSA_WITH_SHA256 = sequence(Buffer.from('06082a8648ce3d040302', 'hex'));
/** CN=WebRTC, as libwebrtc names its own: a name of ours would tell an onlooker which app is calling. */
const COMMON_NAME = sequence(tagged(0x31, sequence(Buffer.from('0603550403', 'hex'), tagged(0x0c, Buffer.from('WebRTC')))));

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
