/**
 * Every world seen, each as a few numbers, in order of discovery: the list is the frontier too. Exact: worlds
 * are compared whole, their hash only finds the place.
 */
export class StateStore {
  readonly width: number;
  size = 0;
  #words: Uint32Array;
  #parents: Uint32Array;
  #table: Uint32Array;
  #mask: number;

  constructor(width: number, capacity = 1 << 12) {
    this.width = width;
    this.#words = new Uint32Array(width * capacity);
    this.#parents = new Uint32Array(capacity);
    this.#table = new Uint32Array(capacity * 2);
    this.#mask = this.#table.length - 1;
  }

  /** The number of the world, or −1 when it was known already. */
  add(world: Uint32Array, parent: number): number {
    const { width } = this;
    const words = this.#words;
    const table = this.#table;
    let slot = hashOf(world, width) & this.#mask;
    for (let entry = table[slot]!; entry !== 0; slot = (slot + 1) & this.#mask, entry = table[slot]!) {
      const at = (entry - 1) * width;
      let word = 0;
      while (word < width && words[at + word] === world[word]) word++;
      if (word === width) return -1;
    }
    const number = this.size++;
    table[slot] = number + 1;
    const at = number * width;
    for (let word = 0; word < width; word++) words[at + word] = world[word]!;
    this.#parents[number] = parent;
    if (this.size === this.#parents.length) this.#grow();
    return number;
  }

  read(number: number, into: Uint32Array): void {
    const at = number * this.width;
    for (let word = 0; word < this.width; word++) into[word] = this.#words[at + word]!;
  }

  parentOf(number: number): number {
    return this.#parents[number]!;
  }

  get bytes(): number {
    return this.#words.byteLength + this.#parents.byteLength + this.#table.byteLength;
  }

  /** What {@link restore} takes. */
  dump(): { readonly words: Uint32Array; readonly parents: Uint32Array } {
    return { words: this.#words.slice(0, this.size * this.width), parents: this.#parents.slice(0, this.size) };
  }

  static restore(width: number, words: Uint32Array, parents: Uint32Array): StateStore {
    const store = new StateStore(width);
    const world = new Uint32Array(width);
    for (let number = 0; number < parents.length; number++) {
      for (let word = 0; word < width; word++) world[word] = words[number * width + word]!;
      store.add(world, parents[number]!);
    }
    return store;
  }

  #grow(): void {
    const words = new Uint32Array(this.#words.length * 2);
    words.set(this.#words);
    this.#words = words;
    const parents = new Uint32Array(this.#parents.length * 2);
    parents.set(this.#parents);
    this.#parents = parents;
    this.#table = new Uint32Array(parents.length * 2);
    this.#mask = this.#table.length - 1;
    const world = new Uint32Array(this.width);
    for (let number = 0; number < this.size; number++) {
      this.read(number, world);
      let slot = hashOf(world, this.width) & this.#mask;
      while (this.#table[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#table[slot] = number + 1;
    }
  }
}

function hashOf(world: Uint32Array, width: number): number {
  let hash = 0x9747_b28c;
  for (let word = 0; word < width; word++) {
    hash = Math.imul(hash ^ world[word]!, 0x85eb_ca6b);
    hash ^= hash >>> 13;
  }
  hash = Math.imul(hash, 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
