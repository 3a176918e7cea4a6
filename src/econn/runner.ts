import { BugError } from '../base/absurd.ts';
import type { Action } from './action.ts';
import { actions, type ActionName } from './actions.ts';
import { chart, type Chart, type EventName, type Row, type StateChart, type StateName } from './chart.ts';
import type { ChartEvent } from './chart-event.ts';
import { guards, type Guard, type GuardName } from './guards.ts';
import type { Memory } from './memory.ts';
import type { Output } from './port.ts';

export type Moved = { readonly state: StateName; readonly memory: Memory; readonly outputs: readonly Output[] };

/**
 * Takes one event through the chart. An event that the state has no row for returns `undefined`.
 *
 * The chart is compiled once, at load, into tables of functions; xstate runs the same chart some fifty times
 * slower (machine.ts), and a property test keeps both equal.
 */
export type Run = (state: StateName, memory: Memory, event: ChartEvent) => Moved | undefined;

/** The questions and the deeds that a chart names. */
export type Guards = { readonly [N in GuardName]: Guard };
export type Actions = { readonly [N in ActionName]: Action };

/** Another chart, or other guards or actions, give another protocol: the explorer checks that each rule is needed. */
export function compile(chart: Chart, guards: Guards, actions: Actions): Run {
  const compiled = compileStates(chart, guards, actions);
  return (state, memory, event) => {
    const rows = compiled[state][event.type];
    if (rows === undefined) return undefined;
    for (const row of rows) {
      if (!row.guards.every((guard) => guard(memory, event))) continue;
      const outputs: Output[] = [];
      let next = memory;
      for (const action of row.actions) next = action(next, event, outputs);
      return { state: row.to ?? state, memory: next, outputs };
    }
    return undefined;
  };
}

export const run: Run = compile(chart, guards, actions);

type CompiledRow = { readonly guards: readonly Guard[]; readonly actions: readonly Action[]; readonly to?: StateName };
type CompiledState = { readonly [E in EventName]?: readonly CompiledRow[] };

function compileStates(chart: Chart, guards: Guards, actions: Actions): { readonly [S in StateName]: CompiledState } {
  const states = Object.entries(chart.states).map(([name, { exit = [], on }]): [string, CompiledState] => [
    name,
    Object.fromEntries(Object.entries(on).map(([event, rows]) => [event, rows.map((row) => compileRow(row, exit))])),
  ]);
  return Object.fromEntries(states) as { readonly [S in StateName]: CompiledState };

  /** Exit, row and entry in one list: what happens is known from the row alone. */
  function compileRow(row: Row, exit: readonly ActionName[]): CompiledRow {
    const names = row.to === undefined ? (row.do ?? []) : [...exit, ...(row.do ?? []), ...(stateNamed(chart, row.to).entry ?? [])];
    return {
      guards: (row.if ?? []).map((name) => guards[name]),
      actions: names.map((name) => actions[name]),
      ...(row.to === undefined ? {} : { to: row.to }),
    };
  }
}

function stateNamed(chart: Chart, name: StateName): StateChart {
  const state = chart.states[name];
  if (state === undefined) throw new BugError(`the chart has no state ${name}`);
  return state;
}
