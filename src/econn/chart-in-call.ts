import type { StateChart } from './chart-form.ts';
import {
  ALREADY, NOTHING_TO_ANSWER, SETUP_WHILE_IN_CALL, RESPONSE_WHILE_IN_CALL, CANCEL_WHILE_IN_CALL, OWN_MESSAGES, UPDATE_RESPONSE_IGNORED, CHANNEL_TALK, UPDATE_IN_CALL, RENEWING,
} from './chart-rows.ts';

// From the answer on: connecting, connected, and the peer connection being replaced.

export const answered: StateChart = {
  entry: ['startChannel'],
  exit: ['stopTimers'],
  on: {
    ...OWN_MESSAGES,
    start: ALREADY,
    answer: NOTHING_TO_ANSWER,
    reject: NOTHING_TO_ANSWER,
    'set-props': [{ do: ['setProps'] }],
    end: [{ to: 'terminating', do: ['cancelCall', 'endLocally'] }],
    destroy: [{ to: 'idle', do: ['cancelCall', 'closeLocally'] }],
    restarted: [{ to: 'idle', do: ['cancelCall', 'closeRestarted'] }],
    'timer.channel': [{ to: 'idle', do: ['cancelCall', 'closeExpired'] }],
    'flow-failed': [{ to: 'idle', do: ['cancelCall', 'closeFlowFailed'] }],
    settled: [{ if: ['isAnswerSettled', 'isRefused'], to: 'idle', do: ['closeBackendFailed'] }],
    'channel-opened': [{ to: 'established', do: ['reportConnected', 'sendProps'] }],
    SETUP: SETUP_WHILE_IN_CALL,
    SETUP_RESP: RESPONSE_WHILE_IN_CALL,
    CANCEL: [
      { if: ['isFromPeer', 'isAboutLiveCall'], to: 'idle', do: ['closeCancelled'] },
      { if: ['cancelsUnseenOffer'], do: ['reportMissed', 'takeCancelMark'] },
    ],
    UPDATE: [
      { if: ['isFresh', 'isFromPeer', 'isAboutLiveCall'], to: 'updateReceived', do: ['reportConnected', 'takeMark', 'openUpdate'] },
      { if: ['isAboutLiveCall'] },
      { if: ['isCancellable'], do: ['cancelUnknownCall'] },
    ],
    UPDATE_RESP: UPDATE_RESPONSE_IGNORED,
    // The channel opened at their end first: what they say there counts already.
    HANGUP: [{ if: ['isFromPeer', 'isAboutLiveCall'], to: 'terminating', do: ['answerHangup'] }],
    PROPSYNC: [{ if: ['isFromPeer', 'isAboutLiveCall'], do: ['takePeerProps'] }],
  },
};

export const established: StateChart = {
  entry: ['startPing', 'paceProps'],
  exit: ['stopTimers'],
  on: {
    ...OWN_MESSAGES,
    ...CHANNEL_TALK,
    start: ALREADY,
    answer: NOTHING_TO_ANSWER,
    reject: NOTHING_TO_ANSWER,
    'set-props': [{ if: ['hasJustToldProps'], do: ['setProps'] }, { do: ['setProps', 'tellProps', 'paceProps'] }],
    renew: [{ to: 'updateSent', do: ['renewAsked'] }],
    end: [{ to: 'hangupSent', do: ['sendHangup', 'endLocally'] }],
    destroy: [{ to: 'idle', do: ['sendHangup', 'cancelCall', 'closeLocally'] }],
    restarted: [{ to: 'idle', do: ['cancelCall', 'closeRestarted'] }],
    heard: [{ do: ['noteLife', 'startPing'] }],
    'timer.ping': [
      { if: ['isSilent'], to: 'updateSent', do: ['loseContact', 'renewSilent'] },
      { do: ['probe', 'startPing'] },
    ],
    'timer.props': [{ do: ['tellProps', 'paceProps'] }],
    'channel-closed': [{ to: 'updateSent', do: ['loseContact', 'renewChannelClosed'] }],
    'flow-failed': [{ to: 'updateSent', do: ['loseContact', 'renewFlowFailed'] }],
    'link-lost': [{ do: ['startDisconnect'] }],
    'link-restored': [{ do: ['stopDisconnect'] }],
    'timer.disconnect': [{ to: 'updateSent', do: ['loseContact', 'renewLinkLost'] }],
    SETUP: SETUP_WHILE_IN_CALL,
    SETUP_RESP: RESPONSE_WHILE_IN_CALL,
    CANCEL: CANCEL_WHILE_IN_CALL,
    UPDATE: UPDATE_IN_CALL,
    UPDATE_RESP: UPDATE_RESPONSE_IGNORED,
  },
};

export const updateSent: StateChart = {
  entry: ['startReconnect', 'wantOffer'],
  exit: ['stopTimers'],
  on: {
    ...RENEWING,
    answer: NOTHING_TO_ANSWER,
    // The budget goes on: only the offer is made anew.
    renew: [{ do: ['renewAsked', 'stopUpdate', 'wantOffer'] }],
    offer: [{ if: ['hasNoOpenOffer'], do: ['sendUpdate', 'startUpdate'] }],
    'timer.update': [{ if: ['hasOpenOffer'], do: ['repeatUpdate', 'startUpdate'] }, { do: ['wantOffer'] }],
    'flow-failed': [
      { if: ['hasContact'], to: 'established', do: ['abandonRenewal'] },
      // The next flow may fail as fast: a device without a network would open one after the other.
      { do: ['renewFlowFailed', 'startPause'] },
    ],
    UPDATE: [
      // Theirs lost, and shows that they are there: ours is said once more, instead of waiting for its turn.
      { if: ['isFresh', 'isFromPeer', 'isAboutLiveCall', 'hasUnansweredUpdate', 'weWin'], do: ['takeMark', 'repeatOpenUpdate'] },
      { if: ['isFresh', 'isFromPeer', 'isAboutLiveCall'], to: 'updateReceived', do: ['takeMark', 'openUpdate'] },
      { if: ['isAboutLiveCall'] },
      { if: ['isCancellable'], do: ['cancelUnknownCall'] },
    ],
    UPDATE_RESP: [{ if: ['isFromPeer', 'answersOpenOffer'], do: ['takeWithdrawal', 'takeUpdateAnswer', 'stopUpdate'] }, ...UPDATE_RESPONSE_IGNORED],
  },
};

export const updateReceived: StateChart = {
  entry: ['startReconnect'],
  exit: ['stopTimers'],
  on: {
    ...RENEWING,
    answer: [{ do: ['sendUpdateAnswer'] }],
    // Without contact the peer, whose budget is running, offers again or gives up.
    'flow-failed': [{ if: ['hasContact'], to: 'established', do: ['abandonRenewal'] }],
    UPDATE: UPDATE_IN_CALL,
    UPDATE_RESP: UPDATE_RESPONSE_IGNORED,
  },
};
