import type { CloseReason } from '../../../src/index.ts';
import type { CallView } from './call-view.ts';

/** Where a call is, for the line under the name. */
export function phaseWords({ phase, direction, end }: CallView): string {
  switch (phase) {
    case 'calling':
      return 'Calling…';
    case 'ringing':
      return 'is calling you';
    case 'connecting':
      return direction === 'outgoing' ? 'Answered, connecting…' : 'Connecting…';
    case 'connected':
      return 'Connected';
    case 'reconnecting':
      return 'Reconnecting…';
    case 'ending':
      return 'Ending…';
    case 'ended':
      return end === undefined ? 'Call ended' : endWords(end.reason);
  }
}

/** Why a call is over, as a person would say it. */
export function endWords(reason: CloseReason): string {
  return REASONS[reason.type];
}

const REASONS: Readonly<Record<CloseReason['type'], string>> = {
  'ended-locally': 'You hung up',
  'ended-by-peer': 'They hung up',
  'rejected-locally': 'You declined',
  'rejected-by-peer': 'They declined',
  'cancelled-by-peer': 'They gave up calling',
  'answered-elsewhere': 'You answered on another device',
  'rejected-elsewhere': 'You declined on another device',
  busy: 'They are in another call',
  'timed-out': 'No answer',
  lost: 'The connection was lost',
  'media-failed': 'No connection could be made',
  'failed-at-peer': 'Their device failed',
  'replaced-by-peer': 'They called again',
  'backend-failed': 'The server did not take the call',
  unreachable: 'They cannot be reached: nobody of that name is signed in',
  'protocol-violated': 'Their app does not speak our language',
  restarted: 'The call was interrupted',
};

/** `1:05`, `1:02:03`. */
export function clockWords(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, String(seconds % 60).padStart(2, '0')];
  return hours > 0 ? `${String(hours)}:${String(minutes).padStart(2, '0')}:${rest}` : `${String(minutes)}:${rest}`;
}

/** `14:05` today, `Tue 14:05` this week, a date before. */
export function whenWords(at: number, now: number): string {
  const then = new Date(at);
  const time = then.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  if (new Date(now).toDateString() === then.toDateString()) return time;
  if (now - at < 6 * 86_400_000) return `${then.toLocaleDateString([], { weekday: 'short' })} ${time}`;
  return then.toLocaleDateString();
}
