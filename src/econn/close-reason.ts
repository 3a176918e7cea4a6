import type { TimerName } from './timers.ts';

/** Why a call ended, arranged by who ended it. Decided once, at the transition, and never rewritten. */
export type CloseReason =
  // We ended it.
  /** We hung up, or withdrew our call while it rang. */
  | { readonly type: 'ended-locally' }
  /** We declined their call. */
  | { readonly type: 'rejected-locally' }
  /** Another of our devices took the call, or another device of theirs took ours. */
  | { readonly type: 'answered-elsewhere' }
  /** Another of our devices declined the call. */
  | { readonly type: 'rejected-elsewhere' }
  /** Our process came back from a crash and could not go on with the call. */
  | { readonly type: 'restarted' }
  // They ended it.
  /** They hung up. */
  | { readonly type: 'ended-by-peer' }
  /** They withdrew the call before it was connected. */
  | { readonly type: 'cancelled-by-peer' }
  /** They declined our call. */
  | { readonly type: 'rejected-by-peer' }
  /** They are in another call. */
  | { readonly type: 'busy' }
  /** They crashed and called again, or called again before we heard that the first call was over. */
  | { readonly type: 'replaced-by-peer' }
  /** They could not go on: a description they cannot apply, no path, no device. */
  | { readonly type: 'failed-at-peer' }
  // Nobody ended it.
  | { readonly type: 'timed-out'; readonly waitingFor: 'answer' | 'channel' | 'hangup-ack' }
  /** They fell silent and did not come back. */
  | { readonly type: 'lost' }
  /** The backend would not take a message without which there is no call. */
  | { readonly type: 'backend-failed' }
  /** The called user has no device that could ring. */
  | { readonly type: 'unreachable' }
  | { readonly type: 'media-failed'; readonly failure: MediaFailure }
  // Somebody spoke nonsense.
  | { readonly type: 'protocol-violated' };

/**
 * What the media layer could not do. `peer-not-authentic`: whoever answered does not own the certificate that was
 * named. `peer-incompatible`: it may, but there is no version, cipher or key that both sides can use. `device`:
 * our own microphone, camera or loudspeaker.
 */
export type MediaFailure = 'no-network' | 'no-relay' | 'relay-refused' | 'no-path' | 'peer-not-authentic' | 'peer-incompatible' | 'bad-description' | 'device';

/** What a CANCEL says of why: a hint for the person, never a reason to act differently. */
export type CancelCause = 'ended' | 'elsewhere' | 'timeout' | 'error' | 'restarted';

/** What we tell the peer about a reason of ours. */
export function causeOf(reason: CloseReason): CancelCause {
  switch (reason.type) {
    case 'answered-elsewhere':
      return 'elsewhere';
    case 'restarted':
      return 'restarted';
    case 'timed-out':
    case 'lost':
      return 'timeout';
    case 'media-failed':
    case 'backend-failed':
    case 'protocol-violated':
    case 'unreachable':
      return 'error';
    case 'ended-locally':
    case 'rejected-locally':
    case 'rejected-elsewhere':
    case 'ended-by-peer':
    case 'cancelled-by-peer':
    case 'rejected-by-peer':
    case 'busy':
    case 'replaced-by-peer':
    case 'failed-at-peer':
      return 'ended';
  }
}

/** What the expiry of a deadline means when it ends the call. */
export function expiryReason(timer: TimerName): CloseReason {
  switch (timer) {
    case 'setup':
      return { type: 'timed-out', waitingFor: 'answer' };
    case 'channel':
      return { type: 'timed-out', waitingFor: 'channel' };
    case 'hangup':
    case 'hangupAck':
    case 'decline':
      return { type: 'timed-out', waitingFor: 'hangup-ack' };
    case 'reconnect':
    case 'update':
    case 'ping':
    case 'props':
    case 'disconnect':
      return { type: 'lost' };
  }
}
