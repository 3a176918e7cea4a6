import type { HandshakeFragment } from './handshake-message.ts';

type Piece = { readonly from: number; readonly bytes: Buffer };

/**
 * A handshake message of which pieces have arrived. Keeps those and no more: a header of twelve bytes that
 * announces a long message costs nobody its length.
 */
export class PartialMessage {
  readonly type: number;
  readonly length: number;
  /** In order, none empty, none over another. */
  #pieces: readonly Piece[] = [];
  #missing: number;

  constructor(type: number, length: number) {
    this.type = type;
    this.length = length;
    this.#missing = length;
  }

  get whole(): boolean {
    return this.#missing === 0;
  }

  /** The message; only when it is whole. */
  get body(): Buffer {
    return Buffer.concat(this.#pieces.map(({ bytes }) => bytes));
  }

  /** Bytes that are here already stay as they are. */
  add({ offset, body }: HandshakeFragment): void {
    // No sender cuts a message so small; somebody is keeping us busy, and the honest pieces come again.
    if (this.#pieces.length >= MOST_PIECES) this.#forget();
    const pieces: Piece[] = [];
    let at = offset;
    const take = (until: number): void => {
      const end = Math.min(until, offset + body.length);
      if (end > at) pieces.push({ from: at, bytes: Buffer.from(body.subarray(at - offset, end - offset)) });
    };
    for (const piece of this.#pieces) {
      take(piece.from);
      pieces.push(piece);
      at = Math.max(at, piece.from + piece.bytes.length);
    }
    take(this.length);
    this.#pieces = pieces;
    this.#missing = this.length - pieces.reduce((size, { bytes }) => size + bytes.length, 0);
  }

  #forget(): void {
    this.#pieces = [];
  }
}

/** The longest message in pieces for the smallest path is sixty; a few may overlap. */
const MOST_PIECES = 128;
