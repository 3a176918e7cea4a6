import type { StateChart } from './chart-form.ts';
import {
  ALREADY, NOT_IN_CALL, NOTHING_TO_ANSWER, OWN_MESSAGES, UPDATE_WHILE_IDLE, UPDATE_WHILE_RINGING,
} from './chart-rows.ts';

// Before both sides agree: nobody calls, somebody rings, both called.

export const idle: StateChart = {
  on: {
    ...OWN_MESSAGES,
    ...UPDATE_WHILE_IDLE,
    start: [{ to: 'pendingOutgoing', do: ['openOutgoing', 'sendSetup'] }],
    answer: NOT_IN_CALL,
    reject: NOT_IN_CALL,
    end: NOT_IN_CALL,
    renew: NOT_IN_CALL,
    SETUP: [
      { if: ['isFresh', 'isTooOld'], do: ['takeMark', 'reportMissed'] },
      { if: ['isFresh', 'isBusyElsewhere'], do: ['takeMark', 'turnAway'] },
      { if: ['isFresh'], to: 'pendingIncoming', do: ['openIncoming', 'takeMark'] },
    ],
    SETUP_RESP: [{ if: ['isOurs'], do: ['takeWithdrawal', 'cancelStrayAnswer'] }, { do: ['takeWithdrawal'] }],
    CANCEL: [{ if: ['cancelsUnseenOffer'], do: ['reportMissed', 'takeCancelMark'] }],
  },
};

export const pendingOutgoing: StateChart = {
  entry: ['startSetup'],
  exit: ['stopTimers'],
  on: {
    ...OWN_MESSAGES,
    ...UPDATE_WHILE_RINGING,
    start: ALREADY,
    answer: NOTHING_TO_ANSWER,
    reject: NOTHING_TO_ANSWER,
    'set-props': [{ do: ['setProps'] }],
    end: [{ to: 'idle', do: ['cancelAttempt', 'tellBusy', 'closeLocally'] }],
    destroy: [{ to: 'idle', do: ['cancelAttempt', 'tellBusy', 'closeLocally'] }],
    restarted: [{ to: 'idle', do: ['cancelAttempt', 'tellBusy', 'closeRestarted'] }],
    'timer.setup': [{ to: 'idle', do: ['cancelAttempt', 'tellBusy', 'closeExpired'] }],
    'flow-failed': [{ to: 'idle', do: ['cancelAttempt', 'tellBusy', 'closeFlowFailed'] }],
    settled: [
      { if: ['isSetupSettled', 'isRefused'], to: 'idle', do: ['tellBusy', 'closeBackendFailed'] },
      { if: ['isSetupSettled', 'reachedNobody'], to: 'idle', do: ['tellBusy', 'closeUnreachable'] },
      { if: ['isSetupSettled', 'reachedOnlyBusy'], to: 'idle', do: ['tellBusy', 'closeBusy'] },
      { if: ['isSetupSettled'], do: ['noteLegs'] },
    ],
    SETUP: [
      { if: ['isFresh', 'isTooOld'], do: ['takeMark', 'reportMissed'] },
      { if: ['isFresh', 'weWin'], do: ['takeMark', 'ignoreOffer', 'repeatSetup'] },
      { if: ['isFresh'], to: 'conflict', do: ['tellBusy', 'loseGlare', 'takeMark'] },
    ],
    SETUP_RESP: [
      { if: ['answersOpenOffer'], to: 'answered', do: ['takeWithdrawal', 'tellBusy', 'bindAnswerer'] },
      { if: ['isOurs'], do: ['takeWithdrawal', 'cancelStrayAnswer'] },
      { do: ['takeWithdrawal'] },
    ],
    CANCEL: [
      { if: ['isAboutLiveCall'], to: 'idle', do: ['cancelAttemptElsewhere', 'tellBusy', 'closeCancelled'] },
      // They took the call and ended it, and this came before their answer.
      { if: ['endsUnseenAnswer'], to: 'idle', do: ['takeCancelMark', 'cancelAttemptElsewhere', 'tellBusy', 'closeCancelled'] },
      { if: ['cancelsUnseenOffer'], do: ['reportMissed', 'takeCancelMark'] },
      { do: ['forgetIgnored'] },
    ],
    REJECT: [
      { if: ['isAboutLiveCall', 'isBusy', 'leavesLegs'], do: ['dropLeg'] },
      { if: ['isAboutLiveCall', 'isBusy'], to: 'idle', do: ['tellBusy', 'closeBusy'] },
      { if: ['isAboutLiveCall'], to: 'idle', do: ['cancelAttemptElsewhere', 'tellBusy', 'closeRejected'] },
    ],
  },
};

export const pendingIncoming: StateChart = {
  entry: ['startRing'],
  exit: ['stopTimers'],
  on: {
    ...UPDATE_WHILE_RINGING,
    start: ALREADY,
    'set-props': [{ do: ['setProps'] }],
    answer: [{ to: 'answered', do: ['sendAnswer'] }],
    reject: [
      { if: ['isToldByAnswer'], to: 'declining', do: ['sendReject', 'declineByAnswer'] },
      { to: 'idle', do: ['sendReject', 'closeRejectedLocally'] },
    ],
    end: [{ to: 'idle', do: ['sendReject', 'closeRejectedLocally'] }],
    destroy: [{ to: 'idle', do: ['closeLocally'] }],
    restarted: [{ to: 'idle', do: ['sendReject', 'closeRestarted'] }],
    'timer.setup': [{ to: 'idle', do: ['closeRingExpired'] }],
    'flow-failed': [
      { if: ['isBadDescription'], to: 'idle', do: ['cancelCall', 'closeFlowFailed'] },
      // Another device of ours may still take the call: only this one gives up.
      { to: 'idle', do: ['closeFlowFailed'] },
    ],
    SETUP: [
      { if: ['isFresh', 'isTooOld'], do: ['takeMark', 'reportMissed'] },
      { if: ['isFresh', 'isFromPeer'], to: 'pendingIncoming', do: ['closeReplaced', 'openIncoming', 'takeMark'] },
      { if: ['isFresh'], do: ['takeMark', 'turnAway'] },
    ],
    SETUP_RESP: [
      { if: ['withdrawsOurRing', 'isOurs'], to: 'idle', do: ['takeWithdrawal', 'cancelStrayAnswer', 'closeWithdrawn'] },
      { if: ['withdrawsOurRing'], to: 'idle', do: ['takeWithdrawal', 'closeWithdrawn'] },
      { if: ['isOurs'], do: ['takeWithdrawal', 'cancelStrayAnswer'] },
      { do: ['takeWithdrawal'] },
    ],
    CANCEL: [
      { if: ['isFromPeer', 'isAboutLiveCall'], to: 'idle', do: ['closeRingCancelled'] },
      { if: ['cancelsUnseenOffer'], do: ['reportMissed', 'takeCancelMark'] },
    ],
    OWN_SETUP_RESP: [
      { if: ['answersOurRing'], to: 'idle', do: ['markAnsweredElsewhere', 'closeAnsweredElsewhere'] },
      { do: ['markAnsweredElsewhere'] },
    ],
    OWN_REJECT: [
      { if: ['rejectsOurRing'], to: 'idle', do: ['markRejectedElsewhere', 'closeRejectedElsewhere'] },
      { do: ['markRejectedElsewhere'] },
    ],
  },
};

export const conflict: StateChart = {
  entry: ['startRing'],
  exit: ['stopTimers'],
  on: {
    ...OWN_MESSAGES,
    ...UPDATE_WHILE_RINGING,
    start: ALREADY,
    'set-props': [{ do: ['setProps'] }],
    answer: [{ to: 'answered', do: ['sendAnswer'] }],
    reject: [{ to: 'idle', do: ['withdrawOwnOffer', 'cancelCall', 'closeLocally'] }],
    end: [{ to: 'idle', do: ['withdrawOwnOffer', 'cancelCall', 'closeLocally'] }],
    destroy: [{ to: 'idle', do: ['withdrawOwnOffer', 'cancelCall', 'closeLocally'] }],
    restarted: [{ to: 'idle', do: ['withdrawOwnOffer', 'cancelCall', 'closeRestarted'] }],
    'timer.setup': [{ to: 'idle', do: ['withdrawOwnOffer', 'cancelCall', 'closeExpired'] }],
    'flow-failed': [{ to: 'idle', do: ['withdrawOwnOffer', 'cancelCall', 'closeFlowFailed'] }],
    SETUP: [
      { if: ['isFresh', 'isTooOld'], do: ['takeMark', 'reportMissed'] },
      { if: ['isFresh', 'isFromPeer'], to: 'conflict', do: ['loseGlare', 'takeMark'] },
      { if: ['isFresh'], do: ['takeMark', 'turnAway'] },
    ],
    SETUP_RESP: [
      { if: ['withdrawsOurRing', 'answersFormerOffer'], to: 'idle', do: ['takeWithdrawal', 'cancelStrayAnswer', 'withdrawOwnOffer', 'closeWithdrawn'] },
      { if: ['withdrawsOurRing'], to: 'idle', do: ['takeWithdrawal', 'withdrawOwnOffer', 'closeWithdrawn'] },
      { if: ['isOurs'], do: ['takeWithdrawal', 'cancelStrayAnswer'] },
      { do: ['takeWithdrawal'] },
    ],
    CANCEL: [
      { if: ['isFromPeer', 'isAboutLiveCall'], to: 'idle', do: ['withdrawOwnOffer', 'closeCancelled'] },
      { if: ['cancelsUnseenOffer'], do: ['reportMissed', 'takeCancelMark'] },
    ],
  },
};
