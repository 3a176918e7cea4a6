import { SeededEntropy } from '../../../src/base/seeded-entropy.ts';
import { encodeRecord, recordsOf, type DtlsRecord } from '../../../src/mediaflow/werift/hardening/dtls/record.ts';

export type FaultPlan = {
  /** Chances for each datagram. */
  readonly lose: number;
  readonly repeat: number;
  /** Each is late by up to this, so that datagrams overtake each other. */
  readonly lateMs: number;
  /** Plaintext handshake messages are cut into pieces of at most this size, each in its own datagram. */
  readonly pieces?: number;
};

export const NO_FAULTS: FaultPlan = { lose: 0, repeat: 0, lateMs: 0 };

/** A bad network for DTLS, the same for the same seed. What it does not lose arrives. */
export class Faults {
  readonly #entropy: SeededEntropy;
  readonly #plan: FaultPlan;

  constructor(seed: number, plan: FaultPlan) {
    this.#entropy = new SeededEntropy(seed);
    this.#plan = plan;
  }

  pass(datagram: Buffer, deliver: (datagram: Buffer) => void): void {
    const { pieces } = this.#plan;
    const datagrams = pieces === undefined ? [datagram] : cutUp(datagram, pieces);
    for (const one of datagrams) {
      if (this.#entropy.fraction() >= this.#plan.lose) this.#deliver(one, deliver);
      if (this.#entropy.fraction() < this.#plan.repeat) this.#deliver(one, deliver);
    }
  }

  #deliver(datagram: Buffer, deliver: (datagram: Buffer) => void): void {
    const copy = Buffer.from(datagram);
    setTimeout(() => deliver(copy), this.#entropy.fraction() * this.#plan.lateMs);
  }
}

function cutUp(datagram: Buffer, size: number): Buffer[] {
  return [...recordsOf(datagram)].flatMap((record) => {
    const { type, epoch, sequence, fragment } = record;
    if (type !== 22 || epoch !== 0) return [encodeRecord(type, epoch, sequence, fragment)];
    return fragmentsOfMessage(record, size);
  });
}

function fragmentsOfMessage({ sequence, fragment }: DtlsRecord, size: number): Buffer[] {
  const body = fragment.subarray(12);
  const cut: Buffer[] = [];
  for (let at = 0; at === 0 || at < body.length; at += size) {
    const piece = body.subarray(at, at + size);
    const header = Buffer.from(fragment.subarray(0, 12));
    header.writeUIntBE(at, 6, 3);
    header.writeUIntBE(piece.length, 9, 3);
    cut.push(encodeRecord(22, 0, sequence, Buffer.concat([header, piece])));
  }
  return cut;
}
