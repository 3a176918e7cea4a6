import { MemoryStore, type SavedConversation, type SavedEngine, type Store } from '../../../src/index.ts';
import type { Vault } from './vault.ts';

/** Keeps an engine's conversations in the vault. Writes begin in the turn in which something changed, one after the other. */
export class KeptCalls implements Store {
  readonly #vault: Vault;
  readonly #memory = new MemoryStore();
  #writing: Promise<void> = Promise.resolve();

  private constructor(vault: Vault) {
    this.#vault = vault;
  }

  static async open(vault: Vault): Promise<KeptCalls> {
    const kept = new KeptCalls(vault);
    const saved = await vault.read('calls') as SavedEngine | undefined;
    for (const conversation of saved?.conversations ?? []) kept.#memory.put(conversation);
    return kept;
  }

  load(): SavedEngine | undefined {
    return this.#memory.load();
  }

  put(saved: SavedConversation): void {
    this.#memory.put(saved);
    this.#write();
  }

  forget(conversation: string, peerUser: string): void {
    this.#memory.forget(conversation, peerUser);
    this.#write();
  }

  #write(): void {
    const now = this.#memory.load();
    this.#writing = this.#writing.then(() => this.#vault.write('calls', now)).catch(() => undefined);
  }
}
