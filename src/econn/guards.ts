import { sameDevice, sameId, type Device } from '../base/device.ts';
import { BugError } from '../base/absurd.ts';
import { isLegacy, type ChartEvent, type MessageEvent } from './chart-event.ts';
import { isEndedSession, isFresh } from './ledger.ts';
import type { Call, Memory } from './memory.ts';
import type { MessageType } from './message.ts';
import { covers, isBeyond, sameOffer, type Mark, type OfferId } from './offer-id.ts';
import { wins } from './winner.ts';

/** The questions that the chart asks. Each is pure and total for the events in whose rows it stands. */
export const guards = {
  /** An offer made after all that are over. */
  isFresh: (memory, event) => isNew(memory, message(event).offer, event),
  /** Held by the backend beyond the age at which its caller has given up. */
  isTooOld: (memory, event) => message(event).age > memory.timeouts.setup,
  /** This device takes no second call. */
  isBusyElsewhere: (_memory, event) => message(event).busy === true,
  /** Our offer is kept in a glare against the sender's. */
  weWin: (memory, event) => wins(memory.self, message(event).from),
  /** Sent by the device that this call is with. */
  isFromPeer: (memory, event) => isPeer(memory, message(event).from),
  /** Names the live call, by exact id. */
  isAboutLiveCall: (memory, event) => isLive(memory, message(event).call),
  /** Answers the offer that we wait for an answer to. */
  answersOpenOffer: (memory, event) => live(memory).sent !== undefined && sameOffer(message(event).offer, live(memory).offer),
  /** Answers, or names, an offer that this device made at some time. */
  isOurs: (memory, event) => isOurs(memory, event),
  /** Answers an offer of ours that is not our latest. */
  answersFormerOffer: (memory, event) => isOurs(memory, event) && isBeyond(memory.ledger.own, message(event).offer),
  /** The offer that we have answered last, or are about to, once more. */
  repeatsAnsweredOffer: (memory, event) => sameOffer(message(event).offer, live(memory).offer) && sameDevice(message(event).from, message(event).offer),
  hasOpenOffer: (memory) => live(memory).sent !== undefined,
  /** An UPDATE of ours is with the peer, or was: also while a newer one is being made to take its place. */
  hasUnansweredUpdate: (memory) => live(memory).tries > 0,
  hasNoOpenOffer: (memory) => live(memory).sent === undefined,
  hasContact: (memory) => live(memory).contact === 'live',
  /** Enough probes went out in vain. */
  isSilent: (memory) => live(memory).pings + 1 >= memory.timeouts.pings,
  /** The last change was told a moment ago: the next one is told with all that follow, when its time is over. */
  hasJustToldProps: (memory) => live(memory).toldSeq !== undefined,

  /** A CANCEL, by the offerer, of an offer that never reached us. */
  cancelsUnseenOffer: (memory, event) => sameDevice(message(event).from, message(event).call) && isNew(memory, message(event).call, event),
  /** From a device without offer ids to this one: only an answer to us can be what it ends. */
  endsUnseenAnswer: (memory, event) => isLegacy(message(event).call) && isAddressedToUs(memory, message(event)) && !isEndedSession(memory.ledger, message(event).from, message(event).message.sessid),
  /** An answer whose sender withdraws by it the very offer that we ring for. */
  withdrawsOurRing: (memory, event) => {
    const withdrawn = withdrawnBy(message(event));
    return withdrawn !== undefined && isPeer(memory, message(event).from) && covers(withdrawn, live(memory).offer);
  },
  /** Another device of ours took the ringing call. */
  answersOurRing: (memory, event) => answersRing(live(memory), message(event)),
  /** Another device of ours declined the ringing call. */
  rejectsOurRing: (memory, event) => (message(event).message.call === undefined ? isLegacy(live(memory).id) : isLive(memory, message(event).call)),
  /** We can name the call in a CANCEL that its sender will understand. */
  isCancellable: (memory, event) => !isLegacy(message(event).call) || isEndedSession(memory.ledger, message(event).from, message(event).message.sessid),

  /** The caller is to hear that we decline, and listens to nothing but an answer. */
  isToldByAnswer: (memory, event) => event.type === 'reject' && event.tellCaller === 'always' && live(memory).protocol === 'calling-3.0',
  /** Once more is the last time. */
  wasCancelledEnough: (memory) => live(memory).tries >= memory.timeouts.decline.length,

  isBusy: (_memory, event) => event.type === 'REJECT' && event.message.cause === 'busy',
  /** Other devices still ring, or may, when the sender's leg is gone. */
  leavesLegs: (memory, event) => {
    const { legs } = live(memory);
    return legs === undefined || legs.some((leg) => !sameDevice(leg, message(event).from));
  },

  /** Of the SETUP to all devices. What becomes of one that a glare's winner says again to one device changes nothing. */
  isSetupSettled: (memory, event) => isSettled(memory, event, 'SETUP', false) && live(memory).legs === undefined,
  isAnswerSettled: (memory, event) => isSettled(memory, event, 'SETUP', true),
  isCancelSettled: (memory, event) => isSettled(memory, event, 'CANCEL', false),
  isRefused: (_memory, event) => settled(event).outcome === 'refused',
  reachedNobody: (_memory, event) => settled(event).devices.length === 0,
  reachedOnlyBusy: (memory, event) => settled(event).devices.every((device) => live(memory).busy.some((busy) => sameDevice(busy, device))),
  isBadDescription: (_memory, event) => event.type === 'flow-failed' && event.failure === 'bad-description',
} satisfies Record<string, Guard>;

export type Guard = (memory: Memory, event: ChartEvent) => boolean;
export type GuardName = keyof typeof guards;

/** The call of a state that has one. */
export function live(memory: Memory): Call {
  if (memory.call === undefined) throw new BugError('a row of a state with a call was reached without one');
  return memory.call;
}

/** The event of a row that stands under a message. */
export function message(event: ChartEvent): MessageEvent {
  if (!('from' in event)) throw new BugError(`a message's row was reached by ${event.type}`);
  return event;
}

/** The event of a row that stands under `settled`. */
export function settled(event: ChartEvent): ChartEvent & { type: 'settled' } {
  if (event.type !== 'settled') throw new BugError(`a row of what was settled was reached by ${event.type}`);
  return event;
}

function isSettled(memory: Memory, event: ChartEvent, type: MessageType, resp: boolean): boolean {
  const { message: sent, resp: answers, call } = settled(event);
  return sent === type && answers === resp && isLive(memory, call);
}

/** What an answer takes back of its sender's own offers. */
export function withdrawnBy({ message: sent }: MessageEvent): Mark | undefined {
  return 'withdrawn' in sent ? sent.withdrawn : undefined;
}

function isPeer({ call }: Memory, device: Device): boolean {
  return call?.peer !== undefined && sameDevice(call.peer, device);
}

/** By exact id. */
export function isLive(memory: Memory, call: OfferId): boolean {
  return memory.call !== undefined && sameOffer(memory.call.id, call);
}

function isNew(memory: Memory, offer: OfferId, event: ChartEvent): boolean {
  if (!isLegacy(offer)) return isFresh(memory.ledger, offer);
  const { from, message: sent } = message(event);
  if (isPeer(memory, from) && (isLive(memory, offer) || sameOffer(live(memory).offer, offer))) return false;
  // A peer without ids opens a call anew only under a new session.
  return !isEndedSession(memory.ledger, from, sent.sessid);
}

/** A peer without ids answers no offer by name: its late answer is ours when it is addressed to us. */
function isOurs(memory: Memory, event: ChartEvent): boolean {
  const { offer, from, message: sent } = message(event);
  if (!isLegacy(offer)) return sameDevice(offer, memory.self);
  const meant = sent.dest?.device === undefined || sameId(sent.dest.device, memory.self.device);
  return meant && !isPeer(memory, from);
}

/** A peer without ids names the device that it is in a call with, and none while it only calls. */
function isAddressedToUs({ self }: Memory, { message: { dest } }: MessageEvent): boolean {
  return dest?.device !== undefined && sameId(dest.device, self.device) && (dest.user === undefined || sameId(dest.user, self.user));
}

function answersRing(call: Call, event: MessageEvent): boolean {
  if (!isLegacy(event.offer)) return sameOffer(event.offer, call.id);
  const caller = event.message.dest?.device;
  return isLegacy(call.id) && (caller === undefined || (call.peer !== undefined && sameId(caller, call.peer.device)));
}

