import type { StateName } from '../../src/econn/index.ts';
import type { View } from './device-model.ts';

/** What can be wrong with devices that have nothing left to do but wait for a person or a deadline. */
export type Wrong =
  /** P1: rings for somebody who does not call (any more). */
  | 'ghost ring'
  /** P2: answered, and the other is not in the call. */
  | 'orphan'
  /** P2: connected, and the other is not. */
  | 'half-open'
  /** P3: both in a call with each other, not in the same one. */
  | 'split brain'
  /** P4: two devices of one user in the same call. */
  | 'two at once'
  /** Calls, and nobody is asked for an answer, nor will say that there is none. */
  | 'dead attempt'
  /** Both call, one of them has not heard the other, and nobody says it again (rule 6). */
  | 'unheard glare'
  /** A renewal that nobody will finish before its deadline. */
  | 'stuck renewal'
  /** P18: more than forty messages about one call. */
  | 'too many messages'
  /** P17: no deadline left, and neither idle nor in a call. */
  | 'stuck';

const IN_CALL: ReadonlySet<StateName> = new Set(['answered', 'established', 'updateSent', 'updateReceived']);
const RINGS: ReadonlySet<StateName> = new Set(['pendingIncoming', 'conflict']);
const CONNECTED: ReadonlySet<StateName> = new Set(['established', 'updateSent', 'updateReceived']);

/**
 * What is wrong when nothing is on the way and nobody is about to do anything by himself: P1–P4. Where something
 * was lost for good (`lossy`) only split brain is judged: deadlines mend the rest. A glare mends one loss by
 * itself (`mendsOneLoss`: no more than that can have happened).
 */
export function wrongAtRest(views: readonly View[], users: readonly string[], lossy: boolean, mendsOneLoss: boolean): Wrong | undefined {
  for (const [position, view] of views.entries()) {
    const peer = view.peer === undefined ? undefined : views[view.peer];
    if (IN_CALL.has(view.state) && peer !== undefined && IN_CALL.has(peer.state) && peer.peer === position && peer.call !== view.call) return 'split brain';
    if (view.state === 'established' && views.some((other, at) => at > position && users[at] === users[position] && other.state === 'established' && other.call === view.call)) return 'two at once';
    if (mendsOneLoss && isUnheardGlare(view, views)) return 'unheard glare';
    if (lossy) continue;
    if (view.state === 'pendingOutgoing' && !views.some((other) => isAsked(other, view))) return 'dead attempt';
    if (RINGS.has(view.state) && (peer === undefined || peer.state !== 'pendingOutgoing' || peer.call !== view.call)) return 'ghost ring';
    // Who waits in vain for the answer to its HANGUP says it again over the backend.
    if (peer?.state === 'hangupSent') continue;
    const accompanied = peer !== undefined && IN_CALL.has(peer.state) && peer.call === view.call && peer.peer === position;
    if (IN_CALL.has(view.state) && !accompanied) return CONNECTED.has(view.state) ? 'half-open' : 'orphan';
    if (view.state === 'answered' || view.state === 'updateSent' || view.state === 'updateReceived') return view.state === 'answered' ? 'orphan' : 'stuck renewal';
  }
  return undefined;
}

/** It rings for the call; or has let it pass for a call of its own, and will say BUSY when that one is decided. */
function isAsked(view: View, { id, call }: View): boolean {
  if (RINGS.has(view.state)) return view.call === call;
  return view.state === 'pendingOutgoing' && id !== undefined && view.hasIgnored(id);
}

/** The winner has let the loser's live offer pass; the loser has not heard the winner's. */
function isUnheardGlare(winner: View, views: readonly View[]): boolean {
  const { id } = winner;
  if (winner.state !== 'pendingOutgoing' || id === undefined) return false;
  return views.some((loser) => loser.state === 'pendingOutgoing' && loser.id !== undefined && loser.id.user !== id.user && winner.hasIgnored(loser.id) && !loser.hasHeard(id));
}

/**
 * Beside a peer without offer ids nobody can keep that peer from ringing or waiting in vain. What is ours alone
 * still holds: none of our devices is in a call that its peer is not in, or rings for nobody, once all is said.
 */
export function wrongBesideLegacy(views: readonly View[], isOurs: (position: number) => boolean, lossy: boolean, tellsLegacy: boolean): Wrong | undefined {
  for (const [position, view] of views.entries()) {
    if (tellsLegacy && !lossy && !isOurs(position)) {
      const wrong = leftAlone(view, position, views);
      if (wrong !== undefined) return wrong;
    }
    if (!isOurs(position) || lossy || view.peer === undefined) continue;
    const peer = views[view.peer]!;
    if (RINGS.has(view.state) && peer.state !== 'pendingOutgoing') return 'ghost ring';
    if (IN_CALL.has(view.state) && !IN_CALL.has(peer.state) && peer.state !== 'hangupSent') return view.state === 'answered' ? 'orphan' : 'half-open';
  }
  return undefined;
}

/** A caller that is told when it is declined never waits for one who does not ring, nor has an answer of nobody. */
function leftAlone(view: View, position: number, views: readonly View[]): Wrong | undefined {
  const others = views.filter((_, at) => at !== position);
  if (view.state === 'answered') return others.some(({ state, peer }) => peer === position && (IN_CALL.has(state) || state === 'hangupSent')) ? undefined : 'orphan';
  if (view.state !== 'pendingOutgoing') return undefined;
  return others.some(({ state, peer }) => state === 'pendingOutgoing' || (peer === position && RINGS.has(state))) ? undefined : 'dead attempt';
}

/** P18, over both sides of each call. */
export function saysTooMuch(views: readonly View[]): Wrong | undefined {
  return [...wordsAbout(views).values()].some((count) => count > 40) ? 'too many messages' : undefined;
}

export function wordsAbout(views: readonly View[]): ReadonlyMap<string, number> {
  const words = new Map<string, number>();
  for (const { said = {} } of views) for (const [call, count] of Object.entries(said)) words.set(call, (words.get(call) ?? 0) + count);
  return words;
}

/** P17 beside a peer without offer ids: ours are idle or connected at last. */
export function wrongAtLastBesideLegacy(views: readonly View[], isOurs: (position: number) => boolean): Wrong | undefined {
  return views.every(({ state }, position) => !isOurs(position) || state === 'idle' || state === 'established') ? undefined : 'stuck';
}

/** P17: when no deadline runs any more either, everybody is idle or in a call with somebody. */
export function wrongAtLast(views: readonly View[]): Wrong | undefined {
  const settled = views.every((view, position) => {
    if (view.state === 'idle') return true;
    const peer = view.peer === undefined ? undefined : views[view.peer];
    return view.state === 'established' && peer?.state === 'established' && peer.peer === position && peer.call === view.call;
  });
  return settled ? undefined : 'stuck';
}
