/**
 * Which of the last numbered packets were seen (RFC 3711 §3.3.2, RFC 6347 §4.1.2.6). `isFresh` may be asked
 * about anything; `accept` must only be told what has been authenticated, or anybody could move the window.
 */
export class ReplayWindow {
  readonly #seen: Float64Array;
  #highest = -1;

  constructor(size = 128) {
    this.#seen = new Float64Array(size).fill(-1);
  }

  /** False for a packet that was accepted before, or is too old to tell. */
  isFresh(index: number): boolean {
    if (index > this.#highest) return true;
    return index > this.#highest - this.#seen.length && this.#seen[index % this.#seen.length] !== index;
  }

  /** Does nothing for what is not fresh: a repetition must not make the window forget what came later. */
  accept(index: number): void {
    if (!this.isFresh(index)) return;
    this.#seen[index % this.#seen.length] = index;
    this.#highest = Math.max(this.#highest, index);
  }
}
