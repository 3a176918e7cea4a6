import type { BackendTimeMs } from '../base/units.ts';
import { CLOCK_TRUST, MAIL_RETENTION } from './retention.ts';

/** What an app keeps between starts, so that a replay is known across them; fit for JSON. */
export type SavedReplayWindow = readonly SavedSender[];
type SavedSender = readonly [sender: string, floor: number, seen: readonly (readonly [id: string, sentAt: number])[]];

/** `newest`: of all that was ever let in; nothing at or below `floor` is let in any more. */
type Seen = { floor: number; newest: number; readonly ids: Map<string, number> };

/** More than a busy week of calls with one device. */
const IDS_PER_SENDER = 4096;
const IDS_IN_ALL = 65_536;
const SENDERS = 4096;

/**
 * Remembers which messages were seen, for as long as mail is kept. Each sender has a bounded share of memory:
 * one that overflows it loses its own oldest mail, and can make nobody's replay pass.
 *
 * Whatever is forgotten raises a floor below which nothing is let in: a clock that is moved on, so that all is
 * old, and back again, opens no hole.
 */
export class ReplayWindow {
  #senders: Map<string, Seen>;
  #count = 0;
  /** For senders that are not remembered: no message of a forgotten one is newer. */
  #floor = -1;

  constructor(saved: SavedReplayWindow = []) {
    this.#senders = new Map();
    for (const [sender, floor, ids] of saved) {
      if (sender === THE_FORGOTTEN) this.#floor = floor;
      else this.#senders.set(sender, { floor, newest: ids.reduce((newest, [, sentAt]) => Math.max(newest, sentAt), floor), ids: new Map(ids) });
      this.#count += ids.length;
    }
  }

  /** Call only for what is authentic: `fresh` is remembered. */
  admit(sender: string, id: Uint8Array, sentAt: BackendTimeMs, now: BackendTimeMs): 'fresh' | 'replayed' | 'too-old' | 'too-new' {
    const seen = this.#senders.get(sender);
    const name = nameOf(id);
    if (seen?.ids.has(name) === true) return 'replayed';
    if (sentAt < now - MAIL_RETENTION || sentAt <= (seen?.floor ?? this.#floor)) return 'too-old';
    // Either end may have been told a time that is a day wrong.
    if (sentAt > now + 2 * CLOCK_TRUST) return 'too-new';
    this.#remember(sender, name, sentAt, now);
    return 'fresh';
  }

  save(): SavedReplayWindow {
    const senders = [...this.#senders].map(([sender, { floor, ids }]) => [sender, floor, [...ids]] as const);
    return this.#floor < 0 ? senders : [...senders, [THE_FORGOTTEN, this.#floor, []]];
  }

  #remember(sender: string, name: string, sentAt: BackendTimeMs, now: BackendTimeMs): void {
    const seen = this.#senders.get(sender) ?? { floor: this.#floor, newest: -1, ids: new Map<string, number>() };
    this.#senders.set(sender, seen);
    seen.ids.set(name, sentAt);
    seen.newest = Math.max(seen.newest, sentAt);
    this.#count += 1;
    if (seen.ids.size > IDS_PER_SENDER) this.#shrink(seen, now);
    if (this.#count > IDS_IN_ALL) this.#shrink(this.#largest(seen), now);
    if (this.#senders.size > SENDERS) this.#forgetOne(sender);
  }

  /** Drops what is older than mail; if that is little, the older half. */
  #shrink(seen: Seen, now: BackendTimeMs): void {
    const moments = [...seen.ids.values()].sort((left, right) => left - right);
    const median = moments[Math.floor(moments.length / 2)] ?? seen.floor;
    const expired = moments.findLast((sentAt) => sentAt < now - MAIL_RETENTION) ?? seen.floor;
    seen.floor = Math.max(seen.floor, expired, median);
    for (const [name, sentAt] of seen.ids) if (sentAt <= seen.floor && seen.ids.delete(name)) this.#count -= 1;
  }

  #largest(first: Seen): Seen {
    let largest = first;
    for (const seen of this.#senders.values()) if (seen.ids.size > largest.ids.size) largest = seen;
    return largest;
  }

  /** Forgets the sender that has been silent for longest. */
  #forgetOne(except: string): void {
    let silent: readonly [string, Seen] | undefined;
    for (const entry of this.#senders) if (entry[0] !== except && (silent === undefined || entry[1].newest < silent[1].newest)) silent = entry;
    if (silent === undefined) return;
    const [sender, { newest, ids }] = silent;
    this.#senders.delete(sender);
    this.#count -= ids.size;
    this.#floor = Math.max(this.#floor, newest);
  }
}

/** No device has this key: it is where the floor for forgotten senders is saved. */
const THE_FORGOTTEN = '';

function nameOf(id: Uint8Array): string {
  return String.fromCharCode(...id);
}
