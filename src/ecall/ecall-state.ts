import { DEFAULT_PROPS, openEconn, type Econn, type Identity, type Message, type Props } from '../econn/index.ts';
import type { Authentication } from './authentication.ts';
import { DEFAULT_POLICY, type Policy } from './policy.ts';
import type { Ask, AskId, EcallOutput, FlowId } from './port.ts';

/**
 * The call of one conversation: its ECONN, the flows it has, and the slow work that is under way. Plain data,
 * and pure by the same shape as ECONN.
 */
export type Ecall = {
  readonly econn: Econn;
  readonly policy: Policy;
  /** The flow whose channel carries the call, or will. */
  readonly current?: FlowId;
  /** The flow that is to replace it (re-SETUP). */
  readonly coming?: FlowId;
  readonly lastFlow: FlowId;
  /** Whether the newest flow can send our video. */
  readonly sendsVideo: boolean;
  readonly lastAsk: AskId;
  /** The one open question about descriptions, and what its answer is for. */
  readonly open?: OpenAsk;
  /** Whether the channel of `current` was open at some time. */
  readonly channel: 'closed' | 'open';
  /** Channel messages that came before the channel's opening was told. */
  readonly early: readonly Message[];
  /** Towards the short authentication string; absent where the peer knows none, and once it is known. */
  readonly authentication?: Authentication;
  /** The description of the ringing offer. */
  readonly ringing?: string;
  readonly props: Props;
  /** Unreadable messages on the channel of this call. */
  readonly nonsense: number;
};

export type OpenAsk = { readonly id: AskId; readonly flow: FlowId; readonly what: Ask; readonly purpose: Purpose };

/** `call`: our offer is being made, nobody knows of the call yet. */
export type Purpose = 'call' | 'answer' | 'renew' | 'apply' | 'drain';

export type EcallStep = readonly [next: Ecall, outputs: readonly EcallOutput[]];

export function openEcall(identity: Identity, policy: Policy = DEFAULT_POLICY): Ecall {
  return reset(openEconn(identity), policy, 0, 0);
}

/** An Ecall without a call. Flow and ask numbers go on, so that late events of the last call stay strangers. */
export function reset(econn: Econn, policy: Policy, lastFlow: FlowId, lastAsk: AskId): Ecall {
  return { econn, policy, lastFlow, lastAsk, sendsVideo: false, channel: 'closed', early: [], props: DEFAULT_PROPS, nonsense: 0 };
}

/** An Ecall around a stored ECONN that rings on. */
export function ringOn(econn: Econn, policy: Policy, sdp: string): Ecall {
  return { ...reset(econn, policy, 0, 0), ringing: sdp };
}

/** An Ecall around a stored ECONN whose call is to go on. No flow of that life is left. */
export function resume(econn: Econn, policy: Policy): Ecall {
  return { ...reset(econn, policy, 0, 0), props: econn.memory.call?.ours ?? DEFAULT_PROPS, channel: 'open' };
}
