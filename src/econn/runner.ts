import { BugError } from '../base/absurd.ts';
import { actions, type Action, type ActionName } from './actions.ts';
import { chart, type EventName, type Row, type StateName } from './chart.ts';
import type { ChartEvent } from './chart-event.ts';
import { guards, type Guard } from './guards.ts';
import type { Memory } from './memory.ts';
import type { Output } from './port.ts';

export type Moved = { readonly state: StateName; readonly memory: Memory; readonly outputs: readonly Output[] };

/**
 * Takes one event through the chart. An event that the state has no row for returns `undefined`.
 *
 * The chart is compiled once, at load, into tables of functions; xstate runs the same chart some fifty times
 * slower (machine.ts), and a property test keeps both equal.
 */
export function run(state: StateName, memory: Memory, event: ChartEvent): Moved | undefined {
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
}

type CompiledRow = { readonly guards: readonly Guard[]; readonly actions: readonly Action[]; readonly to?: StateName };
type CompiledState = { readonly [E in EventName]?: readonly CompiledRow[] };

const compiled = compile();

function compile(): { readonly [S in StateName]: CompiledState } {
  const states = Object.entries(chart.states).map(([name, { exit = [], on }]): [string, CompiledState] => [
    name,
    Object.fromEntries(Object.entries(on).map(([event, rows]) => [event, rows.map((row) => compileRow(row, exit))])),
  ]);
  return Object.fromEntries(states) as { readonly [S in StateName]: CompiledState };
}

/** Exit, row and entry in one list: what happens is known from the row alone. */
function compileRow(row: Row, exit: readonly ActionName[]): CompiledRow {
  const names = row.to === undefined ? (row.do ?? []) : [...exit, ...(row.do ?? []), ...(stateNamed(row.to).entry ?? [])];
  return {
    guards: (row.if ?? []).map((name) => guards[name]),
    actions: names.map((name) => actions[name]),
    ...(row.to === undefined ? {} : { to: row.to }),
  };
}

function stateNamed(name: StateName): (typeof chart.states)[StateName] {
  const state = chart.states[name];
  if (state === undefined) throw new BugError(`the chart has no state ${name}`);
  return state;
}
