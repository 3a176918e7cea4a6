import type { StateChart } from './chart-form.ts';
import { ENDING } from './chart-rows.ts';

// The end is decided; what is left is to make sure that the peer knows.

export const hangupSent: StateChart = {
  entry: ['startHangup', 'startHangupAck'],
  exit: ['stopTimers'],
  on: {
    ...ENDING,
    destroy: [{ to: 'idle', do: ['cancelCall', 'closeEnding'] }],
    'timer.hangupAck': [{ do: ['cancelCall'] }],
    'channel-closed': [{ to: 'idle', do: ['cancelCall', 'closeEnding'] }],
    'flow-failed': [{ to: 'idle', do: ['cancelCall', 'closeEnding'] }],
    'channel-opened': [{ do: ['sendHangup'] }],
    SETUP: [
      { if: ['isFresh', 'isTooOld'], do: ['takeMark', 'reportMissed'] },
      { if: ['isFresh', 'isFromPeer'], to: 'pendingIncoming', do: ['closeEnding', 'openIncoming', 'takeMark'] },
      // The device that we hang up with may not have read HANGUP, and the channel is about to go.
      { if: ['isFresh'], to: 'pendingIncoming', do: ['cancelCall', 'closeEnding', 'openIncoming', 'takeMark'] },
    ],
    // Both hung up at once: theirs answers ours, but ours may still be on its way.
    HANGUP: [{ if: ['isFromPeer', 'isAboutLiveCall'], to: 'terminating', do: ['wantDrain'] }],
    HANGUP_RESP: [{ if: ['isFromPeer', 'isAboutLiveCall'], to: 'idle', do: ['closeEnding'] }],
  },
};

export const terminating: StateChart = {
  entry: ['startHangup'],
  exit: ['stopTimers'],
  on: {
    ...ENDING,
    destroy: [{ to: 'idle', do: ['closeEnding'] }],
    drained: [{ to: 'idle', do: ['closeEnding'] }],
    settled: [{ if: ['isCancelSettled'], to: 'idle', do: ['closeEnding'] }],
    'channel-closed': [{ to: 'idle', do: ['closeEnding'] }],
    'flow-failed': [{ to: 'idle', do: ['closeEnding'] }],
    // The channel opened after the end was decided: say so there too, it is the faster road.
    'channel-opened': [{ to: 'idle', do: ['sendHangup', 'closeEnding'] }],
  },
};

/**
 * While it calls, AVS listens to no refusal; an answer followed by CANCEL ends its call. A CANCEL that comes
 * before the answer is lost on it: the first waits until the backend has taken the answer, two more follow.
 */
export const declining: StateChart = {
  entry: ['startHangup'],
  exit: ['stopTimers'],
  on: {
    ...ENDING,
    destroy: [{ to: 'idle', do: ['cancelCall', 'closeEnding'] }],
    'timer.hangup': [{ to: 'idle', do: ['cancelCall', 'closeEnding'] }],
    settled: [
      { if: ['isAnswerSettled', 'isRefused'], to: 'idle', do: ['closeEnding'] },
      { if: ['isAnswerSettled'], do: ['cancelCall', 'countCancel', 'startDecline'] },
    ],
    'timer.decline': [
      { if: ['wasCancelledEnough'], to: 'idle', do: ['cancelCall', 'closeEnding'] },
      { do: ['cancelCall', 'countCancel', 'startDecline'] },
    ],
    SETUP: [
      { if: ['isFresh', 'isTooOld'], do: ['takeMark', 'reportMissed'] },
      { if: ['isFresh', 'isFromPeer'], to: 'pendingIncoming', do: ['closeEnding', 'openIncoming', 'takeMark'] },
      // The device that we decline may not have heard so yet.
      { if: ['isFresh'], to: 'pendingIncoming', do: ['cancelCall', 'closeEnding', 'openIncoming', 'takeMark'] },
    ],
  },
};
