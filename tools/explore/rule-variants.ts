import { sameDevice } from '../../src/base/device.ts';
import { actions, type Action } from '../../src/econn/actions.ts';
import { chart } from '../../src/econn/chart.ts';
import { sameOffer } from '../../src/econn/offer-id.ts';
import { handleBy } from '../../src/econn/econn.ts';
import { guards, message } from '../../src/econn/guards.ts';
import type { Econn, Input, Output } from '../../src/econn/index.ts';
import type { Memory } from '../../src/econn/memory.ts';
import { compile, type Actions, type Guards } from '../../src/econn/runner.ts';

/** One way to take a wire rule out. The number is that of the rule in docs/why-it-cannot-get-stuck.md. */
export type RuleVariant =
  | 'no 1: ids are not compared'
  | 'no 2: no marks'
  | 'no 2: answers withdraw nothing'
  | 'no 3: stray answers stay unanswered'
  | 'no 4: anybody may end a call'
  | 'no 4: an ended attempt is not withdrawn elsewhere'
  | 'no 5: BUSY ends the attempt'
  | 'no 5: REJECT is not told to the others'
  | 'no 6: the winner does not repeat its offer'
  | 'no 6: ignored offers are not told BUSY'
  | 'no 7: one incarnation for ever'
  | 'no 7: silent restart'
  | 'like AVS'
  // Beside peers without offer ids.
  | 'legacy: a declined caller is given no answer'
  | 'legacy: the CANCEL of an answer that is not there yet ends nothing'
  // Rules of ours as they were when the explorer found them wanting.
  | 'as found: a life without offers withdraws nothing'
  | 'as found: a stray answer that ends a glare gets no CANCEL'
  | 'as found: an offer said again to one device has no other legs';

type Parts = { readonly guards: Guards; readonly actions: Actions };

const same: Action = (memory) => memory;

const VARIANTS: { readonly [V in RuleVariant]: () => Parts } = {
  'no 1: ids are not compared': () => ({ guards: { ...guards, ...withoutIds }, actions }),
  'no 2: no marks': () => ({ guards: { ...guards, ...withoutMarks }, actions }),
  'no 2: answers withdraw nothing': () => ({ guards: { ...guards, withdrawsOurRing: () => false }, actions: { ...actions, takeWithdrawal: same } }),
  'no 3: stray answers stay unanswered': () => ({ guards, actions: { ...actions, cancelStrayAnswer: same } }),
  'no 4: anybody may end a call': () => ({ guards: { ...guards, isFromPeer: ({ call }: Memory) => call?.peer !== undefined }, actions }),
  'no 4: an ended attempt is not withdrawn elsewhere': () => ({ guards, actions: { ...actions, cancelAttemptElsewhere: same } }),
  'no 5: BUSY ends the attempt': () => ({ guards: { ...guards, leavesLegs: () => false }, actions }),
  'no 5: REJECT is not told to the others': () => ({ guards: { ...guards, rejectsOurRing: () => false }, actions: { ...actions, cancelAttemptElsewhere: same } }),
  'no 6: the winner does not repeat its offer': () => ({ guards, actions: { ...actions, repeatSetup: same } }),
  'no 6: ignored offers are not told BUSY': () => ({ guards, actions: { ...actions, tellBusy: same } }),
  'no 7: one incarnation for ever': () => ({ guards, actions }),
  'no 7: silent restart': () => ({ guards, actions: { ...actions, cancelAttempt: silentOnRestart('cancelAttempt'), cancelCall: silentOnRestart('cancelCall'), sendReject: silentOnRestart('sendReject'), tellBusy: silentOnRestart('tellBusy') } }),
  'like AVS': () => ({ guards: { ...guards, ...withoutIds, ...withoutMarks, withdrawsOurRing: () => false }, actions: { ...actions, takeWithdrawal: same, cancelStrayAnswer: same, repeatSetup: same, ignoreOffer: same } }),
  'legacy: a declined caller is given no answer': () => ({ guards: { ...guards, isToldByAnswer: () => false }, actions }),
  'legacy: the CANCEL of an answer that is not there yet ends nothing': () => ({ guards: { ...guards, endsUnseenAnswer: () => false }, actions }),
  'as found: a life without offers withdraws nothing': () => ({ guards, actions: { ...actions, takeWithdrawal: withdrawalOfAnOffer } }),
  'as found: a stray answer that ends a glare gets no CANCEL': () => ({ guards: { ...guards, answersFormerOffer: () => false }, actions }),
  'as found: an offer said again to one device has no other legs': () => ({ guards: { ...guards, isSetupSettled: anySetupSettled }, actions }),
};

const anySetupSettled: Guards['isSetupSettled'] = (memory, event) => event.type === 'settled' && event.message === 'SETUP' && !event.resp && memory.call !== undefined && sameOffer(memory.call.id, event.call);

/** Whatever speaks of a call is about ours; whatever answers, answers us. */
const withoutIds = {
  isAboutLiveCall: (memory) => memory.call !== undefined,
  answersOpenOffer: (memory) => memory.call?.sent !== undefined,
} satisfies Partial<Guards>;

/** Every offer is new, but for the one that is being dealt with. */
const withoutMarks = {
  isFresh: (memory, event) => {
    const { offer } = message(event);
    return memory.call?.peer === undefined || !sameDevice(memory.call.peer, message(event).from) || memory.call.offer.counter !== offer.counter;
  },
  cancelsUnseenOffer: () => false,
} satisfies Partial<Guards>;

const withdrawalOfAnOffer: Action = (memory, event) => {
  const sent = message(event).message;
  return 'withdrawn' in sent && sent.withdrawn?.counter === 0 ? memory : actions.takeWithdrawal(memory, event);
};

function silentOnRestart(name: 'cancelAttempt' | 'cancelCall' | 'sendReject' | 'tellBusy'): Action {
  const said: Action = actions[name];
  return (memory, event, out) => (event.type === 'restarted' ? memory : said(memory, event, out));
}

/** ECONN with one rule taken out: the same chart, run with other guards or actions. */
export function handleUnder(variant: RuleVariant): (econn: Econn, input: Input) => readonly [Econn, readonly Output[]] {
  const parts = VARIANTS[variant]();
  const run = compile(chart, parts.guards, parts.actions);
  return (econn, input) => handleBy(run, econn, input);
}

export const RULE_VARIANTS = Object.keys(VARIANTS) as readonly RuleVariant[];
