/** Something that is to happen. `fire` is gone once it has happened or was called off. */
export type Due = { readonly at: number; readonly order: number; fire: (() => void) | undefined };

/**
 * What is to happen, earliest first, in the order in which it was put there: a binary heap. What is called off
 * stays in it, empty, until its moment comes or too much of it is empty.
 */
export class Agenda {
  #heap: Due[] = [];
  #order = 0;
  #live = 0;

  /** How much is still to happen. */
  get size(): number {
    return this.#live;
  }

  put(at: number, fire: () => void): Due {
    const due: Due = { at, order: this.#order++, fire };
    this.#rise(due, this.#heap.length);
    this.#live += 1;
    return due;
  }

  callOff(due: Due): void {
    if (due.fire === undefined) return;
    due.fire = undefined;
    this.#live -= 1;
    if (this.#heap.length > 64 && this.#live * 4 < this.#heap.length) this.#rebuild();
  }

  /** When the next thing is to happen. */
  get next(): number | undefined {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (first.fire !== undefined) return first.at;
      this.#dropFirst();
    }
    return undefined;
  }

  /** Takes the next thing; call only when there is one. */
  take(): () => void {
    const fire = this.next === undefined ? undefined : this.#heap[0]?.fire;
    const first = this.#heap[0];
    if (fire === undefined || first === undefined) throw new Error('nothing is to happen: look at `next` first');
    first.fire = undefined;
    this.#live -= 1;
    this.#dropFirst();
    return fire;
  }

  #dropFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#sink(last);
  }

  /** A sorted array is a heap. */
  #rebuild(): void {
    this.#heap = this.#heap.filter(({ fire }) => fire !== undefined).sort((one, other) => (isBefore(one, other) ? -1 : 1));
  }

  /** Puts it at a free place, or above. */
  #rise(due: Due, free: number): void {
    const heap = this.#heap;
    let place = free;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isBefore(due, parent)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = due;
  }

  /** Puts it at the top, or below. */
  #sink(due: Due): void {
    const heap = this.#heap;
    let place = 0;
    for (;;) {
      const left = heap[2 * place + 1];
      const right = heap[2 * place + 2];
      if (left === undefined) break;
      const takesRight = right !== undefined && isBefore(right, left);
      const child = takesRight ? right : left;
      if (!isBefore(child, due)) break;
      heap[place] = child;
      place = 2 * place + (takesRight ? 2 : 1);
    }
    heap[place] = due;
  }
}

function isBefore(one: Due, other: Due): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
