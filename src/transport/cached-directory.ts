import type { Clock } from '../base/clock.ts';
import { sameId } from '../base/device.ts';
import { seconds, type InstantMs } from '../base/units.ts';
import type { DirectoryAnswer, DirectoryEntry, Freshness, KeyDirectory } from './key-directory.ts';

/** Old enough to save a round trip within a call, young enough that a new phone rings within minutes. */
const KEPT_FOR = seconds(300);
/** A stranger's envelopes make us ask about one user this often and no more. */
const RECENT_FOR = seconds(2);
const USERS_KEPT = 1000;

/** `renewedAt`: when it was asked for although we had an answer. */
type Kept = { readonly at: InstantMs; readonly renewedAt: InstantMs | undefined; readonly devices: readonly DirectoryEntry[] };

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
    const now = this.#clock.now();
    const asked = users.filter((user) => !isGood(this.#kept.get(user.toLowerCase()), freshness, now));
    if (asked.length > 0) {
      const answer = await this.#ask(asked);
      if (answer.type === 'unavailable') return answer;
      for (const user of asked) this.#keep(user, { at: now, renewedAt: this.#kept.has(user.toLowerCase()) ? now : undefined, devices: answer.devices.filter(({ device }) => sameId(device.user, user)) });
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

/**
 * A first answer is never `recent`, however young: the device that we look for may have joined right after it.
 * Only one that was asked for anew is.
 */
function isGood(kept: Kept | undefined, freshness: Freshness, now: InstantMs): boolean {
  if (kept === undefined || freshness === 'fresh') return false;
  if (freshness === 'known') return true;
  if (freshness === 'cached') return now - kept.at < KEPT_FOR;
  return kept.renewedAt !== undefined && now - kept.renewedAt < RECENT_FOR;
}
