import type { BackendTimeMs } from '../base/units.ts';
import { MAIL_RETENTION } from './retention.ts';

/** What an app keeps between starts, so that a replay is known across them; fit for JSON. */
export type SavedReplayWindow = readonly SavedSender[];
type SavedSender = readonly [sender: string, floor: number, seen: readonly (readonly [id: string, sentAt: number])[]];

type Seen = { floor: number; readonly ids: Map<string, number> };

/** More than a busy week of calls with one device. */
const IDS_PER_SENDER = 4096;

/**
 * Remembers which messages were seen, for as long as mail is kept. Each sender has a bounded share of memory:
 * one that overflows it loses its own oldest mail, and can make nobody's replay pass.
 */
export class ReplayWindow {
  #senders: Map<string, Seen>;

  constructor(saved: SavedReplayWindow = []) {
    this.#senders = new Map(saved.map(([sender, floor, ids]) => [sender, { floor, ids: new Map(ids) }]));
  }

  /** Call only for what is authentic: `fresh` is remembered. */
  admit(sender: string, id: Uint8Array, sentAt: BackendTimeMs, now: BackendTimeMs): 'fresh' | 'replayed' | 'too-old' {
    const seen = this.#of(sender);
    const name = nameOf(id);
    if (seen.ids.has(name)) return 'replayed';
    if (sentAt < now - MAIL_RETENTION || sentAt <= seen.floor) return 'too-old';
    seen.ids.set(name, sentAt);
    if (seen.ids.size > IDS_PER_SENDER) forget(seen, now);
    return 'fresh';
  }

  save(): SavedReplayWindow {
    return [...this.#senders].map(([sender, { floor, ids }]) => [sender, floor, [...ids]] as const);
  }

  #of(sender: string): Seen {
    const known = this.#senders.get(sender);
    if (known !== undefined) return known;
    const seen: Seen = { floor: -1, ids: new Map() };
    this.#senders.set(sender, seen);
    return seen;
  }
}

/** Drops what is older than mail; if that is not enough, the older half, below which nothing is let in any more. */
function forget(seen: Seen, now: BackendTimeMs): void {
  for (const [name, sentAt] of seen.ids) if (sentAt < now - MAIL_RETENTION) seen.ids.delete(name);
  if (seen.ids.size <= IDS_PER_SENDER) return;
  const moments = [...seen.ids.values()].sort((left, right) => left - right);
  seen.floor = moments[Math.floor(moments.length / 2)] ?? seen.floor;
  for (const [name, sentAt] of seen.ids) if (sentAt <= seen.floor) seen.ids.delete(name);
}

function nameOf(id: Uint8Array): string {
  return String.fromCharCode(...id);
}
