import type { Row, StateChart } from './chart-form.ts';

// Rows that several states share.

export const ALREADY: readonly Row[] = [{ do: ['refuseAlreadyInCall'] }];
export const NOT_IN_CALL: readonly Row[] = [{ do: ['refuseNotInCall'] }];
export const NOTHING_TO_ANSWER: readonly Row[] = [{ do: ['refuseNothingToAnswer'] }];

/** A second caller while we are taken, and the device of the call calling anew. */
export const SETUP_WHILE_IN_CALL: readonly Row[] = [
  { if: ['repeatsAnsweredOffer'], do: ['repeatAnswer'] },
  { if: ['isFresh', 'isTooOld'], do: ['takeMark', 'reportMissed'] },
  { if: ['isFresh', 'isFromPeer'], to: 'pendingIncoming', do: ['closeReplaced', 'openRecall', 'takeMark'] },
  { if: ['isFresh'], do: ['takeMark', 'turnAway'] },
];

/** Answers that came too late, came again, or are other people's business. */
export const RESPONSE_WHILE_IN_CALL: readonly Row[] = [
  { if: ['isFromPeer', 'isAboutLiveCall'], do: ['takeWithdrawal'] },
  { if: ['isOurs'], do: ['takeWithdrawal', 'cancelStrayAnswer'] },
  { do: ['takeWithdrawal'] },
];

export const CANCEL_WHILE_IN_CALL: readonly Row[] = [
  { if: ['isFromPeer', 'isAboutLiveCall'], to: 'idle', do: ['closeEndedByPeer'] },
  { if: ['cancelsUnseenOffer'], do: ['reportMissed', 'takeCancelMark'] },
];

export const OWN_MESSAGES: StateChart['on'] = {
  OWN_SETUP_RESP: [{ do: ['markAnsweredElsewhere'] }],
  OWN_REJECT: [{ do: ['markRejectedElsewhere'] }],
};

export const UPDATE_RESPONSE_IGNORED: readonly Row[] = [
  { if: ['isAboutLiveCall'], do: ['takeWithdrawal'] },
  { if: ['isOurs'], do: ['takeWithdrawal', 'cancelUnknownCall'] },
  { do: ['takeWithdrawal'] },
];

/** An UPDATE of a call that we do not know: its sender must hear that it is alone. */
export const UPDATE_WHILE_IDLE: StateChart['on'] = {
  UPDATE: [{ if: ['isCancellable'], do: ['cancelUnknownCall'] }],
  UPDATE_RESP: [{ if: ['isOurs'], do: ['takeWithdrawal', 'cancelUnknownCall'] }, { do: ['takeWithdrawal'] }],
};

/** The call that rings is known: a CANCEL for it would end it. */
export const UPDATE_WHILE_RINGING: StateChart['on'] = {
  UPDATE: [{ if: ['isAboutLiveCall'] }, { if: ['isCancellable'], do: ['cancelUnknownCall'] }],
  UPDATE_RESP: UPDATE_RESPONSE_IGNORED,
};

/** What flows over an open channel, whether or not it is being replaced. */
export const CHANNEL_TALK: StateChart['on'] = {
  HANGUP: [{ if: ['isFromPeer', 'isAboutLiveCall'], to: 'terminating', do: ['answerHangup'] }],
  PROPSYNC: [{ if: ['isFromPeer', 'isAboutLiveCall'], do: ['takePeerProps', 'takeReveal', 'answerProps'] }],
  PROPSYNC_RESP: [{ if: ['isFromPeer', 'isAboutLiveCall'], do: ['takePeerProps', 'takeReveal', 'settleProps'] }],
  PING: [{ if: ['isFromPeer', 'isAboutLiveCall'], do: ['answerPing'] }],
};

/** An UPDATE of the live call, or of one that we do not know. */
export const UPDATE_IN_CALL: readonly Row[] = [
  { if: ['isFromPeer', 'repeatsAnsweredOffer'], do: ['repeatAnswer'] },
  { if: ['isFresh', 'isFromPeer', 'isAboutLiveCall'], to: 'updateReceived', do: ['takeMark', 'openUpdate'] },
  { if: ['isAboutLiveCall'] },
  { if: ['isCancellable'], do: ['cancelUnknownCall'] },
];

/** While the peer connection is being replaced, by us or by them. */
export const RENEWING: StateChart['on'] = {
  ...OWN_MESSAGES,
  ...CHANNEL_TALK,
  start: ALREADY,
  reject: NOTHING_TO_ANSWER,
  'set-props': [{ do: ['setProps'] }],
  end: [{ to: 'hangupSent', do: ['sendHangup', 'cancelCall', 'endLocally'] }],
  destroy: [{ to: 'idle', do: ['sendHangup', 'cancelCall', 'closeLocally'] }],
  restarted: [{ to: 'idle', do: ['cancelCall', 'closeRestarted'] }],
  'timer.reconnect': [
    { if: ['hasContact'], to: 'established', do: ['abandonRenewal'] },
    { to: 'idle', do: ['cancelCall', 'closeExpired'] },
  ],
  'channel-closed': [{ do: ['loseContact'] }],
  'channel-opened': [{ to: 'established', do: ['reportRenewed', 'sendProps'] }],
  SETUP: SETUP_WHILE_IN_CALL,
  SETUP_RESP: RESPONSE_WHILE_IN_CALL,
  CANCEL: CANCEL_WHILE_IN_CALL,
};

/** After the end was decided: nothing brings the call back, and a new one may ring at once. */
export const ENDING: StateChart['on'] = {
  ...OWN_MESSAGES,
  start: ALREADY,
  answer: NOT_IN_CALL,
  reject: NOT_IN_CALL,
  'timer.hangup': [{ to: 'idle', do: ['closeEnding'] }],
  restarted: [{ to: 'idle', do: ['cancelCall', 'closeEnding'] }],
  CANCEL: [
    { if: ['isFromPeer', 'isAboutLiveCall'], to: 'idle', do: ['closeEnding'] },
    { if: ['cancelsUnseenOffer'], do: ['reportMissed', 'takeCancelMark'] },
  ],
  SETUP: [
    { if: ['isFresh', 'isTooOld'], do: ['takeMark', 'reportMissed'] },
    { if: ['isFresh'], to: 'pendingIncoming', do: ['closeEnding', 'openIncoming', 'takeMark'] },
  ],
  SETUP_RESP: RESPONSE_WHILE_IN_CALL,
  UPDATE: [{ if: ['isFromPeer', 'isAboutLiveCall'], do: ['cancelCall'] }, { if: ['isCancellable'], do: ['cancelUnknownCall'] }],
  UPDATE_RESP: UPDATE_RESPONSE_IGNORED,
};
