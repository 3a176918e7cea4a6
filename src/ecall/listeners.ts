/**
 * Typed events of an object. A listener that throws is reported once and disturbs neither the others nor the
 * engine.
 */
export class Listeners<Events extends { readonly [name: string]: unknown }> {
  readonly #byName = new Map<keyof Events, Set<(event: never) => void>>();
  readonly #onThrow: (problem: unknown) => void;

  constructor(onThrow: (problem: unknown) => void) {
    this.#onThrow = onThrow;
  }

  /** Returns the function that takes the listener off again. */
  on<N extends keyof Events>(name: N, listener: (event: Events[N]) => void): () => void {
    const listeners = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  emit<N extends keyof Events>(name: N, event: Events[N]): void {
    const listeners = this.#byName.get(name) as Set<(event: Events[N]) => void> | undefined;
    if (listeners === undefined) return;
    for (const listener of Array.from(listeners)) {
      try {
        listener(event);
      } catch (problem) {
        this.#onThrow(problem);
      }
    }
  }

  has(name: keyof Events): boolean {
    return (this.#byName.get(name)?.size ?? 0) > 0;
  }

  clear(): void {
    this.#byName.clear();
  }
}
