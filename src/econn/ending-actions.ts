import { sameDevice, sameId } from '../base/device.ts';
import { BugError } from '../base/absurd.ts';
import type { Action } from './action.ts';
import type { ChartEvent } from './chart-event.ts';
import { causeOf, expiryReason, type CancelCause, type CloseReason } from './close-reason.ts';
import { live, message } from './guards.ts';
import { rememberEnded } from './ledger.ts';
import type { Memory } from './memory.ts';
import type { SetupMessage } from './message.ts';
import { withCall } from './offer-actions.ts';
import { DEFAULT_PROPS, toWire } from './props.ts';
import { cancel, naming, ourHeader, refuseCall, tell, toDevices, toPeerUser, type Outbox } from './sending.ts';
import type { TimerName } from './timers.ts';

/** The ways out. Each call passes through exactly one `close…`, which decides the reason for good. */
export const endingActions = {
  /** Withdraws an attempt that nobody has answered, at all devices of the called user. */
  cancelAttempt: (memory, event, out) => {
    cancel(out, toPeerUser(memory), { ...ourHeader(memory), call: live(memory).id }, causeFrom(memory, event));
    return memory;
  },
  /** The sender has ended the attempt: the others must stop ringing. */
  cancelAttemptElsewhere: (memory, event, out) => {
    cancel(out, toPeerUser(memory, message(event).from), { ...ourHeader(memory), call: live(memory).id }, 'ended');
    return memory;
  },
  /** After a lost glare no answer of ours will withdraw our own offer any more. */
  withdrawOwnOffer: (memory, event, out) => {
    const call = { ...memory.ledger.own, user: memory.self.user, device: memory.self.device };
    cancel(out, toPeerUser(memory), { sessid: live(memory).ourSession, src: memory.self, call }, causeFrom(memory, event));
    return memory;
  },
  cancelCall: (memory, event, out) => {
    const { id, peer, protocol } = live(memory);
    if (peer !== undefined) cancel(out, toDevices(peer), { ...ourHeader(memory), ...naming(protocol, id) }, causeFrom(memory, event));
    return memory;
  },
  sendHangup: (memory, _event, out) => hangup(memory, out, false),
  answerHangup: (memory, _event, out) => {
    hangup(memory, out, true);
    tell(out, { type: 'ending' });
    tell(out, { type: 'drain-wanted' });
    return withCall(memory, { ending: { type: 'ended-by-peer' } });
  },
  wantDrain: (memory, _event, out) => {
    tell(out, { type: 'drain-wanted' });
    return memory;
  },
  /** Our other devices stop ringing; the caller hears of it when it knows our fields and we want it to. */
  sendReject: (memory, event, out) => {
    const { id, peer, protocol, ourSession } = live(memory);
    const rejection = { sessid: protocol === 'calling-3.0' ? '' : ourSession, src: memory.self, ...naming(protocol, id), cause: 'declined' as const };
    refuseCall(out, { type: 'users', users: [memory.self.user], except: [] }, rejection);
    const tellsCaller = event.type !== 'reject' || event.tellCaller !== 'never';
    if (tellsCaller && peer !== undefined && protocol !== 'calling-3.0') refuseCall(out, toDevices(peer), { ...rejection, dest: peer });
    return memory;
  },
  /** An answer to the caller's device alone, to be withdrawn as soon as the backend has it. Nothing can be built on it. */
  declineByAnswer: (memory, _event, out) => {
    const { peer } = live(memory);
    const answer: SetupMessage = { type: 'SETUP', ...ourHeader(memory), resp: true, sdp: NO_MEDIA, props: toWire(DEFAULT_PROPS) };
    if (peer !== undefined) out.push({ type: 'send', via: 'backend', to: toDevices(peer), message: answer });
    tell(out, { type: 'ending' });
    return withCall(memory, { ending: { type: 'rejected-locally' } });
  },
  countCancel: (memory) => withCall(memory, { tries: live(memory).tries + 1 }),
  endLocally: (memory, event, out) => {
    tell(out, { type: 'ending' });
    return withCall(memory, { ending: endReason(event) });
  },

  closeLocally: (memory, event, out) => closeWith(memory, out, endReason(event)),
  closeRejectedLocally: close({ type: 'rejected-locally' }),
  closeRestarted: close({ type: 'restarted' }),
  closeBackendFailed: close({ type: 'backend-failed' }),
  closeUnreachable: close({ type: 'unreachable' }),
  closeBusy: close({ type: 'busy' }),
  closeRejected: close({ type: 'rejected-by-peer' }),
  closeReplaced: close({ type: 'replaced-by-peer' }),
  closeAnsweredElsewhere: close({ type: 'answered-elsewhere' }),
  closeRejectedElsewhere: close({ type: 'rejected-elsewhere' }),
  closeEndedByPeer: close({ type: 'ended-by-peer' }),
  closeExpired: (memory, event, out) => closeWith(memory, out, expiryReason(expired(event))),
  closeRingExpired: (memory, event, out) => closeWith(memory, out, expiryReason(expired(event)), true),
  closeCancelled: (memory, event, out) => closeWith(memory, out, cancelReason(event)),
  closeRingCancelled: (memory, event, out) => {
    const reason = cancelReason(event);
    return closeWith(memory, out, reason, reason.type !== 'answered-elsewhere');
  },
  /** The caller answered another offer instead: another device of ours is in that call, or we are too late. */
  closeWithdrawn: (memory, event, out) => {
    const { offer } = message(event);
    const elsewhere = sameId(offer.user, memory.self.user) && !sameDevice(offer, memory.self);
    const rang = live(memory).direction === 'incoming';
    return closeWith(memory, out, { type: elsewhere ? 'answered-elsewhere' : 'cancelled-by-peer' }, rang && !elsewhere);
  },
  closeFlowFailed: (memory, event, out) => {
    if (event.type !== 'flow-failed') throw new BugError(`no failure of media in ${event.type}`);
    return closeWith(memory, out, { type: 'media-failed', failure: event.failure });
  },
  closeEnding: (memory, _event, out) => closeWith(memory, out, live(memory).ending ?? { type: 'ended-locally' }),
} satisfies Record<string, Action>;

/** The least that is a session description (RFC 8866 §5). */
const NO_MEDIA = 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n';

function close(reason: CloseReason): Action {
  return (memory, _event, out) => closeWith(memory, out, reason);
}

function closeWith(memory: Memory, out: Outbox, reason: CloseReason, missed = false): Memory {
  const { id, protocol, peer, theirSession, ourSession } = live(memory);
  tell(out, { type: 'closed', call: id, reason, missed });
  const { call: _call, ...rest } = memory;
  // Peers that know offer ids need no memory of sessions: their marks say it all. Who may still answer an
  // attempt that nobody took is not known: a user can have devices of both kinds.
  if (protocol === 'callcore-1' && peer !== undefined) return rest;
  const ended = { ...(peer === undefined ? {} : { device: peer }), ...(theirSession === undefined ? {} : { theirs: theirSession }), ours: ourSession };
  return { ...rest, ledger: rememberEnded(memory.ledger, ended) };
}

function hangup(memory: Memory, out: Outbox, resp: boolean): Memory {
  const { protocol, id } = live(memory);
  out.push({ type: 'send', via: 'channel', message: { type: 'HANGUP', ...ourHeader(memory), resp, ...naming(protocol, id) } });
  return memory;
}

function endReason(event: ChartEvent): CloseReason {
  return (event.type === 'end' ? event.because : undefined) ?? { type: 'ended-locally' };
}

function cancelReason(event: ChartEvent): CloseReason {
  const cause = event.type === 'CANCEL' ? event.message.cause : undefined;
  if (cause === 'elsewhere') return { type: 'answered-elsewhere' };
  return { type: cause === 'error' ? 'failed-at-peer' : 'cancelled-by-peer' };
}

/** What is decided already stays the cause, whatever happens while it is being said. */
function causeFrom(memory: Memory, event: ChartEvent): CancelCause {
  if (event.type === 'restarted') return 'restarted';
  const { ending } = live(memory);
  if (ending !== undefined) return causeOf(ending);
  if (event.type === 'flow-failed') return 'error';
  return event.type.startsWith('timer.') ? causeOf(expiryReason(expired(event))) : 'ended';
}

function expired(event: ChartEvent): TimerName {
  if (!event.type.startsWith('timer.')) throw new BugError(`nothing expired with ${event.type}`);
  return event.type.slice('timer.'.length) as TimerName;
}
