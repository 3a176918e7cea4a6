import { sameId, type Device } from '../base/device.ts';
import { isLegacy } from './chart-event.ts';
import type { CancelCause } from './close-reason.ts';
import { live } from './guards.ts';
import type { Address, CancelMessage, RejectMessage } from './message.ts';
import type { Memory, Protocol } from './memory.ts';
import type { OfferId } from './offer-id.ts';
import type { Audience, CallEvent, Output } from './port.ts';

/** Where actions put what the host must do. */
export type Outbox = Output[];

export function tell(out: Outbox, event: CallEvent): void {
  out.push({ type: 'notify', event });
}

export function toDevices(...devices: readonly Device[]): Audience {
  return { type: 'devices', devices };
}

/** Every device of the peer user, but for the given ones. */
export function toPeerUser(memory: Memory, ...except: readonly Device[]): Audience {
  return { type: 'users', users: [memory.peerUser], except };
}

/** Every other device of both users: an answer concerns them all. */
export function toEverybody(memory: Memory): Audience {
  const users = sameId(memory.peerUser, memory.self.user) ? [memory.peerUser] : [memory.peerUser, memory.self.user];
  return { type: 'users', users, except: [] };
}

/** What each message of ours in the live call starts with. */
export function ourHeader(memory: Memory): { sessid: string; src: Address; dest?: Address } {
  const { ourSession, peer } = live(memory);
  return { sessid: ourSession, src: memory.self, ...(peer === undefined ? {} : { dest: peer }) };
}

/** The `call` field, for peers that know it. */
export function naming(protocol: Protocol, call: OfferId): { call?: OfferId } {
  return protocol === 'calling-3.0' || isLegacy(call) ? {} : { call };
}

export function cancel(out: Outbox, to: Audience, message: Omit<CancelMessage, 'type' | 'resp' | 'cause'>, cause: CancelCause): void {
  out.push({ type: 'send', via: 'backend', to, message: { type: 'CANCEL', resp: false, ...message, cause } });
}

export function refuseCall(out: Outbox, to: Audience, message: Omit<RejectMessage, 'type' | 'resp'>): void {
  out.push({ type: 'send', via: 'backend', to, message: { type: 'REJECT', resp: false, ...message } });
}

/**
 * Our session id for a call: four letters, as AVS writes. Made from the call's id, so that nothing random
 * need be given; it protects nothing.
 */
export function sessionOf(self: Device, call: OfferId): string {
  let hash = 0x811c9dc5;
  for (const unit of `${self.user}/${self.device}/${call.user}/${call.device}/${call.incarnation}/${call.counter}`) {
    hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x0100_0193);
  }
  let rest = hash >>> 0;
  let session = '';
  for (let letter = 0; letter < 4; letter++) {
    session += ALPHANUMERIC[rest % ALPHANUMERIC.length];
    rest = Math.floor(rest / ALPHANUMERIC.length);
  }
  return session;
}

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
