import type { Econn, Saved } from '../econn/index.ts';
import type { BackendTimeMs } from '../base/units.ts';

/** What a device must remember of one conversation to come back after a crash. Plain JSON data. */
export type SavedConversation = {
  readonly conversation: string;
  readonly peerUser: string;
  readonly econn: Saved;
  readonly savedAt: BackendTimeMs;
  /** The offer that rang, and until when it may ring on. */
  readonly ringing?: { readonly sdp: string; readonly until: BackendTimeMs };
};

export type SavedEngine = { readonly version: 1; readonly conversations: readonly SavedConversation[] };

/**
 * Where an engine keeps what must survive it. Losing it costs at most a ring of a minute; a store that gives
 * back something older than the newest is harmless, since offers start a new row after each start.
 */
export interface Store {
  /** What was put last, or `undefined` when nothing was. */
  load(): SavedEngine | undefined;
  /**
   * Replaces what is known of the conversation. Called before anything that the new state decided leaves the
   * device; a store that cannot write at once keeps it and writes soon.
   */
  put(saved: SavedConversation): void;
  /** The conversation need not be remembered any more. */
  forget(conversation: string, peerUser: string): void;
}

/** Whether there is anything new in it for a later life: signs of life and the peer's props pass by, as it tells them again. */
export function isNews(before: Econn, now: Econn): boolean {
  const [was, is] = [before.memory.call, now.memory.call];
  // Whoever was muted comes back muted, with the number under which the peer knows it.
  return before.state !== now.state || before.memory.ledger !== now.memory.ledger || was?.offer !== is?.offer || was?.ours !== is?.ours;
}

/** Remembers for as long as the process lives: for tests, and for several engines after each other in one process. */
export class MemoryStore implements Store {
  readonly #conversations = new Map<string, string>();

  load(): SavedEngine | undefined {
    if (this.#conversations.size === 0) return undefined;
    return { version: 1, conversations: [...this.#conversations.values()].map((text) => JSON.parse(text) as SavedConversation) };
  }

  put(saved: SavedConversation): void {
    this.#conversations.set(JSON.stringify([saved.conversation, saved.peerUser]), JSON.stringify(saved));
  }

  forget(conversation: string, peerUser: string): void {
    this.#conversations.delete(JSON.stringify([conversation, peerUser]));
  }
}
