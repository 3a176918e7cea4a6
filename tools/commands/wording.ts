import type { CloseReason, Props } from '../../src/index.ts';

/** `muted, video on`. */
export function describeProps({ muted, video, screen }: Props): string {
  return [muted ? 'muted' : 'not muted', `video ${video}`, ...(screen === 'off' ? [] : [`screen ${screen}`])].join(', ');
}

/** `ended-by-peer`, with what was waited for or what failed. */
export function describeReason(reason: CloseReason): string {
  switch (reason.type) {
    case 'timed-out':
      return `timed-out waiting for ${reason.waitingFor}`;
    case 'media-failed':
      return `media-failed: ${reason.failure}`;
    case 'ended-locally':
    case 'rejected-locally':
    case 'answered-elsewhere':
    case 'rejected-elsewhere':
    case 'restarted':
    case 'ended-by-peer':
    case 'cancelled-by-peer':
    case 'rejected-by-peer':
    case 'busy':
    case 'replaced-by-peer':
    case 'failed-at-peer':
    case 'lost':
    case 'backend-failed':
    case 'unreachable':
    case 'protocol-violated':
      return reason.type;
  }
}

/** One decimal below 10 ms, none above. */
export function inMs(count: number): string {
  return `${count < 10 ? count.toFixed(1) : Math.round(count)} ms`;
}
