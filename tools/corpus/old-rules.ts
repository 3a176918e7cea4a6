import { sameDevice } from '../../src/base/device.ts';
import { ms } from '../../src/base/units.ts';
import { actions, type Action } from '../../src/econn/actions.ts';
import { chart, type Chart, type Row, type StateChart, type StateName } from '../../src/econn/chart.ts';
import { handleBy } from '../../src/econn/econn.ts';
import { guards, message } from '../../src/econn/guards.ts';
import type { Econn, Input, Output } from '../../src/econn/index.ts';
import { compile, type Actions, type Guards } from '../../src/econn/runner.ts';

/** How a device's host deals with time and mail, where that is what goes wrong. */
export type HostRules = {
  /** `first`: what is overdue comes before anything else. `when called back`: when the platform gets round to it. */
  readonly deadlines: 'first' | 'when called back';
  /** What becomes of a timer that is started while it runs. */
  readonly restartedTimer: 'replaced' | 'runs beside the new one';
  /** `numbered`: each sender's messages in order, and none after a hole. */
  readonly mail: 'as it comes' | 'numbered';
  /** Which stored messages a process reads that was woken by a push. */
  readonly push: 'all' | 'all but CANCEL';
};

/** A rule that some other engine plays by: the chart, guards, actions or host as they are there. */
export type OldRule = { readonly says: string } & Partial<HostRules> & { readonly chart?: Chart; readonly guards?: Partial<Guards>; readonly actions?: Partial<Actions> };

export const OUR_HOST: HostRules = { deadlines: 'first', restartedTimer: 'replaced', mail: 'as it comes', push: 'all' };

const same: Action = (memory) => memory;

export const OLD_RULES = {
  'any answer binds': { says: 'an answer binds whatever attempt is open', guards: { answersOpenOffer: ({ call }) => call?.sent !== undefined } },
  'a CANCEL for nothing is forgotten': { says: 'a CANCEL whose SETUP was not seen leaves no mark', guards: { cancelsUnseenOffer: () => false }, actions: { takeCancelMark: same } },
  'no CANCEL in a glare': { says: 'the loser of a glare hears no CANCEL, and a stray answer gets none', chart: withRows('conflict', { CANCEL: [] }), actions: { cancelStrayAnswer: same } },
  'no CANCEL while calling': { says: 'a caller hears no CANCEL', chart: withRows('pendingOutgoing', { CANCEL: [] }) },
  'every SETUP resets': { says: 'a SETUP of the peer resets a live call, whether or not it is new', chart: everySetupResets(), guards: { withdrawsOurRing: () => false }, actions: { takeWithdrawal: same, cancelStrayAnswer: same } },
  'nothing is remembered': { says: 'what is over is forgotten, and an answer that nobody waits for stays unanswered', guards: { isFresh: () => true, cancelsUnseenOffer: () => false, withdrawsOurRing: () => false }, actions: { takeWithdrawal: same, takeCancelMark: same, takeMark: same, cancelStrayAnswer: same, repeatSetup: same, ignoreOffer: same } },
  'HANGUP on the channel only': { says: 'a hang-up is said on the channel once, heard or not, and silence is left to ICE', chart: withRows('established', { 'timer.ping': [] }, withRows('hangupSent', { 'timer.hangupAck': [], 'channel-closed': [] })) },
  'HANGUP before the channel is open': { says: 'who ends an answered call says so on a channel that is not open', chart: withRows('answered', { end: [{ to: 'terminating', do: ['sendHangup', 'endLocally'] }] }) },
  'silent end of a renewal': { says: 'who ends a call that the peer is renewing says nothing', chart: withRows('updateReceived', { end: [{ to: 'idle', do: ['closeLocally'] }] }) },
  'HANGUP from anybody': { says: 'a HANGUP is not compared with the device of the call', guards: { isFromPeer: ({ call }) => call?.peer !== undefined } },
  'no deadline for the channel': { says: 'an answered call waits for its channel for ever', actions: { startChannel: same } },
  'the caller is not told': { says: 'a refusal goes to one’s own devices only', actions: { sendReject: rejectQuietly } },
  'pushed CANCELs are not read': { says: 'a process woken by a push reads every stored message but CANCEL', push: 'all but CANCEL' },
  'elsewhere is here': { says: '“taken on another device” is told by comparing a device with itself', guards: { answersOurRing: (memory, event) => sameDevice(message(event).from, memory.self) } },
  'unknown calls are not cancelled': { says: 'an UPDATE of a call that is not known is ignored', actions: { cancelUnknownCall: same } },
  'one slot for what was cancelled': { says: 'the buffer for a hang-up that overtakes its offer has room for one call', guards: { isFresh: isNotInTheSlot }, actions: { takeCancelMark: fillTheSlot } },
  'no deadline for a fresh ring': { says: 'the ring’s deadline is not set when the offer’s age is nought', actions: { startRing: ringWithoutDeadline } },
  'age is not looked at': { says: 'a ring lasts a minute from its arrival, however old the offer is', guards: { isTooOld: () => false }, actions: { startRing: ringForAMinute } },
  'timers leak': { says: 'a timer that is started again runs twice, and only the newer one can be stopped; it ends the call', restartedTimer: 'runs beside the new one', chart: disconnectEndsCall() },
  'nothing after a hole': { says: 'messages are numbered, and one that was lost stops all that follow', mail: 'numbered' },
  'no deadline for an attempt': { says: 'an attempt rings until somebody ends it', actions: { startSetup: same, startRing: same } },
  'both win': { says: 'no rule says whose offer is kept: each side waits for its own', guards: { weWin: () => true }, actions: { ignoreOffer: same } },
  'both are busy': { says: 'who is calling is busy, also for the one that it calls', chart: withRows('pendingOutgoing', { SETUP: [{ if: ['isFresh'], do: ['takeMark', 'turnAway'] }] }) },
  'silence is logged': { says: 'a lost link is written into a log', chart: withRows('established', { 'link-lost': [], 'timer.ping': [], 'channel-closed': [] }) },
  'a closed tab says nothing': { says: 'a page that goes away takes its calls with it', chart: withRows('established', { destroy: [{ to: 'idle', do: ['closeLocally'] }] }) },
  'own refusals are not heard': { says: 'a refusal counts when it is not from a device of one’s own', guards: { rejectsOurRing: () => false } },
  'no microphone, no call': { says: 'a device that cannot take a call declines it for all', chart: withRows('pendingIncoming', { 'flow-failed': [{ to: 'idle', do: ['sendReject', 'closeRejectedLocally'] }] }) },
  'taken elsewhere is missed': { says: 'a ring that stops was missed, whoever stopped it', actions: { closeAnsweredElsewhere: (memory, event, out) => actions.closeRingCancelled(memory, asCancel(event), out) } },
  'answers of one’s own are not remembered': { says: 'that another device took the call is heard only while this one rings', actions: { markAnsweredElsewhere: same } },
  'late timers': { says: 'a deadline comes when the platform fires its timer, after what arrived before', deadlines: 'when called back' },
} as const satisfies Readonly<Record<string, OldRule>>;

export type OldRuleName = keyof typeof OLD_RULES;

/** ECONN by that rule. */
export function handleLike({ chart: charted = chart, guards: asked, actions: done }: OldRule): (econn: Econn, input: Input) => readonly [Econn, readonly Output[]] {
  const run = compile(charted, { ...guards, ...asked }, { ...actions, ...done });
  return (econn, input) => handleBy(run, econn, input);
}

/** The chart with some rows of one state replaced. */
function withRows(state: StateName, rows: { readonly [E in keyof StateChart['on']]: readonly Row[] }, base: Chart = chart): Chart {
  const { on, ...rest } = base.states[state];
  return { ...base, states: { ...base.states, [state]: { ...rest, on: { ...on, ...rows } } } };
}

function everySetupResets(): Chart {
  const reset = { SETUP: [{ if: ['isFromPeer'], to: 'pendingIncoming', do: ['closeReplaced', 'takeMark', 'openIncoming'] }] } as const satisfies StateChart['on'];
  const { answered, established } = chart.states;
  return { ...chart, states: { ...chart.states, answered: { ...answered, on: { ...answered.on, ...reset } }, established: { ...established, on: { ...established.on, ...reset } } } };
}

/** A link that is lost starts a timer each time; when one fires, the call is over. */
function disconnectEndsCall(): Chart {
  return withRows('established', { 'link-lost': [{ do: ['startDisconnect'] }], 'timer.disconnect': [{ to: 'idle', do: ['closeExpired'] }] });
}

function rejectQuietly(...[memory, event, out]: Parameters<Action>): ReturnType<Action> {
  return actions.sendReject(memory, event.type === 'reject' ? { ...event, tellCaller: 'never' } : event, out);
}

/** The slot is the only mark that is kept. */
function fillTheSlot(...[memory, event]: Parameters<Action>): ReturnType<Action> {
  const { from, call } = message(event);
  return { ...memory, ledger: { ...memory.ledger, marks: [{ device: from, incarnation: call.incarnation, counter: call.counter }] } };
}

function isNotInTheSlot(...[memory, event]: Parameters<Guards['isFresh']>): boolean {
  const { from, offer } = message(event);
  return !memory.ledger.marks.some((slot) => sameDevice(slot.device, from) && slot.counter === offer.counter && slot.incarnation === offer.incarnation);
}

function ringWithoutDeadline(...[memory, event, out]: Parameters<Action>): ReturnType<Action> {
  return message(event).age === 0 ? memory : actions.startRing(memory, event, out);
}

function ringForAMinute(...[memory, event, out]: Parameters<Action>): ReturnType<Action> {
  return actions.startRing(memory, { ...message(event), age: ms(0) }, out);
}

/** As if the caller had withdrawn the call. */
function asCancel(event: Parameters<Action>[1]): Parameters<Action>[1] {
  const { from, call, offer, age, message: sent } = message(event);
  return { type: 'CANCEL', from, call, offer, age, message: { type: 'CANCEL', resp: false, sessid: sent.sessid, call, cause: 'ended' } };
}

