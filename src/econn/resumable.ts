import { absurd } from '../base/absurd.ts';
import type { Econn } from './econn.ts';
import { withoutRenewal } from './update-actions.ts';

/**
 * A stored ECONN whose call can go on in another life, as it was before the renewal that was under way: what that had
 * offered or answered described a flow that is gone. Feed it `channel-closed`. `undefined`: no call was connected.
 */
export function resumable(econn: Econn): Econn | undefined {
  switch (econn.state) {
    case 'established':
      return econn;
    case 'updateReceived':
      // Until it is answered their UPDATE is open, and a glare against it may be theirs to win: we know it already and would not hear it.
      if (econn.memory.call?.answer === undefined) return undefined;
      return { state: 'established', memory: withoutRenewal(econn.memory) };
    case 'updateSent':
      return { state: 'established', memory: withoutRenewal(econn.memory) };
    case 'idle':
    case 'pendingOutgoing':
    case 'pendingIncoming':
    case 'conflict':
    case 'answered':
    case 'declining':
    case 'hangupSent':
    case 'terminating':
      return undefined;
    default:
      return absurd(econn.state);
  }
}
