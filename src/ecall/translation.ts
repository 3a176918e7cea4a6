import { absurd } from '../base/absurd.ts';
import { handle, stateOf, type CallEvent, type CloseReason, type Input, type Output } from '../econn/index.ts';
import { ofCallee, ofCaller } from './authentication.ts';
import { reset, type Ecall } from './ecall-state.ts';
import { ask, openFlow, wantsVideo } from './flows.ts';
import { otherRules } from './policy.ts';
import type { EcallOutput } from './port.ts';

/** Feeds ECONN and says what its outputs mean one level up. */
export function feed(ecall: Ecall, input: Input, out: EcallOutput[]): Ecall {
  const step = ecall.policy[otherRules] ?? handle;
  const [econn, outputs] = step(ecall.econn, input);
  let next: Ecall = econn === ecall.econn ? ecall : { ...ecall, econn };
  for (const output of outputs) next = translate(next, output, out);
  const drains = outputs.some((output) => output.type === 'notify' && output.event.type === 'drain-wanted');
  // Without a flow nothing is left to leave; said after all else that this step decided, its timers included.
  return drains && next.current === undefined ? feed(next, { type: 'drained' }, out) : next;
}

/** Says what an output of ECONN means for the call a person sees: for its flows, its media and the app. */
function translate(ecall: Ecall, output: Output, out: EcallOutput[]): Ecall {
  switch (output.type) {
    case 'send':
      return output.via === 'backend' ? put(ecall, out, { type: 'send', to: output.to, message: output.message }) : say(ecall, output.message, out);
    case 'start-timer':
    case 'stop-timer':
    case 'stop-timers':
      return put(ecall, out, output);
    case 'refuse':
      return refuse(ecall, output, out);
    case 'notify':
      return noticed(ecall, output.event, out);
    default:
      return absurd(output);
  }
}

function noticed(ecall: Ecall, event: CallEvent, out: EcallOutput[]): Ecall {
  switch (event.type) {
    case 'incoming':
      return incoming(ecall, event, out);
    case 'glare-lost':
      // Both users want this call: it is answered without ringing.
      out.push({ type: 'notify', notice: { type: 'bound', to: event.from } });
      return openFlow(asked(ecall, event), 'current', { type: 'create-answer', offer: event.sdp }, 'answer', out);
    case 'answered':
      out.push({ type: 'notify', notice: { type: 'bound', to: event.by } });
      return ecall.current === undefined ? ecall : ask(answered(ecall, event, out), ecall.current, { type: 'accept-answer', answer: event.sdp }, 'apply', out);
    case 'revealed':
      return revealed(ecall, event.nonce, out);
    case 'connected':
      return connected(ecall, out);
    case 'renewing':
      return ecall;
    case 'offer-wanted':
      return openFlow(ecall, 'coming', { type: 'create-offer' }, 'renew', out);
    case 'answer-wanted':
      return openFlow(ecall, 'coming', { type: 'create-answer', offer: event.sdp }, 'answer', out);
    case 'update-answered':
      return ecall.coming === undefined ? ecall : ask(ecall, ecall.coming, { type: 'accept-answer', answer: event.sdp }, 'apply', out);
    case 'renewed':
      return renewed(ecall, out);
    case 'renewal-failed':
      return withoutComing(put(ecall, out, { type: 'notify', notice: { type: 'renewal-failed' } }), out);
    case 'ending':
      return withoutComing(put(withoutRing(ecall), out, { type: 'stop-timer', timer: 'no-media' }), out);
    case 'drain-wanted':
      return ecall.current === undefined ? ecall : ask(ecall, ecall.current, { type: 'drain' }, 'drain', out);
    case 'peer-props':
      return put(ecall, out, { type: 'notify', notice: { type: 'peer-props', props: event.props, changed: event.changed } });
    case 'turned-away':
      return put(ecall, out, { type: 'notify', notice: { type: 'turned-away', from: event.from } });
    case 'missed':
      return put(ecall, out, { type: 'notify', notice: { type: 'missed', from: event.from, age: event.age } });
    case 'closed':
      return closed(ecall, event.reason, event.missed, out);
    default:
      return absurd(event);
  }
}

/** What the caller commits to is kept until it is revealed; a peer that commits to nothing has no string with us. */
function asked(ecall: Ecall, { sdp, commit }: CallEvent & { type: 'incoming' | 'glare-lost' }): Ecall {
  const { authentication: _own, ...rest } = ecall;
  return commit === undefined ? rest : { ...rest, authentication: { type: 'asked', offer: sdp, commit } };
}

function answered(ecall: Ecall, { by, sdp, nonce }: CallEvent & { type: 'answered' }, out: EcallOutput[]): Ecall {
  const { authentication, ...rest } = ecall;
  if (authentication?.type !== 'offered' || nonce === undefined) return rest;
  const pledges = ofCaller(authentication, ecall.econn.memory.self, by, sdp, nonce);
  return put(rest, out, { type: 'notify', notice: { type: 'pledges-known', pledges } });
}

function revealed(ecall: Ecall, nonce: string, out: EcallOutput[]): Ecall {
  const { authentication, ...rest } = ecall;
  const { self, call } = ecall.econn.memory;
  if (authentication?.type !== 'answered' || call?.peer === undefined) return ecall;
  const pledges = ofCallee(authentication, self, call.peer, nonce);
  return put(rest, out, { type: 'notify', notice: { type: 'pledges-known', pledges } });
}

function incoming(before: Ecall, event: CallEvent & { type: 'incoming' }, out: EcallOutput[]): Ecall {
  const ecall = asked(before, event);
  // Our own offer to them is still being made: both want the call, and ours need not go out at all.
  const wanted = ecall.open?.purpose === 'call';
  if (!wanted) out.push({ type: 'notify', notice: { type: 'incoming', from: event.from, props: event.props, recall: event.recall } });
  if (!wanted && !(event.recall && ecall.policy.answerRecall)) return { ...ecall, ringing: event.sdp };
  out.push({ type: 'notify', notice: { type: 'bound', to: event.from } });
  return openFlow(ecall, 'current', { type: 'create-answer', offer: event.sdp }, 'answer', out);
}

function connected(ecall: Ecall, out: EcallOutput[]): Ecall {
  out.push({ type: 'notify', notice: { type: 'connected' } });
  if (ecall.current !== undefined) out.push({ type: 'carry-media', flow: ecall.current });
  out.push({ type: 'start-timer', timer: 'no-media', in: ecall.policy.noMediaAfter });
  return { ...ecall, channel: 'open' };
}

/** Video was switched on, and the flow in use was made without: AVS and we replace the flow. */
export function matchVideo(ecall: Ecall, out: EcallOutput[]): Ecall {
  const missing = wantsVideo(ecall.props) && !ecall.sendsVideo;
  return missing && stateOf(ecall.econn) === 'established' ? feed(ecall, { type: 'renew' }, out) : ecall;
}

/** The new flow carries the call from here on; the old one has done its work. */
function renewed(ecall: Ecall, out: EcallOutput[]): Ecall {
  const { coming, ...rest } = ecall;
  if (coming === undefined) return ecall;
  out.push({ type: 'carry-media', flow: coming });
  if (ecall.current !== undefined) out.push({ type: 'close-flow', flow: ecall.current });
  out.push({ type: 'notify', notice: { type: 'renewed' } });
  return { ...rest, current: coming, channel: 'open' };
}

/** What was declined can no longer be taken. */
function withoutRing({ ringing: _ringing, ...ecall }: Ecall): Ecall {
  return ecall;
}

function withoutComing(ecall: Ecall, out: EcallOutput[]): Ecall {
  const { coming, open, ...rest } = ecall;
  if (coming === undefined) return ecall;
  out.push({ type: 'close-flow', flow: coming });
  return open === undefined || open.flow === coming ? rest : { ...rest, open };
}

function closed(ecall: Ecall, reason: CloseReason, missed: boolean, out: EcallOutput[]): Ecall {
  for (const flow of [ecall.coming, ecall.current]) if (flow !== undefined) out.push({ type: 'close-flow', flow });
  out.push({ type: 'stop-timer', timer: 'no-media' });
  // Whoever was already taking the call, or placing one at the same time, has not missed it.
  out.push({ type: 'notify', notice: { type: 'ended', reason, missed: missed && ecall.ringing !== undefined } });
  const props = reason.type === 'replaced-by-peer' ? ecall.props : undefined;
  const next = reset(ecall.econn, ecall.policy, ecall.lastFlow, ecall.lastAsk);
  // A re-call goes on as the person left it: muted stays muted.
  return props === undefined ? next : { ...next, props };
}

/** Over the channel that is open; while none is, what is said there is lost, as ECONN expects. */
function say(ecall: Ecall, message: (Output & { type: 'send' })['message'], out: EcallOutput[]): Ecall {
  if (ecall.current !== undefined) out.push({ type: 'say', flow: ecall.current, message });
  return ecall;
}

function refuse(ecall: Ecall, { input, because }: Output & { type: 'refuse' }, out: EcallOutput[]): Ecall {
  if (input === 'answer' || input === 'reject' || input === 'end' || input === 'start' || input === 'renew') out.push({ type: 'refuse', input, because });
  return ecall;
}

function put(ecall: Ecall, out: EcallOutput[], output: EcallOutput): Ecall {
  out.push(output);
  return ecall;
}

