import type { Chart } from './chart-form.ts';
import { declining, hangupSent, terminating } from './chart-ending.ts';
import { answered, established, updateReceived, updateSent } from './chart-in-call.ts';
import { conflict, idle, pendingIncoming, pendingOutgoing } from './chart-ringing.ts';

/**
 * The one definition of ECONN, as plain data: for each state, what each event does in it. The first row whose
 * guards all hold is taken; without one the event is ignored. A row with a target leaves the state (exit),
 * acts, and enters the target (entry); a row without one only acts.
 *
 * Each state but `idle` owns the timers that its entry and rows start; its exit stops them all. What a state
 * does not list, it ignores on purpose: `test/econn/truth-table.md` says so case by case.
 *
 * @see docs/protocol.md for the seven wire rules behind the rows.
 */
export const chart: Chart = {
  initial: 'idle',
  states: { idle, pendingOutgoing, pendingIncoming, conflict, answered, established, updateSent, updateReceived, hangupSent, terminating, declining },
};

export type { Chart, EventName, Row, StateChart, StateName } from './chart-form.ts';
