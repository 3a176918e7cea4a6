import { makeCertificate, type Certificate } from './hardening/self-signed.ts';

export type { Certificate } from './hardening/self-signed.ts';

/**
 * Certificates made ahead of need, one for each call: two calls never show the same fingerprint, so calls
 * cannot be linked by it, and no call waits for a key to be made. New ones are made when the set-up that took
 * one is over. Keeps no process alive.
 */
export class CertificatePool {
  readonly #ahead: number;
  readonly #ready: Promise<Certificate>[] = [];
  #closed = false;

  #rest: ReturnType<typeof setTimeout> | undefined;

  /** Keeps `ahead` certificates ready. */
  constructor(options: { readonly ahead?: number } = {}) {
    this.#ahead = options.ahead ?? 2;
    this.#refillLater();
  }

  /** A certificate nobody else has or will get, valid for a week. Rejects after {@link close}. */
  async take(): Promise<Certificate> {
    if (this.#closed) throw new Error('The certificate pool is closed: take certificates before close(), or make a new pool.');
    let certificate = await (this.#ready.shift() ?? makeCertificate());
    if (certificate.notAfter.getTime() - Date.now() < LEAST_VALIDITY_MS) certificate = await makeCertificate();
    this.#refillLater();
    return certificate;
  }

  /** Forgets the certificates nobody took. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#rest);
    this.#ready.length = 0;
  }

  #refillLater(): void {
    if (this.#closed) return;
    this.#rest ??= setTimeout(() => this.#refill(), REST_MS).unref();
  }

  #refill(): void {
    this.#rest = undefined;
    while (!this.#closed && this.#ready.length < this.#ahead) {
      const made = makeCertificate();
      // Whoever takes it hears of the failure; until then it must not be an unhandled rejection.
      made.catch(() => {});
      this.#ready.push(made);
    }
  }
}

/** Making a key and signing takes a few milliseconds of this thread; a set-up has better use for them. */
const REST_MS = 300;

/** One that waited here so long that a slow call set-up could outlive it is not handed out. */
const LEAST_VALIDITY_MS = 24 * 3_600_000;
