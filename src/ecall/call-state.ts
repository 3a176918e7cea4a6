import { absurd } from '../base/absurd.ts';
import { stateOf } from '../econn/index.ts';
import type { Ecall } from './ecall-state.ts';

/** A call as its user sees it. */
export type CallState =
  /** No call. */
  | 'idle'
  /** We call; the other side may be ringing. */
  | 'calling'
  /** They call; we ring. */
  | 'ringing'
  /** Taken on both sides; media is on its way. */
  | 'connecting'
  | 'connected'
  /** The path was lost or is being replaced. */
  | 'reconnecting'
  /** Over; the other side is being told. */
  | 'ending';

/** Derived, never stored: it cannot disagree with what happens. */
export function callStateOf(ecall: Ecall): CallState {
  const state = stateOf(ecall.econn);
  switch (state) {
    case 'idle':
      return ecall.open === undefined ? 'idle' : 'calling';
    case 'pendingOutgoing':
      return 'calling';
    case 'pendingIncoming':
      return ecall.ringing === undefined ? 'connecting' : 'ringing';
    case 'conflict':
    case 'answered':
      return 'connecting';
    case 'established':
      return 'connected';
    case 'updateSent':
    case 'updateReceived':
      return 'reconnecting';
    case 'hangupSent':
    case 'terminating':
    case 'declining':
      return 'ending';
    default:
      return absurd(state);
  }
}
