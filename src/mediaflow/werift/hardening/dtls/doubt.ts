import type { PeerRefusal } from '../refusal.ts';
import { MESSAGE, type HandshakeMessage } from './handshake-message.ts';

/**
 * Time for the peer to put right what was said in its name. A handshake message in plain text may be
 * anybody's: one that does not fit is forgotten, the peer's own comes again with its flight. When none does,
 * it was the peer's after all, and the first complaint is the one that counts.
 */
export class Doubt {
  readonly #unresolved: (reason: PeerRefusal) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(unresolved: (reason: PeerRefusal) => void) {
    this.#unresolved = unresolved;
  }

  raise(reason: PeerRefusal): void {
    this.#timer ??= setTimeout(() => this.#unresolved(reason), PATIENCE_MS);
  }

  /** The peer went on, or there is nothing to wait for any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/**
 * True when the complaint says nothing about the peer yet. Not so for a failed proof of identity, although an
 * outsider can forge that as well: it looks the same as what an impostor sends, and an impostor is to be told
 * from a bad network at once. Who does so must send from an address that ICE has found to be the peer's. Nor
 * for a Finished: it was sealed by whoever agreed on the keys.
 */
export function isDoubtful(reason: PeerRefusal, { type }: HandshakeMessage): boolean {
  return type !== MESSAGE.finished && (reason === 'proof-skipped' || reason === 'malformed' || reason === 'unsupported');
}

/** Several repetitions of a flight, on a network that loses some of them. */
const PATIENCE_MS = 3_000;
