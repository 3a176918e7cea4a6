import { sameDevice, sameId, type Device } from '../base/device.ts';
import type { DurationMs } from '../base/units.ts';
import type { CancelMessage, HangupMessage, Message, PingMessage, PropsyncMessage, RejectMessage, SetupMessage, UpdateMessage } from './message.ts';
import type { Memory } from './memory.ts';
import { sameOffer, type OfferId } from './offer-id.ts';
import type { Input, Road } from './port.ts';
import type { TimerName } from './timers.ts';

/**
 * An input as the chart sees it: a message is named by what it is, with whose authority it speaks and which
 * call and offer it is about; a timer by its name. Peers without offer ids (AVS) get ids made from their
 * session ids here, so that nothing past this line asks which protocol was spoken.
 */
export type ChartEvent = Exclude<Input, { type: 'receive' | 'timer-fired' }> | TimerEvent | MessageEvent;

export type TimerEvent = { readonly type: `timer.${TimerName}` };

export type MessageEvent =
  | About<'SETUP', SetupMessage>
  | About<'SETUP_RESP', SetupMessage>
  | About<'OWN_SETUP_RESP', SetupMessage>
  | About<'UPDATE', UpdateMessage>
  | About<'UPDATE_RESP', UpdateMessage>
  | About<'CANCEL', CancelMessage>
  | About<'REJECT', RejectMessage>
  | About<'OWN_REJECT', RejectMessage>
  | About<'PROPSYNC', PropsyncMessage>
  | About<'PROPSYNC_RESP', PropsyncMessage>
  | About<'HANGUP', HangupMessage>
  | About<'HANGUP_RESP', HangupMessage>
  | About<'PING', PingMessage>
  | About<'PING_RESP', PingMessage>;

type CallMessage = SetupMessage | UpdateMessage | CancelMessage | RejectMessage | PropsyncMessage | HangupMessage | PingMessage;

type About<T extends string, M extends Message> = {
  readonly type: T;
  readonly from: Device;
  readonly message: M;
  readonly call: OfferId;
  readonly offer: OfferId;
  readonly age: DurationMs;
  readonly busy?: true;
};

/** The event an input is, or `undefined` when it can have no effect in any state: an echo, a stranger, a spoof. */
export function chartEvent(memory: Memory, input: Input): ChartEvent | undefined {
  switch (input.type) {
    case 'receive':
      return received(memory, input);
    case 'timer-fired':
      return { type: `timer.${input.timer}` };
    case 'start':
    case 'answer':
    case 'reject':
    case 'end':
    case 'destroy':
    case 'set-props':
    case 'renew':
    case 'offer':
    case 'settled':
    case 'channel-opened':
    case 'channel-closed':
    case 'link-lost':
    case 'link-restored':
    case 'heard':
    case 'drained':
    case 'flow-failed':
    case 'restarted':
      return input;
  }
}

function received(memory: Memory, input: Input & { type: 'receive' }): MessageEvent | undefined {
  const { from, via, message, age } = input;
  if (sameDevice(from, memory.self)) return undefined;
  const own = sameId(from.user, memory.self.user);
  if (!own && !sameId(from.user, memory.peerUser)) return undefined;
  if (!concernsCalls(message) || via !== roadOf(message) || isSpoof(from, message)) return undefined;
  switch (message.type) {
    case 'SETUP': {
      const about = { from, message, age, ...offerIds(memory, from, message) };
      if (message.resp) return { type: own ? 'OWN_SETUP_RESP' : 'SETUP_RESP', ...about };
      return own || !sameDevice(about.offer, from) || !sameOffer(about.call, about.offer) ? undefined : { type: 'SETUP', ...about, ...(input.busy === true ? { busy: true } : {}) };
    }
    case 'UPDATE': {
      const about = { from, message, age, ...offerIds(memory, from, message) };
      if (own) return undefined;
      if (message.resp) return { type: 'UPDATE_RESP', ...about };
      return sameDevice(about.offer, from) ? { type: 'UPDATE', ...about } : undefined;
    }
    case 'CANCEL':
      return own ? undefined : { type: 'CANCEL', from, message, age, ...callIds(memory, from, message) };
    case 'REJECT':
      // Another device of ours that is in another call says nothing about this one.
      if (own && message.cause === 'busy') return undefined;
      return { type: own ? 'OWN_REJECT' : 'REJECT', from, message, age, ...callIds(memory, from, message) };
    case 'PROPSYNC':
      return own ? undefined : { type: message.resp ? 'PROPSYNC_RESP' : 'PROPSYNC', from, message, age, ...callIds(memory, from, message) };
    case 'HANGUP':
      return own ? undefined : { type: message.resp ? 'HANGUP_RESP' : 'HANGUP', from, message, age, ...callIds(memory, from, message) };
    case 'PING':
      return own ? undefined : { type: message.resp ? 'PING_RESP' : 'PING', from, message, age, ...callIds(memory, from, message) };
  }
}

/** The only road on which a message of this type is heard. */
export function roadOf({ type }: Message): Road {
  return type === 'PROPSYNC' || type === 'HANGUP' || type === 'PING' ? 'channel' : 'backend';
}

/** Whether one-to-one calls have any use for the message: groups and conferences are only parsed. */
export function concernsCalls(message: Message): message is CallMessage {
  const { type } = message;
  return type === 'SETUP' || type === 'UPDATE' || type === 'CANCEL' || type === 'REJECT' || type === 'PROPSYNC' || type === 'HANGUP' || type === 'PING';
}

/** A message of ours that claims another sender than the channel knows. AVS's own `src_*` are not read. */
function isSpoof(from: Device, message: Message): boolean {
  const { src } = message;
  if (!('call' in message) || src?.user === undefined || src.device === undefined) return false;
  return !sameDevice(from, { user: src.user, device: src.device });
}

function offerIds(memory: Memory, from: Device, message: SetupMessage | UpdateMessage): { call: OfferId; offer: OfferId } {
  if (message.call !== undefined && message.offer !== undefined) return { call: message.call, offer: message.offer };
  const session = sessionCall(memory, from, message);
  if (!message.resp) {
    return { call: session, offer: message.type === 'SETUP' ? session : legacyOffer(from, message.sdp) };
  }
  const open = memory.call;
  const meant = message.dest?.device === undefined || sameId(message.dest.device, memory.self.device);
  if (open?.sent !== undefined && meant) return { call: open.id, offer: open.offer };
  return { call: session, offer: session };
}

function callIds(memory: Memory, from: Device, message: Message & { readonly call?: OfferId }): { call: OfferId; offer: OfferId } {
  const call = message.call ?? sessionCall(memory, from, message);
  return { call, offer: call };
}

/** The live call when the session is the one its peer uses; else a call that is named by the session. */
function sessionCall(memory: Memory, from: Device, message: Message): OfferId {
  const { call } = memory;
  const ofPeer = call?.theirSession !== undefined && call.protocol === 'calling-3.0' && sameId(call.theirSession, message.sessid);
  if (ofPeer && call.peer !== undefined && sameDevice(call.peer, from)) return call.id;
  return { user: from.user, device: from.device, incarnation: `${LEGACY}${message.sessid.toLowerCase()}`, counter: 0 };
}

/** An UPDATE without an id is told from the next one by its description. */
function legacyOffer(from: Device, sdp: string): OfferId {
  let hash = 0x811c9dc5;
  for (let index = 0; index < sdp.length; index++) hash = Math.imul(hash ^ sdp.charCodeAt(index), 0x0100_0193);
  return { user: from.user, device: from.device, incarnation: `${LEGACY}${(hash >>> 0).toString(36)}`, counter: 0 };
}

/** Starts the incarnation of an id that was made here for a peer that writes none. No peer can write it. */
const LEGACY = '~';

/** True when the offer's peer writes no ids: it has no counter, and no mark can cover it. */
export function isLegacy(offer: OfferId): boolean {
  return offer.incarnation.startsWith(LEGACY);
}
