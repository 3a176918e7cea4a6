import { absurd } from '../base/absurd.ts';
import type { Econn } from './econn.ts';
import { withoutRenewal } from './update-actions.ts';

/**
 * A stored ECONN whose call can go on in another life, as it was before it asked for a renewal: what that offered
 * described a flow that is gone. Feed it `channel-closed`. `undefined`: there is no call that can.
 */
export function resumable(econn: Econn): Econn | undefined {
  switch (econn.state) {
    case 'established':
      return econn;
    case 'updateSent':
      return { state: 'established', memory: withoutRenewal(econn.memory) };
    // Their UPDATE is not heard a second time, and in the glare against ours it may be theirs that wins.
    case 'updateReceived':
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
