import { absurd } from '../base/absurd.ts';
import { callOf, roadOf, stateOf, type Input, type Message } from '../econn/index.ts';
import type { Ecall } from './ecall-state.ts';
import { feed, matchVideo } from './translation.ts';
import type { EcallOutput, FlowId, FlowSignal } from './port.ts';

/**
 * What a flow's signal means depends on which flow it is: the one that carries the call, the one that is to
 * replace it, or one that was let go, whose word counts no more.
 */
export function flowSignalled(ecall: Ecall, flow: FlowId, signal: FlowSignal, out: EcallOutput[]): Ecall {
  if (flow !== ecall.current && flow !== ecall.coming) return ecall;
  switch (signal.type) {
    case 'channel-message':
      return roadOf(signal.message) === 'channel' ? said(ecall, signal.message, out) : nonsense(ecall, out);
    case 'channel-nonsense':
      return nonsense(ecall, out);
    case 'media-started':
      return mediaStarted(ecall, signal.kind, out);
    case 'constant-bitrate':
      return constantBitrate(ecall, out);
    case 'failed':
      // Another flow would have the same device: renewing would never end.
      if (signal.failure === 'device' && hasContact(ecall)) return feed(ecall, { type: 'end', because: { type: 'media-failed', failure: 'device' } }, out);
      return flow === ecall.current ? ofCurrent(ecall, signal, out) : ofComing(ecall, signal, out);
    case 'channel-opened':
    case 'channel-closed':
    case 'link-lost':
    case 'link-restored':
    case 'heard':
      return flow === ecall.current ? ofCurrent(ecall, signal, out) : ofComing(ecall, signal, out);
    default:
      return absurd(signal);
  }
}

/** Connected, or on the way back to it: before that a failure ends the call by itself. */
function hasContact({ econn }: Ecall): boolean {
  const state = stateOf(econn);
  return state === 'established' || state === 'updateSent' || state === 'updateReceived';
}

type LinkSignal = Exclude<FlowSignal, { type: 'channel-message' | 'channel-nonsense' | 'media-started' | 'constant-bitrate' }>;

function ofCurrent(ecall: Ecall, signal: LinkSignal, out: EcallOutput[]): Ecall {
  switch (signal.type) {
    case 'channel-opened':
      // Their UPDATE overtook the opening of the first channel: the call goes on with the flow that is coming.
      return ecall.coming === undefined ? opened(ecall, out) : { ...ecall, channel: 'open' };
    case 'failed':
      // While a replacement is coming, the failure of the old flow only says that contact is lost.
      return feed(ecall, ecall.coming === undefined ? { type: 'flow-failed', failure: signal.failure } : { type: 'channel-closed' }, out);
    case 'channel-closed':
    case 'link-lost':
    case 'link-restored':
    case 'heard':
      return feed(ecall, { type: signal.type }, out);
    default:
      return absurd(signal);
  }
}

function ofComing(ecall: Ecall, signal: LinkSignal, out: EcallOutput[]): Ecall {
  switch (signal.type) {
    case 'channel-opened':
      return opened(ecall, out);
    case 'failed':
      return feed(ecall, { type: 'flow-failed', failure: signal.failure }, out);
    case 'channel-closed':
      return feed(ecall, { type: 'flow-failed', failure: 'no-path' }, out);
    case 'link-lost':
    case 'link-restored':
    case 'heard':
      return ecall;
    default:
      return absurd(signal);
  }
}

/** What was said before the opening was told is heard right after it. */
function opened(ecall: Ecall, out: EcallOutput[]): Ecall {
  const { early } = ecall;
  const next = feed({ ...ecall, early: [] }, { type: 'channel-opened' }, out);
  return matchVideo(heardEarly({ ...next, early }, out), out);
}

function heardEarly(ecall: Ecall, out: EcallOutput[]): Ecall {
  let next: Ecall = { ...ecall, early: [] };
  for (const message of ecall.early) next = receive(next, message, out);
  return next;
}

function said(ecall: Ecall, message: Message, out: EcallOutput[]): Ecall {
  const open = ecall.channel === 'open' || stateOf(ecall.econn) !== 'answered';
  if (open) return receive(ecall, message, out);
  return ecall.early.length < MAX_EARLY ? { ...ecall, early: [...ecall.early, message] } : nonsense(ecall, out);
}

/** A peer says at most PROPSYNC, its answer and HANGUP before we know that the channel is open. */
const MAX_EARLY = 8;

/** The channel's other end is the device of the call: DTLS has proven it. */
function receive(ecall: Ecall, message: Message, out: EcallOutput[]): Ecall {
  const from = ecall.econn.memory.call?.peer;
  if (from === undefined) return ecall;
  const input: Input = { type: 'receive', from, via: 'channel', message, age: NO_AGE };
  return feed(ecall, input, out);
}

const NO_AGE = 0 as (Input & { type: 'receive' })['age'];

function nonsense(ecall: Ecall, out: EcallOutput[]): Ecall {
  const count = ecall.nonsense + 1;
  const next = { ...ecall, nonsense: count };
  if (count !== ecall.policy.nonsenseLimit || callOf(ecall.econn) === undefined) return next;
  return feed(next, { type: 'end', because: { type: 'protocol-violated' } }, out);
}

/** Who mirrors a peer's wish says so, and keeps to it through re-SETUPs. */
function constantBitrate(ecall: Ecall, out: EcallOutput[]): Ecall {
  if (ecall.props.audioCbr) return ecall;
  const props = { ...ecall.props, audioCbr: true };
  out.push({ type: 'notify', notice: { type: 'own-props', props } });
  return feed({ ...ecall, props }, { type: 'set-props', props }, out);
}

function mediaStarted(ecall: Ecall, kind: 'audio' | 'video', out: EcallOutput[]): Ecall {
  out.push({ type: 'stop-timer', timer: 'no-media' });
  out.push({ type: 'notify', notice: { type: 'media-started', kind } });
  return ecall;
}
