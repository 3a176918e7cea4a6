import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { readSavedEngine } from '../saved-engine.ts';
import { MemoryStore, type SavedConversation, type SavedEngine, type Store } from '../store.ts';

/**
 * Keeps an engine's conversations in one JSON file, for headless peers. Each change replaces the file as a
 * whole before anything that it decided leaves; a crash in the middle leaves the file before it.
 *
 * One engine at a time: two that share a file forget each other's calls.
 */
export class FileStore implements Store {
  readonly #path: string;
  readonly #memory = new MemoryStore();

  /** Throws {@link FileStoreError} when there is a file and it is not one of ours. */
  constructor(path: string) {
    this.#path = path;
    for (const conversation of read(path)?.conversations ?? []) this.#memory.put(conversation);
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
    const written = `${this.#path}.new`;
    const file = openSync(written, 'w', 0o600);
    try {
      writeSync(file, JSON.stringify(this.#memory.load() ?? { version: 1, conversations: [] }));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(written, this.#path);
  }
}

/** The file is there and cannot be read as a store. */
export class FileStoreError extends Error {
  override readonly name = 'FileStoreError' as const;
}

function read(path: string): SavedEngine | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw problem;
  }
  const saved = parsed(text);
  if (saved === undefined) throw new FileStoreError('this file is not a store of calls: name another, or remove it (which costs at most a ring of a minute)');
  return saved;
}

function parsed(text: string): SavedEngine | undefined {
  try {
    return readSavedEngine(JSON.parse(text));
  } catch {
    return undefined;
  }
}
