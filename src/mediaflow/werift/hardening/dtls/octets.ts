import { PeerRefusedError } from '../refusal.ts';

/** Reads a message front to back. What does not fit is refused as `malformed`, never read past the end. */
export class Octets {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  take(count: number): Buffer {
    if (count > this.left) throw new PeerRefusedError('malformed');
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  number(width: 1 | 2 | 3): number {
    return this.take(width).readUIntBE(0, width);
  }

  /** A vector that says its length first, in `width` bytes. */
  vector(width: 1 | 2 | 3): Buffer {
    return this.take(this.number(width));
  }

  /** Nothing may be left over. */
  end(): void {
    if (this.left > 0) throw new PeerRefusedError('malformed');
  }
}

/** A number in `width` bytes, most significant first. */
export function number(width: 1 | 2 | 3, value: number): Buffer {
  const bytes = Buffer.allocUnsafe(width);
  bytes.writeUIntBE(value, 0, width);
  return bytes;
}

/** The parts joined, after their common length in `width` bytes. */
export function vector(width: 1 | 2 | 3, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([number(width, body.length), body]);
}

/** The 16-bit numbers in a vector's body. */
export function pairs(body: Buffer): number[] {
  const octets = new Octets(body);
  const numbers: number[] = [];
  while (octets.left > 0) numbers.push(octets.number(2));
  return numbers;
}
