import type { Clock } from '../base/clock.ts';
import { sameId } from '../base/device.ts';
import { seconds, type InstantMs } from '../base/units.ts';
import type { DirectoryAnswer, DirectoryEntry, Freshness, KeyDirectory } from './key-directory.ts';

/** Old enough to save a round trip within a call, young enough that a new phone rings within minutes. */
const KEPT_FOR = seconds(300);
const RECENT_FOR = seconds(2);
const USERS_KEPT = 1000;

const KEPT_WHILE: Record<Freshness, number> = { cached: KEPT_FOR, recent: RECENT_FOR, fresh: 0 };

type Kept = { readonly at: InstantMs; readonly devices: readonly DirectoryEntry[] };

/** Remembers another directory's answers for five minutes. */
export class CachedDirectory implements KeyDirectory {
  #source: KeyDirectory;
  #clock: Clock;
  #kept = new Map<string, Kept>();

  constructor(source: KeyDirectory, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  async bundles(users: readonly string[], freshness: Freshness): Promise<DirectoryAnswer> {
    const limit = KEPT_WHILE[freshness];
    const now = this.#clock.now();
    const asked = users.filter((user) => now - (this.#kept.get(user.toLowerCase())?.at ?? Number.NEGATIVE_INFINITY) >= limit);
    if (asked.length > 0) {
      const answer = await this.#ask(asked);
      if (answer.type === 'unavailable') return answer;
      for (const user of asked) this.#keep(user, { at: now, devices: answer.devices.filter(({ device }) => sameId(device.user, user)) });
    }
    return { type: 'found', devices: users.flatMap((user) => this.#kept.get(user.toLowerCase())?.devices ?? []) };
  }

  /** What is known of this user is out of date. */
  forget(user: string): void {
    this.#kept.delete(user.toLowerCase());
  }

  /** An app's directory that breaks its promise not to reject is one that cannot be reached. */
  async #ask(users: readonly string[]): Promise<DirectoryAnswer> {
    try {
      return await this.#source.bundles(users, 'fresh');
    } catch {
      return { type: 'unavailable' };
    }
  }

  #keep(user: string, kept: Kept): void {
    const name = user.toLowerCase();
    this.#kept.delete(name);
    this.#kept.set(name, kept);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > USERS_KEPT && oldest.done !== true) this.#kept.delete(oldest.value);
  }
}
