import type { Ecall } from '../../../src/ecall/ecall-state.ts';
import type { Ask, AskResult, EcallInput, EcallOutput, FlowSignal, Notice } from '../../../src/ecall/port.ts';
import { changed, type Props } from '../../../src/econn/props.ts';
import type { Audience, CallEvent, CloseReason, Econn, Input, Message, Output, StateName } from '../../../src/econn/index.ts';
import type { Lanes } from './lanes.ts';

/** How a state is called on a lifeline, and in full. */
export const STATES: { readonly [S in StateName]: { readonly short: string; readonly full: string; readonly about: string } } = {
  idle: { short: 'idle', full: 'IDLE', about: 'no call' },
  pendingOutgoing: { short: 'calling', full: 'PENDING (outgoing)', about: 'SETUP is out, the other side rings' },
  pendingIncoming: { short: 'ringing', full: 'PENDING (incoming)', about: 'we ring' },
  conflict: { short: 'conflict', full: 'CONFLICT_RESOLUTION', about: 'both called, their offer is kept' },
  answered: { short: 'answered', full: 'ANSWERED', about: 'offer and answer are exchanged, no channel yet' },
  established: { short: 'in call', full: 'DATACHAN_ESTABLISHED', about: 'the call' },
  updateSent: { short: 'renewing', full: 'UPDATE_SENT', about: 'we are replacing the peer connection' },
  updateReceived: { short: 'renewing', full: 'UPDATE_RECV', about: 'they are replacing the peer connection' },
  hangupSent: { short: 'hanging up', full: 'HANGUP_SENT', about: 'we wait for the answer to our HANGUP' },
  declining: { short: 'declining', full: 'DECLINING', about: 'our refusal is on its way to a peer that knows none' },
  terminating: { short: 'ending', full: 'TERMINATING', about: 'what was said last is still leaving' },
};

export function messageName(message: Message): string {
  if (message.type === 'REJECT' && message.cause === 'busy') return 'BUSY';
  return message.resp ? `${message.type}(r)` : message.type;
}

export function messageInWords(message: Message, lanes: Lanes): string {
  const about = 'offer' in message && message.offer !== undefined ? message.offer : 'call' in message ? message.call : undefined;
  const withdrawn = 'withdrawn' in message && message.withdrawn !== undefined && message.withdrawn.counter > 0 ? ` −${String(message.withdrawn.counter)}` : '';
  const number = message.type === 'PROPSYNC' ? ` #${String((message.resp ? message.ack : message.seq) ?? '?')}` : '';
  return `${messageName(message)}${about === undefined ? '' : ` ${lanes.offerInWords(about)}`}${withdrawn}${number}`;
}

/** What happened to the device, as the rest of a sentence that begins with its name. */
export function inputInWords(input: EcallInput | Input, before: Ecall | Econn, lanes: Lanes): string {
  switch (input.type) {
    case 'start':
      return input.props.video === 'on' ? 'calls, with video' : 'calls';
    case 'answer':
      return 'econn' in before ? 'takes the call' : 'answers';
    case 'reject':
      return 'declines';
    case 'end':
      return 'because' in input && input.because !== undefined ? `has to end: ${reasonInWords(input.because)}` : 'hangs up';
    case 'mistrust':
      return 'finds that somebody is in between';
    case 'destroy':
      return 'goes away';
    case 'set-props':
      return propsChange(propsOf(before), input.props);
    case 'renew':
      return 'renews the connection';
    case 'offer':
      return 'has its new offer';
    case 'receive':
      return `hears ${messageInWords(input.message, lanes)} from ${lanes.deviceInWords(input.from)}${input.age > 1000 ? `, ${spanInWords(input.age)} old` : ''}`;
    case 'settled':
      return input.outcome === 'refused' ? `cannot send ${input.message}${input.resp ? '(r)' : ''}: the backend refuses` : `has sent ${input.message}${input.resp ? '(r)' : ''} to ${devicesInWords(input.devices.length)}`;
    case 'flow':
      return `flow ${String(input.flow)}: ${signalInWords(input.signal, lanes)}`;
    case 'asked':
      return answerInWords(input.result, 'econn' in before ? before.open?.what : undefined);
    case 'timer-fired':
      return `deadline passes: ${input.timer}`;
    case 'restarted':
      return 'comes back after a crash';
    case 'resumed':
      return 'comes back and goes on with its call';
    case 'channel-opened':
      return 'channel opens';
    case 'channel-closed':
      return 'channel closes';
    case 'link-lost':
      return 'link goes down';
    case 'link-restored':
      return 'link is back';
    case 'heard':
      return 'hears a sign of life';
    case 'drained':
      return 'channel is drained';
    case 'flow-failed':
      return `newest flow fails: ${input.failure}`;
  }
}

function devicesInWords(count: number): string {
  return count === 0 ? 'no device' : count === 1 ? 'one device' : `${String(count)} devices`;
}

function signalInWords(signal: FlowSignal, lanes: Lanes): string {
  switch (signal.type) {
    case 'channel-opened':
      return 'channel opens';
    case 'channel-closed':
      return 'channel closes';
    case 'channel-message':
      return `hears ${messageInWords(signal.message, lanes)}`;
    case 'channel-nonsense':
      return 'hears nonsense';
    case 'link-lost':
      return 'link goes down';
    case 'link-restored':
      return 'link is back';
    case 'heard':
      return 'sign of life';
    case 'media-started':
      return `${signal.kind} arrives`;
    case 'constant-bitrate':
      return 'audio of constant bitrate is agreed on';
    case 'failed':
      return `fails: ${signal.failure}`;
  }
}

function answerInWords(result: AskResult, what: Ask | undefined): string {
  if (result.type === 'failed') return `cannot ${what === undefined ? 'do what was asked' : askInWords(what)}: ${result.failure}`;
  switch (what?.type) {
    case 'create-offer':
      return 'has its offer';
    case 'create-answer':
      return 'has its answer';
    case 'accept-answer':
      return 'has applied their answer';
    case 'drain':
      return 'channel is drained';
    case undefined:
      return 'gets an answer that nobody waits for';
  }
}

function askInWords(what: Ask): string {
  switch (what.type) {
    case 'create-offer':
      return 'make an offer';
    case 'create-answer':
      return 'make an answer';
    case 'accept-answer':
      return 'apply their answer';
    case 'drain':
      return 'drain the channel';
  }
}

/** What the device does, one line for each output. */
export function outputInWords(output: EcallOutput | Output, lanes: Lanes): string {
  switch (output.type) {
    case 'send':
      return 'to' in output ? `sends ${messageInWords(output.message, lanes)} to ${audienceInWords(output.to, lanes)}` : `says ${messageInWords(output.message, lanes)} on the channel`;
    case 'say':
      return `says ${messageInWords(output.message, lanes)} on the channel of flow ${String(output.flow)}`;
    case 'start-timer':
      return `starts ${output.timer}, ${spanInWords(output.in)}`;
    case 'stop-timer':
      return `stops ${output.timer}`;
    case 'stop-timers':
      return 'stops its timers';
    case 'open-flow':
      return `opens flow ${String(output.flow)}${output.video ? ' with video' : ''}`;
    case 'ask':
      return `asks flow ${String(output.flow)} to ${askInWords(output.what)}`;
    case 'carry-media':
      return `flow ${String(output.flow)} carries the media`;
    case 'apply-props':
      return `sends ${propsInWords(output.props)}`;
    case 'close-flow':
      return `closes flow ${String(output.flow)}`;
    case 'notify':
      return `tells: ${'notice' in output ? noticeInWords(output.notice, lanes) : noticeInWords(output.event, lanes)}`;
    case 'refuse':
      return `refuses ${output.input}: ${output.because}`;
  }
}

function audienceInWords(to: Audience, lanes: Lanes): string {
  if (to.type === 'devices') return to.devices.map((device) => lanes.deviceInWords(device)).join(', ');
  const except = to.except.length === 0 ? '' : ` but ${to.except.map((device) => lanes.deviceInWords(device)).join(', ')}`;
  return `all devices of ${to.users.join(' and ')}${except}`;
}

function noticeInWords(notice: Notice | CallEvent, lanes: Lanes): string {
  switch (notice.type) {
    case 'incoming':
      return `incoming call from ${lanes.deviceInWords(notice.from)}`;
    case 'ended':
    case 'closed':
      return `ended, ${reasonInWords(notice.reason)}${notice.missed ? ' (missed)' : ''}`;
    case 'bound':
      return `in a call with ${lanes.deviceInWords(notice.to)}`;
    case 'missed':
      return `missed a call from ${lanes.deviceInWords(notice.from)}`;
    case 'turned-away':
      return `turned ${lanes.deviceInWords(notice.from)} away`;
    case 'peer-props':
      return `the other side sends ${propsInWords(notice.props)}`;
    case 'own-props':
      return `we send ${propsInWords(notice.props)}`;
    case 'media-started':
      return `${notice.kind} arrives`;
    case 'renewing':
      return `renewing, ${notice.because}`;
    case 'answered':
      return `answered by ${lanes.deviceInWords(notice.by)}`;
    case 'glare-lost':
      return `glare lost against ${lanes.deviceInWords(notice.from)}`;
    case 'connected':
    case 'renewed':
    case 'renewal-failed':
    case 'pledges-known':
    case 'no-media':
    case 'revealed':
    case 'offer-wanted':
    case 'answer-wanted':
    case 'update-answered':
    case 'ending':
    case 'drain-wanted':
      return notice.type.replaceAll('-', ' ');
  }
}

export function reasonInWords(reason: CloseReason): string {
  if (reason.type === 'timed-out') return `timed out waiting for ${reason.waitingFor === 'hangup-ack' ? 'the answer to HANGUP' : `the ${reason.waitingFor}`}`;
  if (reason.type === 'media-failed') return `media failed: ${reason.failure}`;
  return reason.type.replaceAll('-', ' ');
}

function propsOf(state: Ecall | Econn): Props | undefined {
  return 'econn' in state ? state.props : state.memory.call?.ours;
}

export function propsInWords({ muted, video, screen, audioCbr }: Props): string {
  return [muted ? 'muted' : 'sound', ...(video === 'off' ? [] : [`video ${video}`]), ...(screen === 'off' ? [] : [`screen ${screen}`]), ...(audioCbr ? ['constant bit rate'] : [])].join(', ');
}

function propsChange(before: Props | undefined, now: Props): string {
  const names = before === undefined ? [] : changed(before, now);
  const words = names.map((name) => (name === 'muted' ? (now.muted ? 'mutes' : 'unmutes') : name === 'audioCbr' ? `sets constant bit rate ${now.audioCbr ? 'on' : 'off'}` : `${name} ${now[name]}`));
  return words.length === 0 ? 'sets its props' : words.join(', ');
}

export function spanInWords(span: number): string {
  if (span === 0) return '0 ms';
  if (Math.abs(span) < 1) return `${span.toFixed(1)} ms`;
  if (Math.abs(span) < 1000) return `${String(Math.round(span))} ms`;
  if (Math.abs(span) < 60_000) return `${(span / 1000).toFixed(span < 10_000 && span % 1000 !== 0 ? 2 : span % 1000 === 0 ? 0 : 1)} s`;
  const minutes = Math.floor(span / 60_000);
  const rest = Math.round((span % 60_000) / 1000);
  return rest === 0 ? `${String(minutes)} min` : `${String(minutes)} min ${String(rest)} s`;
}
