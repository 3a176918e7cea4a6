import { absurd } from '../base/absurd.ts';
import { stateOf, type Props } from '../econn/index.ts';
import { askAnswered } from './ask-answers.ts';
import { reset, type Ecall, type EcallStep } from './ecall-state.ts';
import { flowSignalled } from './flow-signals.ts';
import { openFlow } from './flows.ts';
import type { EcallInput, EcallOutput } from './port.ts';
import { feed, matchVideo } from './translation.ts';

/**
 * Feeds one input and returns the call as it is afterwards, with what the host must now do: in order, all of
 * it, before the next input. Pure: no clock, no timer, no randomness, no I/O.
 */
export function handle(ecall: Ecall, input: EcallInput): EcallStep {
  const out: EcallOutput[] = [];
  return [step(ecall, input, out), out];
}

function step(ecall: Ecall, input: EcallInput, out: EcallOutput[]): Ecall {
  switch (input.type) {
    case 'start':
      return start(ecall, input.props, out);
    case 'answer':
      return answer(ecall, input.props, out);
    case 'reject':
      return feed(ecall, { type: 'reject', tellCaller: ecall.policy.tellCaller }, out);
    case 'end':
      // Ending a call that rings is declining it: the policy decides whether its caller hears of that.
      if (stateOf(ecall.econn) === 'pendingIncoming') return step(ecall, { type: 'reject' }, out);
      return ecall.open?.purpose === 'call' ? abandon(ecall, out) : feed(ecall, { type: 'end' }, out);
    case 'destroy':
      return ecall.open?.purpose === 'call' ? abandon(ecall, out) : feed(ecall, { type: 'destroy' }, out);
    case 'mistrust':
      return feed(ecall, { type: 'end', because: { type: 'media-failed', failure: 'peer-not-authentic' } }, out);
    case 'set-props':
      return setProps(ecall, input.props, out);
    case 'renew':
      return feed(ecall, { type: 'renew' }, out);
    case 'receive':
      return feed(ecall, { ...input, via: 'backend' }, out);
    case 'settled':
      return feed(ecall, input, out);
    case 'flow':
      return flowSignalled(ecall, input.flow, input.signal, out);
    case 'asked':
      return askAnswered(ecall, input.ask, input.result, out);
    case 'timer-fired':
      return input.timer === 'no-media' ? noMedia(ecall, out) : feed(ecall, { type: 'timer-fired', timer: input.timer }, out);
    case 'restarted':
      return feed({ ...reset(ecall.econn, ecall.policy, ecall.lastFlow, ecall.lastAsk), props: ecall.props }, { type: 'restarted' }, out);
    case 'resumed':
      return feed(ecall, { type: 'channel-closed' }, out);
    default:
      return absurd(input);
  }
}

function start(ecall: Ecall, props: Props, out: EcallOutput[]): Ecall {
  if (stateOf(ecall.econn) !== 'idle' || ecall.open !== undefined) {
    out.push({ type: 'refuse', input: 'start', because: 'already-in-call' });
    return ecall;
  }
  return openFlow({ ...ecall, props }, 'current', { type: 'create-offer' }, 'call', out);
}

function answer(ecall: Ecall, props: Props, out: EcallOutput[]): Ecall {
  if (ecall.ringing === undefined) {
    out.push({ type: 'refuse', input: 'answer', because: stateOf(ecall.econn) === 'idle' && ecall.open === undefined ? 'not-in-call' : 'nothing-to-answer' });
    return ecall;
  }
  const { ringing, ...rest } = ecall;
  return openFlow({ ...rest, props }, 'current', { type: 'create-answer', offer: ringing }, 'answer', out);
}

/** Our offer is not out yet: nobody need be told. */
function abandon(ecall: Ecall, out: EcallOutput[]): Ecall {
  if (ecall.current !== undefined) out.push({ type: 'close-flow', flow: ecall.current });
  out.push({ type: 'notify', notice: { type: 'ended', reason: { type: 'ended-locally' }, missed: false } });
  return reset(ecall.econn, ecall.policy, ecall.lastFlow, ecall.lastAsk);
}

function setProps(ecall: Ecall, props: Props, out: EcallOutput[]): Ecall {
  if (stateOf(ecall.econn) === 'idle' && ecall.open === undefined) {
    out.push({ type: 'refuse', input: 'set-props', because: 'not-in-call' });
    return ecall;
  }
  out.push({ type: 'apply-props', props });
  return matchVideo(feed({ ...ecall, props }, { type: 'set-props', props }, out), out);
}

function noMedia(ecall: Ecall, out: EcallOutput[]): Ecall {
  out.push({ type: 'notify', notice: { type: 'no-media' } });
  if (ecall.policy.whenNoMedia === 'tell') return ecall;
  return feed(ecall, { type: 'end', because: { type: 'media-failed', failure: 'no-path' } }, out);
}
