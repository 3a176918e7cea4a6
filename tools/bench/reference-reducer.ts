import type { Device } from '../../src/base/device.ts';
import { DEFAULT_PROPS, sameOffer, type Input, type Message, type OfferId, type Output } from '../../src/econn/index.ts';
import { fromWire, toWire } from '../../src/econn/props.ts';
import { sessionOf } from '../../src/econn/sending.ts';

/**
 * The main flow of a call by hand, as one switch: what {@link handle} may be compared with. It rings, answers,
 * connects and hangs up, saying what ECONN says, and knows nothing of glare, marks, renewals, other devices and
 * legacy peers.
 */
export type Reference =
  | { readonly state: 'idle'; readonly self: Device; readonly peerUser: string; readonly counter: number }
  | { readonly state: 'pendingOutgoing'; readonly self: Device; readonly peerUser: string; readonly counter: number; readonly call: OfferId; readonly session: string }
  | Bound;

type Bound = { readonly state: 'pendingIncoming' | 'answered' | 'established' | 'hangupSent' | 'terminating'; readonly self: Device; readonly peerUser: string; readonly counter: number; readonly call: OfferId; readonly session: string; readonly peer: Device };

export type ReferenceStep = readonly [next: Reference, outputs: readonly Output[]];

const LIFE = '000000001-00';
const NOTHING: readonly Output[] = [];
const STOP: Output = { type: 'stop-timers' };

export function openReference(self: Device, peerUser: string): Reference {
  return { state: 'idle', self, peerUser, counter: 0 };
}

export function reduce(reference: Reference, input: Input): ReferenceStep {
  switch (input.type) {
    case 'start': {
      if (reference.state !== 'idle') return [reference, [{ type: 'refuse', input: 'start', because: 'already-in-call' }]];
      const { self, peerUser } = reference;
      const counter = reference.counter + 1;
      const call: OfferId = { user: self.user, device: self.device, incarnation: LIFE, counter };
      const session = sessionOf(self, call);
      const message: Message = { type: 'SETUP', resp: false, sessid: session, src: self, sdp: input.sdp, props: toWire(input.props), call, offer: call };
      return [{ state: 'pendingOutgoing', self, peerUser, counter, call, session }, [
        { type: 'send', via: 'backend', to: { type: 'users', users: [peerUser], except: [] }, message },
        { type: 'start-timer', timer: 'setup', in: 60_000 as never },
      ]];
    }
    case 'answer': {
      if (reference.state !== 'pendingIncoming') return [reference, NOTHING];
      const { self, peerUser, call, peer, session } = reference;
      const message: Message = { type: 'SETUP', resp: true, sessid: session, src: self, dest: peer, sdp: input.sdp, props: toWire(input.props), call, offer: call, withdrawn: { incarnation: LIFE, counter: reference.counter } };
      return [{ ...reference, state: 'answered' }, [
        STOP,
        { type: 'send', via: 'backend', to: { type: 'users', users: [peerUser, self.user], except: [] }, message },
        { type: 'start-timer', timer: 'channel', in: 15_000 as never },
      ]];
    }
    case 'receive':
      return receive(reference, input);
    case 'channel-opened':
      return reference.state === 'answered' ? connect(reference) : [reference, NOTHING];
    case 'end':
      return end(reference);
    case 'drained':
      return reference.state === 'terminating' ? close(reference, 'ended-by-peer') : [reference, NOTHING];
    case 'timer-fired':
      return reference.state === 'idle' ? [reference, NOTHING] : close(reference, 'lost');
    case 'reject':
    case 'destroy':
    case 'set-props':
    case 'renew':
    case 'offer':
    case 'settled':
    case 'channel-closed':
    case 'link-lost':
    case 'link-restored':
    case 'heard':
    case 'flow-failed':
    case 'restarted':
      return [reference, NOTHING];
  }
}

function connect(reference: Bound): ReferenceStep {
  const { self, peer, call, session } = reference;
  const message: Message = { type: 'PROPSYNC', resp: false, sessid: session, src: self, dest: peer, props: toWire(DEFAULT_PROPS), call, seq: 1 };
  return [{ ...reference, state: 'established' }, [
    STOP,
    { type: 'notify', event: { type: 'connected' } },
    { type: 'send', via: 'channel', message },
    { type: 'start-timer', timer: 'ping', in: 2000 as never },
    { type: 'start-timer', timer: 'props', in: 400 as never },
  ]];
}

function receive(reference: Reference, { from, message }: Input & { type: 'receive' }): ReferenceStep {
  const { self, peerUser, counter } = reference;
  if (message.type === 'SETUP' && !message.resp) {
    if (reference.state !== 'idle' || message.offer === undefined) return [reference, NOTHING];
    const call = message.offer;
    return [{ state: 'pendingIncoming', self, peerUser, counter, call, session: sessionOf(self, call), peer: from }, [
      { type: 'notify', event: { type: 'incoming', call, from, sdp: message.sdp, props: fromWire(message.props, DEFAULT_PROPS), recall: false } },
      { type: 'start-timer', timer: 'setup', in: 60_000 as never },
    ]];
  }
  if (message.type === 'SETUP') {
    if (reference.state !== 'pendingOutgoing' || message.offer === undefined || !sameOffer(message.offer, reference.call)) return [reference, NOTHING];
    return [{ state: 'answered', self, peerUser, counter, call: reference.call, session: reference.session, peer: from }, [
      STOP,
      { type: 'notify', event: { type: 'answered', by: from, sdp: message.sdp, props: fromWire(message.props, DEFAULT_PROPS) } },
      { type: 'start-timer', timer: 'channel', in: 15_000 as never },
    ]];
  }
  if (message.type === 'CANCEL') return reference.state === 'idle' || message.call === undefined || !sameOffer(message.call, reference.call) ? [reference, NOTHING] : close(reference, 'cancelled-by-peer');
  if (message.type !== 'HANGUP') return [reference, NOTHING];
  if (message.resp) return reference.state === 'hangupSent' ? close(reference, 'ended-locally') : [reference, NOTHING];
  if (reference.state !== 'established') return [reference, NOTHING];
  return [{ ...reference, state: 'terminating' }, [
    STOP,
    { type: 'send', via: 'channel', message: { type: 'HANGUP', resp: true, sessid: reference.session, src: self, dest: from, call: reference.call } },
    { type: 'notify', event: { type: 'ending' } },
    { type: 'notify', event: { type: 'drain-wanted' } },
    { type: 'start-timer', timer: 'hangup', in: 5000 as never },
  ]];
}

function end(reference: Reference): ReferenceStep {
  if (reference.state === 'idle') return [reference, [{ type: 'refuse', input: 'end', because: 'not-in-call' }]];
  const { self, call, session } = reference;
  if (reference.state === 'established') {
    const message: Message = { type: 'HANGUP', resp: false, sessid: session, src: self, dest: reference.peer, call };
    return [{ ...reference, state: 'hangupSent' }, [STOP, { type: 'send', via: 'channel', message }, { type: 'start-timer', timer: 'hangup', in: 5000 as never }]];
  }
  const [next, outputs] = close(reference, 'ended-locally');
  return [next, [{ type: 'send', via: 'backend', to: { type: 'users', users: [reference.peerUser], except: [] }, message: { type: 'CANCEL', resp: false, sessid: session, src: self, call } }, ...outputs]];
}

function close({ self, peerUser, counter, ...rest }: Reference, type: 'ended-locally' | 'ended-by-peer' | 'cancelled-by-peer' | 'lost'): ReferenceStep {
  if (rest.state === 'idle') return [{ state: 'idle', self, peerUser, counter }, NOTHING];
  return [{ state: 'idle', self, peerUser, counter }, [STOP, { type: 'notify', event: { type: 'closed', call: rest.call, reason: { type }, missed: false } }]];
}
