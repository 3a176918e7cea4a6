import type { SavedConversation, SavedEngine, Store } from '../../src/ecall/index.ts';
import { keyOf } from '../../src/ecall/directory.ts';

/** What a device has stored. What was put is never changed, so it is kept as it is and goes through JSON when read. */
export class KeptConversations implements Store {
  readonly #conversations: Map<string, SavedConversation>;

  constructor(conversations: Iterable<readonly [string, SavedConversation]> = []) {
    this.#conversations = new Map(conversations);
  }

  /** What is stored at this moment. */
  copy(): KeptConversations {
    return new KeptConversations(this.#conversations);
  }

  load(): SavedEngine | undefined {
    if (this.#conversations.size === 0) return undefined;
    return JSON.parse(JSON.stringify({ version: 1, conversations: [...this.#conversations.values()] } satisfies SavedEngine)) as SavedEngine;
  }

  put(saved: SavedConversation): void {
    this.#conversations.set(keyOf(saved.conversation, saved.peerUser), saved);
  }

  forget(conversation: string, peerUser: string): void {
    this.#conversations.delete(keyOf(conversation, peerUser));
  }
}
