import type { Counters } from './bundle.ts';

/** Which ways the code has been seen to go, and about how often within one input. */
export class Coverage {
  readonly #counters: Counters;
  readonly #words: Uint32Array;
  readonly #seen: Uint8Array;
  #places = 0;

  constructor(counters: Counters) {
    this.#counters = counters;
    this.#words = new Uint32Array(counters.buffer);
    this.#seen = new Uint8Array(counters.length);
  }

  /** Places in the code that some input has reached. */
  get places(): number {
    return this.#places;
  }

  /** Takes the counters of one input, and clears them. `new`: it went where none has gone, or much oftener. */
  take(): 'new' | 'known' {
    let verdict: 'new' | 'known' = 'known';
    for (let word = 0; word < this.#words.length; word++) {
      if (this.#words[word] === 0) continue;
      for (let at = word * 4; at < word * 4 + 4; at++) {
        const count = this.#counters[at] ?? 0;
        if (count === 0) continue;
        const seen = this.#seen[at] ?? 0;
        const bit = bucket(count);
        if ((seen & bit) !== 0) continue;
        if (seen === 0) this.#places += 1;
        this.#seen[at] = seen | bit;
        verdict = 'new';
      }
      this.#words[word] = 0;
    }
    return verdict;
  }

  clear(): void {
    this.#counters.fill(0);
  }
}

/** 1, 2, 3, 4–7, 8–15, 16–31, 32–127 and more: a loop's every turn is not news. */
function bucket(count: number): number {
  if (count <= 3) return 1 << (count - 1);
  if (count < 8) return 8;
  if (count < 16) return 16;
  if (count < 32) return 32;
  return count < 128 ? 64 : 128;
}
