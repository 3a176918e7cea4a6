/** Gives equal things one small number, in order of first appearance. */
export class Interned<T> {
  readonly things: T[] = [];
  readonly #numbers = new Map<string, number>();

  /** `make` runs only for a key that is new. */
  number(key: string, make: () => T): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.things.length;
    this.things.push(make());
    this.#numbers.set(key, number);
    return number;
  }

  at(number: number): T {
    return this.things[number]!;
  }

  get size(): number {
    return this.things.length;
  }
}

/** A number for each pair of numbers below 2³², open addressing in typed arrays: an order faster than a Map of strings. */
export class PairTable {
  #capacity: number;
  #left: Uint32Array;
  #right: Uint32Array;
  #values: Int32Array;
  #used = 0;

  constructor(capacity = 1024) {
    this.#capacity = capacity;
    this.#left = new Uint32Array(capacity);
    this.#right = new Uint32Array(capacity);
    this.#values = new Int32Array(capacity).fill(-1);
  }

  /** −1 when the pair is not known. */
  get(left: number, right: number): number {
    const mask = this.#capacity - 1;
    for (let slot = spread(left, right) & mask; ; slot = (slot + 1) & mask) {
      const value = this.#values[slot]!;
      if (value === -1 || (this.#left[slot] === left && this.#right[slot] === right)) return value;
    }
  }

  set(left: number, right: number, value: number): void {
    if (this.#used * 2 >= this.#capacity) this.#grow();
    const mask = this.#capacity - 1;
    let slot = spread(left, right) & mask;
    while (this.#values[slot] !== -1) slot = (slot + 1) & mask;
    this.#left[slot] = left;
    this.#right[slot] = right;
    this.#values[slot] = value;
    this.#used += 1;
  }

  #grow(): void {
    const [left, right, values] = [this.#left, this.#right, this.#values];
    this.#capacity *= 2;
    this.#left = new Uint32Array(this.#capacity);
    this.#right = new Uint32Array(this.#capacity);
    this.#values = new Int32Array(this.#capacity).fill(-1);
    this.#used = 0;
    for (let slot = 0; slot < values.length; slot++) if (values[slot] !== -1) this.set(left[slot]!, right[slot]!, values[slot]!);
  }
}

function spread(left: number, right: number): number {
  let hash = Math.imul(left, 0x9e37_79b1) ^ Math.imul(right, 0x85eb_ca77);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
