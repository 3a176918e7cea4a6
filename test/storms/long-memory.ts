import { MemoryStore, type SavedConversation, type SavedEngine, type Store } from '../../src/ecall/index.ts';

/** The disk of a device: it outlives processes, and may not have written the last thing yet. */
export class LongMemory {
  #store = new MemoryStore();
  #before: SavedEngine | undefined;

  /** What one process sees of it, until it dies. */
  life(): Store & { readonly die: () => void } {
    let alive = true;
    return {
      load: () => this.#store.load(),
      put: (saved) => {
        if (!alive) return;
        this.#before = this.#store.load();
        this.#store.put(saved);
      },
      forget: (conversation, peerUser) => {
        if (alive) this.#store.forget(conversation, peerUser);
      },
      die: () => {
        alive = false;
      },
    };
  }

  /** What was put last is lost. */
  loseLast(): void {
    const conversations: readonly SavedConversation[] = this.#before?.conversations ?? [];
    this.#store = new MemoryStore();
    for (const conversation of conversations) this.#store.put(conversation);
  }
}
