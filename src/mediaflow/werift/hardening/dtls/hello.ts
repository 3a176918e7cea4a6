import { PeerRefusedError } from '../refusal.ts';
import { Octets, number, pairs, vector } from './octets.ts';
import { DTLS_1_2 } from './record.ts';

export type ClientHello = {
  readonly version: number;
  readonly random: Buffer;
  readonly cookie: Buffer;
  readonly cipherSuites: readonly number[];
  readonly compressions: Buffer;
  readonly extensions: Extensions;
};

export type ServerHello = {
  readonly version: number;
  readonly random: Buffer;
  readonly cipherSuite: number;
  readonly compression: number;
  readonly extensions: Extensions;
};

/** Bodies by number. */
export type Extensions = ReadonlyMap<number, Buffer>;

export const EXTENSION = Object.freeze({ groups: 10, pointFormats: 11, signatures: 13, useSrtp: 14, extendedMasterSecret: 23, renegotiation: 0xff01 });
export const CIPHER_SUITE = Object.freeze({ ecdheEcdsaAes128Gcm: 0xc02b, ecdheRsaAes128Gcm: 0xc02f });

export function encodeClientHello(hello: Omit<ClientHello, 'version' | 'compressions'>): Buffer {
  return Buffer.concat([
    number(2, DTLS_1_2),
    hello.random,
    vector(1),
    vector(1, hello.cookie),
    vector(2, ...hello.cipherSuites.map((suite) => number(2, suite))),
    vector(1, number(1, 0)),
    encodeExtensions(hello.extensions),
  ]);
}

export function decodeClientHello(body: Buffer): ClientHello {
  const octets = new Octets(body);
  const version = octets.number(2);
  const random = octets.take(32);
  octets.vector(1);
  const cookie = octets.vector(1);
  const cipherSuites = pairs(octets.vector(2));
  const compressions = octets.vector(1);
  return { version, random, cookie, cipherSuites, compressions, extensions: decodeExtensions(octets) };
}

export function encodeServerHello(random: Buffer, cipherSuite: number, extensions: Extensions): Buffer {
  return Buffer.concat([number(2, DTLS_1_2), random, vector(1), number(2, cipherSuite), number(1, 0), encodeExtensions(extensions)]);
}

export function decodeServerHello(body: Buffer): ServerHello {
  const octets = new Octets(body);
  const version = octets.number(2);
  const random = octets.take(32);
  octets.vector(1);
  const cipherSuite = octets.number(2);
  const compression = octets.number(1);
  return { version, random, cipherSuite, compression, extensions: decodeExtensions(octets) };
}

/** RFC 6347 §4.2.1. */
export function cookieOf(helloVerifyRequest: Buffer): Buffer {
  const octets = new Octets(helloVerifyRequest);
  octets.number(2);
  const cookie = octets.vector(1);
  octets.end();
  return cookie;
}

/** RFC 5764: the profiles, and no master key identifier. */
export function encodeSrtpProfiles(profiles: readonly number[]): Buffer {
  return Buffer.concat([vector(2, ...profiles.map((profile) => number(2, profile))), vector(1)]);
}

/** What a client offers. The key identifier it may propose is not taken. */
export function decodeSrtpProfiles(body: Buffer | undefined): readonly number[] {
  if (body === undefined) return [];
  const octets = new Octets(body);
  const profiles = pairs(octets.vector(2));
  octets.vector(1);
  octets.end();
  return profiles;
}

/** What a server chose: one profile, and no key identifier, since we proposed none. */
export function decodeSrtpProfile(body: Buffer | undefined): number | undefined {
  const [profile] = decodeSrtpProfiles(body);
  if (body === undefined) return undefined;
  if (profile === undefined || !encodeSrtpProfiles([profile]).equals(body)) throw new PeerRefusedError('unsupported');
  return profile;
}

/**
 * True when the keys will be bound to the whole handshake (RFC 7627), without which two handshakes can be brought to
 * the same SRTP keys; and when this is the first handshake to both ends (RFC 5746), not one spliced into another.
 */
export function isBound(extensions: Extensions): boolean {
  const handshakeBefore = extensions.get(EXTENSION.renegotiation);
  return extensions.has(EXTENSION.extendedMasterSecret) && (handshakeBefore === undefined || handshakeBefore.equals(vector(1)));
}

function encodeExtensions(extensions: Extensions): Buffer {
  return vector(2, ...[...extensions].map(([type, body]) => Buffer.concat([number(2, type), vector(2, body)])));
}

function decodeExtensions(octets: Octets): Extensions {
  const extensions = new Map<number, Buffer>();
  if (octets.left === 0) return extensions;
  const all = new Octets(octets.vector(2));
  octets.end();
  while (all.left > 0) {
    const type = all.number(2);
    if (extensions.has(type)) throw new PeerRefusedError('malformed');
    extensions.set(type, all.vector(2));
  }
  return extensions;
}
