import type { Action } from './action.ts';
import { BugError } from '../base/absurd.ts';
import { live } from './guards.ts';
import { mintOffer } from './ledger.ts';
import type { UpdateMessage } from './message.ts';
import type { Memory } from './memory.ts';
import { withCall } from './offer-actions.ts';
import type { RenewalCause } from './port.ts';
import { changed, fromWire, toWire } from './props.ts';
import { naming, ourHeader, tell, toDevices, type Outbox } from './sending.ts';

/** Re-SETUP: the peer connection is replaced under the living call. */
export const updateActions = {
  renewAsked: renew('asked'),
  renewSilent: renew('silent'),
  renewChannelClosed: renew('channel-closed'),
  renewLinkLost: renew('link-lost'),
  renewFlowFailed: renew('flow-failed'),
  wantOffer: (memory, _event, out) => {
    tell(out, { type: 'offer-wanted' });
    return memory;
  },
  sendUpdate: (memory, event, out) => {
    if (event.type !== 'offer') throw new BugError(`UPDATE cannot be made from ${event.type}`);
    const [ledger, offer] = mintOffer(memory.ledger);
    const { id, protocol, ours, peer } = live(memory);
    const ids = protocol === 'calling-3.0' ? {} : { ...naming(protocol, id), offer };
    const sent: UpdateMessage = { type: 'UPDATE', ...ourHeader(memory), resp: false, sdp: event.sdp, props: toWire(ours), ...ids };
    if (peer !== undefined) out.push({ type: 'send', via: 'backend', to: toDevices(peer), message: sent });
    return withCall({ ...memory, ledger }, { offer, sent, tries: 1 });
  },
  repeatUpdate: (memory, _event, out) => {
    sayAgain(memory, out);
    return withCall(memory, { tries: live(memory).tries + 1 });
  },
  /** The winner of a glare says its UPDATE once more: the loser may not have heard it. Its own rhythm goes on. */
  repeatOpenUpdate: (memory, _event, out) => {
    sayAgain(memory, out);
    return memory;
  },
  takeUpdateAnswer: (memory, event, out) => {
    if (event.type !== 'UPDATE_RESP') throw new BugError(`no answer to an UPDATE in ${event.type}`);
    tell(out, { type: 'update-answered', sdp: event.message.sdp });
    return withCall(withoutOpenOffer(memory), { tries: 0 });
  },
  openUpdate: (memory, event, out) => {
    if (event.type !== 'UPDATE') throw new BugError(`no UPDATE in ${event.type}`);
    const { answer: _answer, ...call } = live(withoutOpenOffer(memory));
    tell(out, { type: 'renewing', because: 'peer-asked' });
    tell(out, { type: 'answer-wanted', sdp: event.message.sdp });
    // Unnumbered, and as old as the UPDATE: what the channel has numbered is newer, and is said again on the next one.
    const theirs = call.theirSeq > 0 ? call.theirs : fromWire(event.message.props, call.theirs);
    const names = changed(call.theirs, theirs);
    if (names.length > 0) tell(out, { type: 'peer-props', props: theirs, changed: names });
    return { ...memory, call: { ...call, offer: event.offer, tries: 0, theirs } };
  },
  sendUpdateAnswer: (memory, event, out) => {
    if (event.type !== 'answer') throw new BugError(`an answer cannot be made from ${event.type}`);
    const { id, offer, protocol, peer, answer: repeated } = live(memory);
    if (repeated !== undefined || peer === undefined) return memory;
    const ids = protocol === 'calling-3.0' ? {} : { ...naming(protocol, id), offer, withdrawn: memory.ledger.own };
    const answer: UpdateMessage = { type: 'UPDATE', ...ourHeader(memory), resp: true, sdp: event.sdp, props: toWire(event.props), ...ids };
    out.push({ type: 'send', via: 'backend', to: toDevices(peer), message: answer });
    return withCall(memory, { answer });
  },
  reportRenewed: (memory, _event, out) => {
    tell(out, { type: 'renewed' });
    const { ourSeq } = live(memory);
    return withCall(withoutOpenOffer(memory), { contact: 'live', pings: 0, tries: 0, ackedSeq: ourSeq - 1 });
  },
  abandonRenewal: (memory, _event, out) => {
    tell(out, { type: 'renewal-failed' });
    return withoutRenewal(memory);
  },
} satisfies Record<string, Action>;

/** What a peer without offer ids (AVS) makes of an UPDATE that it has heard before is not known: it hears it once. */
function sayAgain(memory: Memory, out: Outbox): void {
  const { sent, peer, protocol } = live(memory);
  if (sent !== undefined && peer !== undefined && protocol !== 'calling-3.0') out.push({ type: 'send', via: 'backend', to: toDevices(peer), message: sent });
}

function renew(because: RenewalCause): Action {
  return (memory, _event, out) => {
    tell(out, { type: 'renewing', because });
    return withoutOpenOffer(memory);
  };
}

/** As before the UPDATE of either side that was under way. */
export function withoutRenewal(memory: Memory): Memory {
  const { answer: _answer, ...call } = live(withoutOpenOffer(memory));
  return { ...memory, call: { ...call, pings: 0, tries: 0 } };
}

/** Our open offer is answered, lost against theirs, or replaced by a newer one. */
function withoutOpenOffer(memory: Memory): Memory {
  const { sent: _sent, ...call } = live(memory);
  return { ...memory, call };
}
