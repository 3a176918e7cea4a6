import { sameDevice, sameId, type Device } from '../base/device.ts';
import { isBeyond, type Mark, type OfferId } from './offer-id.ts';

/**
 * What a device remembers of a conversation's offers beyond the end of calls: its own counter, and for each
 * other device how far that one's offers are over and done with. Stored by the app; losing it costs at most a
 * ring of a minute, never a stuck call.
 */
export type Ledger = {
  readonly self: Device;
  /** Our own latest offer in this conversation. */
  readonly own: Mark;
  readonly marks: readonly DeviceMark[];
  /** Session ids of peers' ended calls, for peers without offer ids. Newest last. */
  readonly endedSessions: readonly EndedSession[];
};

export type DeviceMark = Mark & { readonly device: Device };

/** `theirs` ended or was cancelled before it was seen; `ours`, when we had a part in it, is what a late answer gets a CANCEL with. */
export type EndedSession = { readonly device?: Device; readonly theirs?: string; readonly ours?: string };

/** Four letters out of 62: sixteen remembered ones collide with a new call once in a million. */
export const MAX_ENDED_SESSIONS = 16;

/** Devices a user can have; the one that spoke longest ago is forgotten first. */
export const MAX_MARKS = 64;

export function openLedger(self: Device, incarnation: string): Ledger {
  return { self, own: { incarnation, counter: 0 }, marks: [], endedSessions: [] };
}

/** The id of our next offer, and the ledger that has used it up. */
export function mintOffer(ledger: Ledger): readonly [Ledger, OfferId] {
  const own = { incarnation: ledger.own.incarnation, counter: ledger.own.counter + 1 };
  return [{ ...ledger, own }, { user: ledger.self.user, device: ledger.self.device, ...own }];
}

/** True when the offer is one that its device made after all that are over: it may ring. */
export function isFresh(ledger: Ledger, offer: OfferId): boolean {
  const mark = markOf(ledger, offer);
  return mark === undefined || isBeyond(offer, mark);
}

export function markOf(ledger: Ledger, device: Device): Mark | undefined {
  return ledger.marks.find((entry) => sameDevice(entry.device, device));
}

/** Records that all of the device's offers up to `mark` are no longer new. Marks never fall. */
export function raiseMark(ledger: Ledger, device: Device, mark: Mark): Ledger {
  const current = markOf(ledger, device);
  if (current !== undefined && !isBeyond(mark, current)) return ledger;
  const entry: DeviceMark = { device: { user: device.user, device: device.device }, incarnation: mark.incarnation, counter: mark.counter };
  const others = ledger.marks.filter((other) => !sameDevice(other.device, device));
  return { ...ledger, marks: [...others.slice(1 - MAX_MARKS), entry] };
}

export function rememberEnded(ledger: Ledger, ended: EndedSession): Ledger {
  return { ...ledger, endedSessions: [...ledger.endedSessions.slice(1 - MAX_ENDED_SESSIONS), ended] };
}

/** True when this session of a peer without offer ids is over. */
export function isEndedSession(ledger: Ledger, device: Device, sessid: string): boolean {
  return ledger.endedSessions.some((entry) => entry.theirs !== undefined && sameId(entry.theirs, sessid) && (entry.device === undefined || sameDevice(entry.device, device)));
}

/** Our session id of the latest ended attempt that this device may still be answering. */
export function ourEndedSession(ledger: Ledger, device: Device): string | undefined {
  return ledger.endedSessions.findLast((entry) => entry.ours !== undefined && (entry.device === undefined || sameDevice(entry.device, device)))?.ours;
}

