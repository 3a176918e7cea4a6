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
    for (const conversation of takeFarewell()) if (!kept.#knowsLater(conversation)) kept.#memory.put(conversation);
    return kept;
  }

  /**
   * The page goes away: what it put in this turn is kept for the same tab, should it come back. The vault is too
   * slow for that, since a browser drops the transactions of a page that is gone.
   */
  leave(): void {
    const now = this.#memory.load();
    if (now !== undefined) sessionStorage.setItem(FAREWELL, JSON.stringify(now));
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

  #knowsLater({ conversation, peerUser, savedAt }: SavedConversation): boolean {
    return this.#memory.load()?.conversations.some((known) => known.conversation === conversation && known.peerUser === peerUser && known.savedAt > savedAt) ?? false;
  }

  #write(): void {
    const now = this.#memory.load();
    this.#writing = this.#writing.then(() => this.#vault.write('calls', now)).catch(() => undefined);
  }
}

const FAREWELL = 'callcore calls';

/** What {@link KeptCalls.leave} kept, once. */
function takeFarewell(): SavedEngine['conversations'] {
  const kept = sessionStorage.getItem(FAREWELL);
  sessionStorage.removeItem(FAREWELL);
  return kept === null ? [] : (JSON.parse(kept) as SavedEngine).conversations;
}
