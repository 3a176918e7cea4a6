import type { ConversationHost } from './conversation-host.ts';

/**
 * The conversations that an engine knows, each by its id and the other user: nobody can take a conversation
 * from two others by speaking in its name first.
 *
 * What is idle is kept for its marks, so many of it: a stranger that makes up conversations drives out the
 * longest silent ones, which costs them at most a ring of a minute.
 */
export class Directory {
  readonly #hosts = new Map<string, ConversationHost>();
  readonly #forgotten: (host: ConversationHost) => void;

  constructor(forgotten: (host: ConversationHost) => void) {
    this.#forgotten = forgotten;
  }

  get(conversation: string, user: string): ConversationHost | undefined {
    const key = keyOf(conversation, user);
    const host = this.#hosts.get(key);
    if (host === undefined) return undefined;
    this.#hosts.delete(key);
    this.#hosts.set(key, host);
    return host;
  }

  add(host: ConversationHost): void {
    this.#hosts.set(keyOf(host.conversation, host.user), host);
    this.#makeRoom();
  }

  /** Drops a conversation of which there is nothing to remember. */
  tidy(host: ConversationHost): void {
    if (host.isBlank) this.#hosts.delete(keyOf(host.conversation, host.user));
  }

  [Symbol.iterator](): IterableIterator<ConversationHost> {
    return this.#hosts.values();
  }

  #makeRoom(): void {
    if (this.#hosts.size <= MOST_CONVERSATIONS) return;
    for (const [key, host] of this.#hosts) {
      if (host.taken) continue;
      this.#hosts.delete(key);
      this.#forgotten(host);
      return;
    }
  }
}

/** Some ten megabytes of marks. */
const MOST_CONVERSATIONS = 2_000;

/** Equal for the same conversation with the same user, whatever the case of the user's id. */
export function keyOf(conversation: string, user: string): string {
  return `${user.length}:${user.toLowerCase()}${conversation}`;
}
