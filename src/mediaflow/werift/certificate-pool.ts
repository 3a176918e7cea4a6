import { makeCertificate, type Certificate } from './hardening/self-signed.ts';

export type { Certificate } from './hardening/self-signed.ts';

/**
 * Certificates made ahead of need, one for each call: two calls never show the same fingerprint, so calls
 * cannot be linked by it, and no call waits for a key to be made. Keeps no timer and no open handle.
 */
export class CertificatePool {
  readonly #ahead: number;
  readonly #ready: Promise<Certificate>[] = [];
  #closed = false;

  /** Keeps `ahead` certificates ready once the first was taken. */
  constructor(options: { readonly ahead?: number } = {}) {
    this.#ahead = options.ahead ?? 2;
  }

  /** A certificate nobody else has or will get, valid for a week. Rejects after {@link close}. */
  async take(): Promise<Certificate> {
    if (this.#closed) throw new Error('The certificate pool is closed: take certificates before close(), or make a new pool.');
    let certificate = await (this.#ready.shift() ?? makeCertificate());
    if (certificate.notAfter.getTime() - Date.now() < LEAST_VALIDITY_MS) certificate = await makeCertificate();
    this.#refill();
    return certificate;
  }

  /** Forgets the certificates nobody took. */
  close(): void {
    this.#closed = true;
    this.#ready.length = 0;
  }

  #refill(): void {
    while (!this.#closed && this.#ready.length < this.#ahead) {
      const made = makeCertificate();
      // Whoever takes it hears of the failure; until then it must not be an unhandled rejection.
      made.catch(() => {});
      this.#ready.push(made);
    }
  }
}

/** One that waited here so long that a slow call set-up could outlive it is not handed out. */
const LEAST_VALIDITY_MS = 24 * 3_600_000;
