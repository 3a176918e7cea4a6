import { reincarnate, restore, resumable, stateOf, type Econn } from '../econn/index.ts';
import { ms, type BackendTimeMs, type DurationMs } from '../base/units.ts';
import type { Policy } from './policy.ts';
import type { SavedConversation } from './store.ts';

/** What a device does with a conversation that it remembers from before it stopped. */
export type SecondLife =
  /** Its call was connected a moment ago, or reconnecting: it goes on with a new flow. */
  | { readonly type: 'go-on'; readonly econn: Econn }
  /** It still rings, for so long. */
  | { readonly type: 'ring-on'; readonly econn: Econn; readonly sdp: string; readonly left: DurationMs }
  /** What was going on is over: the other side is told, then offers start a new row. */
  | { readonly type: 'start-over'; readonly econn: Econn; readonly reborn: (econn: Econn) => Econn };

/** Decides from what was saved; `undefined` when that cannot be read. */
export function secondLife(saved: SavedConversation, incarnation: string, now: BackendTimeMs, policy: Policy): SecondLife | undefined {
  const stored = restore(saved.econn);
  if (stored === undefined) return undefined;
  // The stored counter may not be the newest one: our next offers begin a new row.
  const reborn = (econn: Econn): Econn => reincarnate(econn, incarnation);
  const age = now - saved.savedAt;
  const standing = resumable(stored);
  if (standing !== undefined && age >= 0 && age <= policy.resumeWithin) return { type: 'go-on', econn: reborn(standing) };
  const left = saved.ringing === undefined ? 0 : saved.ringing.until - now;
  if (stateOf(stored) === 'pendingIncoming' && saved.ringing !== undefined && left > 0) {
    return { type: 'ring-on', econn: reborn(stored), sdp: saved.ringing.sdp, left: ms(left) };
  }
  return { type: 'start-over', econn: stored, reborn };
}
