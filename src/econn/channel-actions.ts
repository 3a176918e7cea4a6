import { sameDevice } from '../base/device.ts';
import type { Action } from './action.ts';
import { BugError } from '../base/absurd.ts';
import { live, message } from './guards.ts';
import type { Memory } from './memory.ts';
import type { PropsyncMessage } from './message.ts';
import { withCall } from './offer-actions.ts';
import { changed, fromWire, toWire } from './props.ts';
import { naming, ourHeader, tell, type Outbox } from './sending.ts';

/** What is said over the data channel of a connected call. */
export const channelActions = {
  reportConnected: (memory, _event, out) => {
    tell(out, { type: 'connected' });
    return withCall(memory, { contact: 'live', pings: 0 });
  },
  setProps: (memory, event) => {
    if (event.type !== 'set-props') throw new BugError(`props cannot be set by ${event.type}`);
    const { ours, ourSeq } = live(memory);
    return changed(ours, event.props).length === 0 ? memory : withCall(memory, { ours: event.props, ourSeq: ourSeq + 1 });
  },
  /** On a channel that is new: the first change after it need not wait. */
  sendProps: (memory, _event, out) => propsync(withoutWait(memory), out, { resp: false }),
  /** The next change has to wait: a switch that is played with must not flood the channel. */
  tellProps: (memory, _event, out) => {
    const { ourSeq, ackedSeq } = live(memory);
    return ackedSeq < ourSeq ? withCall(propsync(memory, out, { resp: false }), { toldSeq: ourSeq }) : memory;
  },
  /** Until the peer has all of it. */
  paceProps: (memory, _event, out) => {
    const { ourSeq, ackedSeq } = live(memory);
    if (ackedSeq >= ourSeq) return withoutWait(memory);
    out.push({ type: 'start-timer', timer: 'props', in: memory.timeouts.props });
    return memory;
  },
  answerProps: (memory, event, out) => {
    const { seq } = propsyncOf(message(event).message);
    return propsync(memory, out, { resp: true, ...(seq === undefined ? {} : { ack: seq }) });
  },
  /** State is sent whole and numbered: an older one that arrives later says nothing. */
  takePeerProps: (memory, event, out) => {
    const { props, seq } = propsyncOf(message(event).message);
    const { theirs, theirSeq } = live(memory);
    if (seq !== undefined && seq < theirSeq) return memory;
    const now = fromWire(props, theirs);
    if (now === theirs && (seq ?? theirSeq) === theirSeq) return memory;
    const names = changed(theirs, now);
    if (names.length > 0) tell(out, { type: 'peer-props', props: now, changed: names });
    return withCall(memory, { theirs: now, theirSeq: seq ?? theirSeq });
  },
  /** What the caller had committed to, the first time that it is said; the callee checks it. */
  takeReveal: (memory, event, out) => {
    const { nonce } = propsyncOf(message(event).message);
    const { id, revealed } = live(memory);
    if (nonce === undefined || revealed !== undefined || sameDevice(id, memory.self)) return memory;
    tell(out, { type: 'revealed', nonce });
    return withCall(memory, { revealed: nonce });
  },
  settleProps: (memory, event) => {
    const { ourSeq, ackedSeq, toldSeq } = live(memory);
    // AVS answers without a number: it has what was said last.
    const ack = propsyncOf(message(event).message).ack ?? toldSeq ?? ourSeq;
    return ack <= ackedSeq || ack > ourSeq ? memory : withCall(memory, { ackedSeq: ack });
  },

  noteLife: (memory) => {
    const { pings, contact } = live(memory);
    return pings === 0 && contact === 'live' ? memory : withCall(memory, { pings: 0, contact: 'live' });
  },
  /** AVS never answers PING, but it does answer PROPSYNC. */
  probe: (memory, _event, out) => {
    const { protocol, id, pings } = live(memory);
    if (protocol === 'calling-3.0') propsync(memory, out, { resp: false });
    else out.push({ type: 'send', via: 'channel', message: { type: 'PING', ...ourHeader(memory), resp: false, ...naming(protocol, id) } });
    return withCall(memory, { pings: pings + 1 });
  },
  answerPing: (memory, _event, out) => {
    const { protocol, id } = live(memory);
    out.push({ type: 'send', via: 'channel', message: { type: 'PING', ...ourHeader(memory), resp: true, ...naming(protocol, id) } });
    return memory;
  },
  loseContact: (memory) => withCall(memory, { contact: 'lost' }),
} satisfies Record<string, Action>;

function withoutWait(memory: Memory): Memory {
  const { toldSeq, ...call } = live(memory);
  return toldSeq === undefined ? memory : { ...memory, call };
}

function propsync(memory: Memory, out: Outbox, kind: { readonly resp: boolean; readonly ack?: number }): Memory {
  const { ours, ourSeq, protocol, id, reveals } = live(memory);
  const reveal = reveals === undefined ? {} : { nonce: reveals };
  const ids = protocol === 'calling-3.0' ? {} : { ...naming(protocol, id), seq: ourSeq, ...(kind.ack === undefined ? {} : { ack: kind.ack }), ...reveal };
  out.push({ type: 'send', via: 'channel', message: { type: 'PROPSYNC', ...ourHeader(memory), resp: kind.resp, props: toWire(ours), ...ids } });
  return memory;
}

function propsyncOf(sent: { readonly type: string }): PropsyncMessage {
  if (sent.type !== 'PROPSYNC') throw new BugError(`no props in ${sent.type}`);
  return sent as PropsyncMessage;
}
