import { b1, b2, a1, offer } from './cast.ts';
import { cancel, from, hangup, setup, setupAnswer, update, withoutIds } from './letters.ts';
import type { Input, OfferId, StateName } from '../../src/econn/index.ts';
import { answer, end, newOffer, opened, renew, start, Subject } from './subject.ts';

/**
 * One ECONN of Alice's first device in each state, brought there by inputs. Before, she made one call (her
 * offer 1) that she withdrew, and Bob's devices each called and cancelled (their offers 3). In `declining` his
 * device writes no offer ids.
 */
export const inState: { readonly [S in StateName]: () => Subject } = {
  idle: () => before(),
  pendingOutgoing: () => outgoing(),
  pendingIncoming: () => incoming(),
  conflict: () => fed(outgoing(), from(b1, setup(theirs))),
  answered: () => fed(incoming(), answer),
  established: () => established(),
  updateSent: () => fed(established(), renew, newOffer),
  updateReceived: () => fed(incoming(), answer, opened, from(b1, update(theirs, offer(b1, 6)))),
  hangupSent: () => fed(established(), end),
  terminating: () => fed(incoming(), answer, opened, from(b1, hangup(theirs))),
  declining: () => fed(before(), from(b1, withoutIds(setup(theirs))), { type: 'reject', tellCaller: 'always' }),
};

export const stateNames = Object.keys(inState) as readonly StateName[];

/** The live call's name in each of them. In `idle`, a call of Bob's that has not reached Alice. */
export const ours = offer(a1, 2);
export const theirs = offer(b1, 5);
export const liveCall: { readonly [S in StateName]: OfferId } = {
  idle: theirs, pendingOutgoing: ours, pendingIncoming: theirs, conflict: theirs, answered: theirs,
  established: ours, updateSent: ours, updateReceived: theirs, hangupSent: ours, terminating: theirs,
  declining: { ...b1, incarnation: '~s', counter: 0 },
};

function before(): Subject {
  return fed(Subject.alice(), start, end, from(b1, cancel(offer(b1, 3))), from(b2, cancel(offer(b2, 3))));
}

function outgoing(): Subject {
  return fed(before(), start, { type: 'settled', message: 'SETUP', resp: false, call: ours, outcome: 'taken', devices: [b1, b2] });
}

function incoming(): Subject {
  return fed(before(), from(b1, setup(theirs)));
}

function established(): Subject {
  return fed(outgoing(), from(b1, setupAnswer(ours)), opened);
}

function fed(subject: Subject, ...inputs: readonly Input[]): Subject {
  subject.feed(...inputs);
  return subject;
}
