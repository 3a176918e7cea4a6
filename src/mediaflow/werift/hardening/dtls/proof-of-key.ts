import { verify, X509Certificate, type KeyObject } from 'node:crypto';
import { PeerRefusedError } from '../refusal.ts';

/** Hash and signature pairs we take, as TLS numbers them, most liked first. SHA-1 is not among them. */
export const SIGNATURES = Object.freeze({ ecdsaSha256: 0x0403, rsaSha256: 0x0401 });

/** The kind of key in a certificate; a cipher suite names one. */
export type KeyKind = 'ecdsa' | 'rsa';

/** A peer's certificate: the very bytes whose fingerprint is compared and whose key must sign. */
export class PeerCertificate {
  readonly der: Buffer;
  readonly kind: KeyKind;
  readonly #key: KeyObject;

  /** Refuses what is no certificate, and keys too weak to prove anything. */
  constructor(der: Buffer) {
    this.der = Buffer.from(der);
    this.#key = publicKeyOf(this.der);
    this.kind = kindOf(this.#key);
  }

  /** Refuses the peer unless `signature` over `data` was made with the key of this certificate. */
  requireSignature(algorithm: number, data: Buffer, signature: Buffer): void {
    const kind = algorithm === SIGNATURES.ecdsaSha256 ? 'ecdsa' : algorithm === SIGNATURES.rsaSha256 ? 'rsa' : undefined;
    if (kind === undefined || kind !== this.kind) throw new PeerRefusedError('bad-signature');
    if (!isSignedBy(this.#key, data, signature)) throw new PeerRefusedError('bad-signature');
  }
}

function publicKeyOf(der: Buffer): KeyObject {
  try {
    const certificate = new X509Certificate(der);
    // Anything behind the certificate would be hashed into the fingerprint but not read.
    if (certificate.raw.equals(der)) return certificate.publicKey;
  } catch {
    // Refused below.
  }
  throw new PeerRefusedError('malformed');
}

function kindOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): KeyKind {
  if (asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ecdsa';
  if (asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048) return 'rsa';
  throw new PeerRefusedError('unsupported');
}

function isSignedBy(key: KeyObject, data: Buffer, signature: Buffer): boolean {
  try {
    return verify('sha256', data, key, signature);
  } catch {
    return false;
  }
}
