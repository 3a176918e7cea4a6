import type { Device } from '../base/device.ts';
import type { Pledge } from '../econn/index.ts';
import type { SharedPledges } from './port.ts';

/**
 * What has been learned of a call towards its short authentication string. The caller commits to a nonce in
 * its SETUP, the callee answers with one of its own, the caller reveals: neither can choose the string, and
 * somebody in between, who must commit on both sides before knowing either nonce, cannot make the two equal.
 */
export type Authentication =
  /** We called with this offer. */
  | { readonly type: 'offered'; readonly pledge: Pledge; readonly offer: string }
  /** They called, and we know what they commit to. */
  | { readonly type: 'asked'; readonly offer: string; readonly commit: string }
  /** We answered and wait for them to reveal. */
  | { readonly type: 'answered'; readonly offer: string; readonly commit: string; readonly pledge: Pledge; readonly answer: string };

/** Our offer was answered: all is known to us. */
export function ofCaller({ pledge, offer }: Authentication & { type: 'offered' }, us: Device, them: Device, answer: string, nonce: string): SharedPledges {
  return { caller: us, callee: them, offer, answer, callerNonce: pledge.nonce, calleeNonce: nonce };
}

/** They have revealed: all is known to us. */
export function ofCallee({ pledge, offer, answer, commit }: Authentication & { type: 'answered' }, us: Device, them: Device, nonce: string): SharedPledges {
  return { caller: them, callee: us, offer, answer, callerNonce: nonce, calleeNonce: pledge.nonce, commit };
}
