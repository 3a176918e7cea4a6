/** Follows 16-bit sequence numbers past their wraps. The first number seen is extended to itself plus 65 536. */
export class SequenceExtender {
  #highest: number | undefined;

  /** The number with its wraps: the one nearest to the highest seen so far. */
  extend(sequence: number): number {
    if (this.#highest === undefined) {
      this.#highest = sequence + 0x1_0000;
      return this.#highest;
    }
    const ahead = ((sequence - this.#highest) << 16) >> 16;
    const extended = this.#highest + ahead;
    if (ahead > 0) this.#highest = extended;
    return extended;
  }
}

/** Counts what arrived of one RTP stream and what, by its sequence numbers, did not. */
export class ReceptionCount {
  readonly #extender = new SequenceExtender();
  #first: number | undefined;
  #last = 0;
  #received = 0;

  add(sequence: number): void {
    const extended = this.#extender.extend(sequence);
    this.#first = Math.min(this.#first ?? extended, extended);
    this.#last = Math.max(this.#last, extended);
    this.#received += 1;
  }

  get received(): number {
    return this.#received;
  }

  get lost(): number {
    return this.#first === undefined ? 0 : Math.max(0, this.#last - this.#first + 1 - this.#received);
  }
}
