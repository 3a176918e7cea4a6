import type { StateChart } from './chart-form.ts';
import {
  ALREADY, NOT_IN_CALL, RESPONSE_WHILE_IN_CALL, OWN_MESSAGES, UPDATE_RESPONSE_IGNORED,
} from './chart-rows.ts';

// The end is decided; what is left is to make sure that the peer knows.

export const hangupSent: StateChart = {
  entry: ['startHangup', 'startHangupAck'],
  exit: ['stopTimers'],
  on: {
    ...OWN_MESSAGES,
    start: ALREADY,
    answer: NOT_IN_CALL,
    reject: NOT_IN_CALL,
    destroy: [{ to: 'idle', do: ['cancelCall', 'closeEnding'] }],
    restarted: [{ to: 'idle', do: ['cancelCall', 'closeEnding'] }],
    'timer.hangupAck': [{ do: ['cancelCall'] }],
    'timer.hangup': [{ to: 'idle', do: ['closeEnding'] }],
    'channel-closed': [{ to: 'idle', do: ['cancelCall', 'closeEnding'] }],
    'flow-failed': [{ to: 'idle', do: ['cancelCall', 'closeEnding'] }],
    'channel-opened': [{ do: ['sendHangup'] }],
    HANGUP: [{ if: ['isFromPeer', 'isAboutLiveCall'], to: 'idle', do: ['closeEnding'] }],
    HANGUP_RESP: [{ if: ['isFromPeer', 'isAboutLiveCall'], to: 'idle', do: ['closeEnding'] }],
    CANCEL: [
      { if: ['isFromPeer', 'isAboutLiveCall'], to: 'idle', do: ['takeCancelMark', 'closeEnding'] },
      { if: ['cancelsUnseenOffer'], do: ['reportMissed', 'takeCancelMark'] },
      { do: ['takeCancelMark'] },
    ],
    SETUP: [
      { if: ['isFresh', 'isTooOld'], do: ['takeMark', 'reportMissed'] },
      { if: ['isFresh'], to: 'pendingIncoming', do: ['closeEnding', 'takeMark', 'openIncoming'] },
    ],
    SETUP_RESP: RESPONSE_WHILE_IN_CALL,
    UPDATE: [{ if: ['isFromPeer', 'isAboutLiveCall'], do: ['cancelCall'] }, { if: ['isCancellable'], do: ['cancelUnknownCall'] }],
    UPDATE_RESP: UPDATE_RESPONSE_IGNORED,
  },
};

export const terminating: StateChart = {
  entry: ['startHangup'],
  exit: ['stopTimers'],
  on: {
    ...OWN_MESSAGES,
    start: ALREADY,
    answer: NOT_IN_CALL,
    reject: NOT_IN_CALL,
    destroy: [{ to: 'idle', do: ['closeEnding'] }],
    restarted: [{ to: 'idle', do: ['cancelCall', 'closeEnding'] }],
    'timer.hangup': [{ to: 'idle', do: ['closeEnding'] }],
    drained: [{ to: 'idle', do: ['closeEnding'] }],
    settled: [{ if: ['isCancelSettled'], to: 'idle', do: ['closeEnding'] }],
    'channel-closed': [{ to: 'idle', do: ['closeEnding'] }],
    'flow-failed': [{ to: 'idle', do: ['closeEnding'] }],
    // The channel opened after the end was decided: say so there too, it is the faster road.
    'channel-opened': [{ to: 'idle', do: ['sendHangup', 'closeEnding'] }],
    CANCEL: [
      { if: ['isFromPeer', 'isAboutLiveCall'], to: 'idle', do: ['takeCancelMark', 'closeEnding'] },
      { if: ['cancelsUnseenOffer'], do: ['reportMissed', 'takeCancelMark'] },
      { do: ['takeCancelMark'] },
    ],
    SETUP: [
      { if: ['isFresh', 'isTooOld'], do: ['takeMark', 'reportMissed'] },
      { if: ['isFresh'], to: 'pendingIncoming', do: ['closeEnding', 'takeMark', 'openIncoming'] },
    ],
    SETUP_RESP: RESPONSE_WHILE_IN_CALL,
    UPDATE: [{ if: ['isFromPeer', 'isAboutLiveCall'], do: ['cancelCall'] }, { if: ['isCancellable'], do: ['cancelUnknownCall'] }],
    UPDATE_RESP: UPDATE_RESPONSE_IGNORED,
  },
};
