import { MemoryStore, type SavedConversation, type SavedEngine } from '../../src/ecall/index.ts';

/** A store that also knows what it held before it was last written to: a disk that had not written yet. */
export class LongMemory extends MemoryStore {
  #before: SavedEngine | undefined;
  #isBehind = false;

  override load(): SavedEngine | undefined {
    return this.#isBehind ? this.#before : super.load();
  }

  override put(saved: SavedConversation): void {
    this.#before = this.load();
    this.#catchUp();
    super.put(saved);
  }

  /** What was put last is lost. */
  loseLast(): void {
    this.#isBehind = true;
  }

  #catchUp(): void {
    if (!this.#isBehind) return;
    this.#isBehind = false;
    for (const { conversation, peerUser } of super.load()?.conversations ?? []) this.forget(conversation, peerUser);
    for (const conversation of this.#before?.conversations ?? []) super.put(conversation);
  }
}
