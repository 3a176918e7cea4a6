import { sameDevice, sameId, type Device } from '../base/device.ts';
import { BugError } from '../base/absurd.ts';
import type { Action } from './action.ts';
import { isLegacy, type MessageEvent } from './chart-event.ts';
import { isLive, live, message, settled, withdrawnBy } from './guards.ts';
import { mintOffer, ourEndedSession, raiseMark, rememberEnded } from './ledger.ts';
import type { SetupMessage } from './message.ts';
import type { Call, Memory, Protocol } from './memory.ts';
import { covers, sameOffer, type Mark, type OfferId } from './offer-id.ts';
import { DEFAULT_PROPS, fromWire, toWire } from './props.ts';
import { cancel, naming, ourHeader, refuseCall, sessionOf, tell, toDevices, toEverybody, toPeerUser, type Outbox } from './sending.ts';

/** SETUP and its answer: offers made, taken, kept and let go; marks raised. */
export const offerActions = {
  openOutgoing: (memory, event) => {
    if (event.type !== 'start') throw new BugError(`an outgoing call cannot open on ${event.type}`);
    const [ledger, id] = mintOffer(memory.ledger);
    const call = openCall({ id, direction: 'outgoing', protocol: 'unknown', ourSession: sessionOf(memory.self, id), ours: event.props });
    return copyWith(memory, { ledger, call: event.pledge === undefined ? call : copyWith(call, { reveals: event.pledge.nonce }) });
  },
  sendSetup: (memory, event, out) => {
    if (event.type !== 'start') throw new BugError(`SETUP cannot be made from ${event.type}`);
    const { id, ours } = live(memory);
    const sent: SetupMessage = { type: 'SETUP', ...ourHeader(memory), resp: false, sdp: event.sdp, props: toWire(ours), call: id, offer: id, ...(event.pledge === undefined ? {} : { commit: event.pledge.commit }) };
    out.push({ type: 'send', via: 'backend', to: toPeerUser(memory), message: sent });
    return withCall(memory, { sent });
  },
  /** The winner of a glare says its offer once more: the loser may not have heard it. */
  repeatSetup: (memory, event, out) => {
    const { sent } = live(memory);
    const { from, offer } = message(event);
    if (sent !== undefined && !isLegacy(offer)) out.push({ type: 'send', via: 'backend', to: toDevices(from), message: sent });
    return memory;
  },
  /** One of each device: who offers anew has given up what it offered before. */
  ignoreOffer: (memory, event) => {
    const { offer } = message(event);
    if (isLegacy(offer)) return memory;
    const others = live(memory).ignored.filter((ignored) => !sameDevice(ignored, offer));
    return withCall(memory, { ignored: [...others, offer] });
  },
  /** A CANCEL of an offer that we have ignored: nobody waits for our BUSY. */
  forgetIgnored: (memory, event) => {
    const { ignored } = live(memory);
    const left = ignored.filter((offer) => !sameOffer(offer, message(event).call));
    return left.length === ignored.length ? memory : withCall(memory, { ignored: left });
  },
  tellBusy: (memory, _event, out) => {
    const { ignored, ourSession } = live(memory);
    for (const offer of ignored) {
      refuseCall(out, toDevices({ user: offer.user, device: offer.device }), { sessid: ourSession, src: memory.self, call: offer, cause: 'busy' });
    }
    return withCall(memory, { ignored: [] });
  },

  openIncoming: (memory, event, out) => ring(memory, event, out, false),
  openRecall: (memory, event, out) => ring(memory, event, out, true),
  /** Theirs is kept: ours is withdrawn by our answer to it, and the call goes on under its name. */
  loseGlare: (memory, event, out) => {
    const setup = setupOf(message(event));
    const { ours, ourSession } = live(memory);
    const call = takeCall({ id: setup.offer, direction: 'outgoing', protocol: protocolOf(setup), ourSession, ours }, setup);
    tell(out, { type: 'glare-lost', call: call.id, from: setup.from, sdp: setup.message.sdp, props: call.theirs, ...commitOf(setup) });
    return { ...memory, call };
  },
  sendAnswer: (memory, event, out) => {
    if (event.type !== 'answer') throw new BugError(`an answer cannot be made from ${event.type}`);
    const { offer, id, protocol } = live(memory);
    const ids = protocol === 'calling-3.0' ? {} : { call: id, offer, withdrawn: memory.ledger.own, ...(event.pledge === undefined ? {} : { nonce: event.pledge.nonce }) };
    const answer: SetupMessage = { type: 'SETUP', ...ourHeader(memory), resp: true, sdp: event.sdp, props: toWire(event.props), ...ids };
    out.push({ type: 'send', via: 'backend', to: toEverybody(memory), message: answer });
    return withCall(memory, { answer, ours: event.props });
  },
  repeatAnswer: (memory, event, out) => {
    const { answer } = live(memory);
    if (answer !== undefined) out.push({ type: 'send', via: 'backend', to: toDevices(message(event).from), message: answer });
    return memory;
  },
  bindAnswerer: (memory, event, out) => {
    if (event.type !== 'SETUP_RESP') throw new BugError(`nobody can be bound by ${event.type}`);
    const { sent: _sent, legs: _legs, ...call } = live(memory);
    const theirs = fromWire(event.message.props, call.theirs);
    tell(out, { type: 'answered', by: event.from, sdp: event.message.sdp, props: theirs, ...(event.message.nonce === undefined ? {} : { nonce: event.message.nonce }) });
    const bound = copyWith<Call>(call, { peer: event.from, protocol: event.message.offer === undefined ? 'calling-3.0' : 'callcore-1', theirSession: event.message.sessid, theirs });
    return { ...memory, call: bound };
  },
  noteLegs: (memory, event) => {
    const { busy } = live(memory);
    return withCall(memory, { legs: settled(event).devices.filter((device) => !busy.some((other) => sameDevice(other, device))) });
  },
  dropLeg: (memory, event) => {
    const { legs, busy } = live(memory);
    const { from } = message(event);
    if (busy.some((device) => sameDevice(device, from))) return memory;
    return withCall(memory, { busy: [...busy, from], ...(legs === undefined ? {} : { legs: legs.filter((leg) => !sameDevice(leg, from)) }) });
  },

  /** A session of the live call is not over, and needs no mark. */
  takeMark: (memory, event) => {
    const { from, offer, call, message: sent } = message(event);
    return isLegacy(offer) && isLive(memory, call) ? memory : markOver(memory, from, offer, sent.sessid);
  },
  takeCancelMark: (memory, event) => {
    const { from, call, message: sent } = message(event);
    return markOver(memory, from, call, sent.sessid);
  },
  /** Every answer withdraws its sender's own latest offer, seen or not. One of none withdraws those of former lives. */
  takeWithdrawal: (memory, event) => {
    const { from } = message(event);
    const withdrawn = withdrawnBy(message(event));
    if (withdrawn === undefined) return memory;
    const marked = withMark(memory, from, withdrawn);
    const ignored = memory.call?.ignored ?? [];
    const left = ignored.filter((offer) => !sameDevice(offer, from) || !covers(withdrawn, offer));
    return left.length === ignored.length ? marked : withCall(marked, { ignored: left });
  },
  markAnsweredElsewhere: (memory, event) => markPeerOffer(memory, message(event)),
  markRejectedElsewhere: (memory, event) => markPeerOffer(memory, message(event)),

  /** Somebody answered an offer of ours that is no longer open: it must hear that it is alone. */
  cancelStrayAnswer: (memory, event, out) => {
    const { from, call } = message(event);
    if (!isLegacy(call)) {
      cancel(out, toDevices(from), { sessid: sessionOf(memory.self, call), src: memory.self, dest: from, call }, isLive(memory, call) ? 'elsewhere' : 'ended');
      return memory;
    }
    const sessid = ourEndedSession(memory.ledger, from);
    if (sessid !== undefined) cancel(out, toDevices(from), { sessid, src: memory.self, dest: from }, 'ended');
    return memory;
  },
  cancelUnknownCall: (memory, event, out) => {
    const { from, call } = message(event);
    const sessid = isLegacy(call) ? ourEndedSession(memory.ledger, from) : sessionOf(memory.self, call);
    if (sessid !== undefined) cancel(out, toDevices(from), { sessid, src: memory.self, dest: from, ...naming('unknown', call) }, 'ended');
    return memory;
  },
  turnAway: (memory, event, out) => {
    const { from, offer } = message(event);
    if (!isLegacy(offer)) refuseCall(out, toDevices(from), { sessid: sessionOf(memory.self, offer), src: memory.self, dest: from, call: offer, cause: 'busy' });
    tell(out, { type: 'turned-away', call: offer, from });
    return memory;
  },
  reportMissed: (memory, event, out) => {
    const { from, call, age } = message(event);
    tell(out, { type: 'missed', call, from, age });
    return memory;
  },

  refuseAlreadyInCall: refuse('already-in-call'),
  refuseNotInCall: refuse('not-in-call'),
  refuseNothingToAnswer: refuse('nothing-to-answer'),
} satisfies Record<string, Action>;

/** The memory with some of its call's facts replaced. */
export function withCall(memory: Memory, facts: Partial<Call>): Memory {
  return { ...memory, call: copyWith(live(memory), facts) };
}

/** A spread literal to which a key is new costs six times as much, and is most of what a step costs. */
function copyWith<T extends object>(whole: T, facts: Partial<T>): T {
  return Object.assign({}, whole, facts);
}

function ring(memory: Memory, event: Parameters<Action>[1], out: Outbox, recall: boolean): Memory {
  const setup = setupOf(message(event));
  const call = takeCall({ id: setup.offer, direction: 'incoming', protocol: protocolOf(setup), ourSession: sessionOf(memory.self, setup.offer), ours: DEFAULT_PROPS }, setup);
  tell(out, { type: 'incoming', call: call.id, from: setup.from, sdp: setup.message.sdp, props: call.theirs, recall, ...commitOf(setup) });
  return copyWith(memory, { call });
}

type Opening = Pick<Call, 'id' | 'direction' | 'protocol' | 'ourSession' | 'ours'>;

/** Written out field by field: a literal of spreads costs ten times as much, and each call begins here. */
function openCall({ id, direction, protocol, ourSession, ours }: Opening): Call {
  return { id, offer: id, direction, protocol, ourSession, busy: [], ignored: [], contact: 'lost', pings: 0, tries: 0, ours, ourSeq: 1, ackedSeq: 0, theirs: DEFAULT_PROPS, theirSeq: 0 };
}

/** A call that somebody else has opened. */
function takeCall({ id, direction, protocol, ourSession, ours }: Opening, { from, message: sent }: SetupEvent): Call {
  return {
    id, offer: id, direction, peer: from, protocol, ourSession, theirSession: sent.sessid, busy: [], ignored: [],
    contact: 'lost', pings: 0, tries: 0, ours, ourSeq: 1, ackedSeq: 0, theirs: fromWire(sent.props, DEFAULT_PROPS), theirSeq: 0,
  };
}

type SetupEvent = MessageEvent & { type: 'SETUP' };

function setupOf(event: MessageEvent): SetupEvent {
  if (event.type !== 'SETUP') throw new BugError(`no offer can be taken from ${event.type}`);
  return event;
}

function protocolOf(setup: SetupEvent): Protocol {
  return isLegacy(setup.offer) ? 'calling-3.0' : 'callcore-1';
}

function commitOf({ message: sent }: SetupEvent): { commit?: string } {
  return sent.commit === undefined ? {} : { commit: sent.commit };
}

/** Only the peer user's own offers: our devices may say that one is over, nobody else may. */
function markPeerOffer(memory: Memory, { call }: MessageEvent): Memory {
  if (isLegacy(call) || !sameId(call.user, memory.peerUser)) return memory;
  return withMark(memory, { user: call.user, device: call.device }, call);
}

/** Peers without offer ids have no marks: their sessions are remembered. */
function markOver(memory: Memory, from: Device, offer: OfferId, sessid: string): Memory {
  return isLegacy(offer) ? { ...memory, ledger: rememberEnded(memory.ledger, { device: from, theirs: sessid }) } : withMark(memory, from, offer);
}

/** The very same memory when the mark is no news. */
function withMark(memory: Memory, device: Device, mark: Mark): Memory {
  const ledger = raiseMark(memory.ledger, device, mark);
  return ledger === memory.ledger ? memory : { ...memory, ledger };
}

function refuse(because: 'already-in-call' | 'not-in-call' | 'nothing-to-answer'): Action {
  return (memory, event, out) => {
    if ('from' in event || event.type.startsWith('timer.')) throw new BugError(`${event.type} cannot be refused`);
    out.push({ type: 'refuse', input: event.type as Exclude<typeof event.type, `timer.${string}`>, because });
    return memory;
  };
}
