import type { Chart, EventName, Row, StateChart, StateName } from '../../../src/econn/index.ts';

/** The chart with one thing changed. */
export type ChartMutant = {
  readonly state: StateName;
  /** The event whose rows are changed, or what is done on the way into the state or out of it. */
  readonly at: EventName | 'entry' | 'exit';
  /** What is changed, in words. */
  readonly change: string;
  readonly chart: Chart;
};

/**
 * Every chart that differs from this one by a row left out or moved up by one, by a target left out or
 * replaced by each other state, or by one guard or action left out or moved up by one.
 */
export function chartMutants(chart: Chart): readonly ChartMutant[] {
  const states = Object.keys(chart.states) as StateName[];
  return states.flatMap((state) => mutantsOf(chart.states[state], states).map(({ at, change, mutated }) => ({ state, at, change, chart: { ...chart, states: { ...chart.states, [state]: mutated } } })));
}

type StateMutant = Pick<ChartMutant, 'at' | 'change'> & { readonly mutated: StateChart };

function mutantsOf(state: StateChart, targets: readonly StateName[]): readonly StateMutant[] {
  const onTheWay = (['entry', 'exit'] as const).flatMap((at) => shortenedOrTurned(state[at] ?? []).map(({ change, list }) => ({ at, change, mutated: { ...state, [at]: list } })));
  const events = Object.entries(state.on) as [EventName, readonly Row[]][];
  return [...onTheWay, ...events.flatMap(([at, rows]) => mutatedRows(rows, targets).map(({ change, list }) => ({ at, change, mutated: { ...state, on: { ...state.on, [at]: list } } })))];
}

type Changed<T> = { readonly change: string; readonly list: readonly T[] };

function mutatedRows(rows: readonly Row[], targets: readonly StateName[]): readonly Changed<Row>[] {
  const whole = shortenedOrTurned(rows, (row, index) => `row ${String(index + 1)}${row.if === undefined ? '' : ` (${row.if.join(', ')})`}`);
  const within = rows.flatMap((row, index) => mutatedRow(row, targets).map(([change, mutated]) => ({ change: `row ${String(index + 1)}: ${change}`, list: rows.with(index, mutated) })));
  return [...whole, ...within];
}

function mutatedRow(row: Row, targets: readonly StateName[]): readonly (readonly [change: string, mutated: Row])[] {
  const { to, ...stays } = row;
  return [
    ...without(row.if ?? []).map(({ change, list }) => [`guard ${change}`, { ...row, if: list }] as const),
    ...shortenedOrTurned(row.do ?? []).map(({ change, list }) => [`action ${change}`, { ...row, do: list }] as const),
    ...(to === undefined ? [] : [['stays', stays] as const, ...targets.filter((other) => other !== to).map((other) => [`to ${other}`, { ...row, to: other }] as const)]),
  ];
}

function shortenedOrTurned<T>(list: readonly T[], name: (entry: T, index: number) => string = String): readonly Changed<T>[] {
  const turned = list.slice(1).map((entry, index) => ({ change: `${name(entry, index + 1)} moved up`, list: list.toSpliced(index, 2, entry, list[index] as T) }));
  return [...without(list, name), ...turned];
}

function without<T>(list: readonly T[], name: (entry: T, index: number) => string = String): readonly Changed<T>[] {
  return list.map((entry, index) => ({ change: `${name(entry, index)} left out`, list: list.toSpliced(index, 1) }));
}
