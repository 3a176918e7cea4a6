import { sameDevice, sameId } from '../base/device.ts';
import { BugError } from '../base/absurd.ts';
import { isLegacy, type ChartEvent, type MessageEvent } from './chart-event.ts';
import { isEndedSession, isFresh } from './ledger.ts';
import type { Call, Memory } from './memory.ts';
import { covers, isBeyond, sameOffer, type OfferId } from './offer-id.ts';
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
  isFromPeer: (memory, event) => memory.call?.peer !== undefined && sameDevice(memory.call.peer, message(event).from),
  /** Names the live call, by exact id. */
  isAboutLiveCall: (memory, event) => 'call' in event && isLive(memory, event.call),
  /** Answers the offer that we wait for an answer to. */
  answersOpenOffer: (memory, event) => memory.call?.sent !== undefined && sameOffer(message(event).offer, memory.call.offer),
  /** Answers, or names, an offer that this device made at some time. */
  isOurs: (memory, event) => isOurs(memory, event),
  /** Answers an offer of ours that is not our latest. */
  answersFormerOffer: (memory, event) => isOurs(memory, event) && isBeyond(memory.ledger.own, message(event).offer),
  /** The offer that we have answered last, once more. */
  repeatsAnsweredOffer: (memory, event) => memory.call?.answer !== undefined && sameOffer(message(event).offer, memory.call.offer) && sameDevice(message(event).from, message(event).offer),
  hasOpenOffer: (memory) => memory.call?.sent !== undefined,
  /** An UPDATE of ours is with the peer, or was: also while a newer one is being made to take its place. */
  hasUnansweredUpdate: (memory) => live(memory).tries > 0,
  hasNoOpenOffer: (memory) => memory.call?.sent === undefined,
  hasContact: (memory) => memory.call?.contact === 'live',
  /** Enough probes went out in vain. */
  isSilent: (memory) => live(memory).pings + 1 >= memory.timeouts.pings,
  /** The last change was told a moment ago: the next one is told with all that follow, when its time is over. */
  hasJustToldProps: (memory) => live(memory).toldSeq !== undefined,

  /** A CANCEL, by the offerer, of an offer that never reached us. */
  cancelsUnseenOffer: (memory, event) => sameDevice(message(event).from, message(event).call) && isNew(memory, message(event).call, event),
  /** From a device without offer ids to this one: only an answer to us can be what it ends. */
  endsUnseenAnswer: (memory, event) => event.type === 'CANCEL' && isLegacy(event.call) && isAddressedToUs(memory, event) && !isEndedSession(memory.ledger, event.from, event.message.sessid),
  /** An answer whose sender withdraws by it the very offer that we ring for. */
  withdrawsOurRing: (memory, event) => event.type === 'SETUP_RESP' && event.message.withdrawn !== undefined && isRingOf(live(memory), event.from) && covers(event.message.withdrawn, live(memory).offer),
  /** Another device of ours took the ringing call. */
  answersOurRing: (memory, event) => event.type === 'OWN_SETUP_RESP' && answersRing(live(memory), event),
  /** Another device of ours declined the ringing call. */
  rejectsOurRing: (memory, event) => event.type === 'OWN_REJECT' && (event.message.call === undefined ? isLegacy(live(memory).id) : sameOffer(event.call, live(memory).id)),
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
  isSetupSettled: (memory, event) => event.type === 'settled' && event.message === 'SETUP' && !event.resp && isLive(memory, event.call) && live(memory).legs === undefined,
  isAnswerSettled: (memory, event) => event.type === 'settled' && event.message === 'SETUP' && event.resp && isLive(memory, event.call),
  isCancelSettled: (memory, event) => event.type === 'settled' && event.message === 'CANCEL' && isLive(memory, event.call),
  isRefused: (_memory, event) => event.type === 'settled' && event.outcome === 'refused',
  reachedNobody: (_memory, event) => event.type === 'settled' && event.devices.length === 0,
  reachedOnlyBusy: (memory, event) => event.type === 'settled' && event.devices.every((device) => live(memory).busy.some((busy) => sameDevice(busy, device))),
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

/** By exact id. */
export function isLive(memory: Memory, call: OfferId): boolean {
  return memory.call !== undefined && sameOffer(memory.call.id, call);
}

function isNew(memory: Memory, offer: OfferId, event: ChartEvent): boolean {
  if (!isLegacy(offer)) return isFresh(memory.ledger, offer);
  const { from, message: sent } = message(event);
  const { call } = memory;
  if (call?.peer !== undefined && sameDevice(call.peer, from) && (sameOffer(call.id, offer) || sameOffer(call.offer, offer))) return false;
  // A peer without ids opens a call anew only under a new session; an UPDATE repeats the session of its call.
  return event.type === 'UPDATE' || !isEndedSession(memory.ledger, from, sent.sessid);
}

/** A peer without ids answers no offer by name: its late answer is ours when it is addressed to us. */
function isOurs(memory: Memory, event: ChartEvent): boolean {
  const { offer, from, message: sent } = message(event);
  if (!isLegacy(offer)) return sameDevice(offer, memory.self);
  const meant = sent.dest?.device === undefined || sameId(sent.dest.device, memory.self.device);
  const isLivePeer = memory.call?.peer !== undefined && sameDevice(memory.call.peer, from);
  return meant && !isLivePeer;
}

/** A peer without ids names the device that it is in a call with, and none while it only calls. */
function isAddressedToUs({ self }: Memory, { message: { dest } }: MessageEvent): boolean {
  return dest?.device !== undefined && sameId(dest.device, self.device) && (dest.user === undefined || sameId(dest.user, self.user));
}

function isRingOf(call: Call, from: MessageEvent['from']): boolean {
  return call.peer !== undefined && sameDevice(call.peer, from);
}

function answersRing(call: Call, event: MessageEvent): boolean {
  if (!isLegacy(event.offer)) return sameOffer(event.offer, call.id);
  const caller = event.message.dest?.device;
  return isLegacy(call.id) && (caller === undefined || (call.peer !== undefined && sameId(caller, call.peer.device)));
}

