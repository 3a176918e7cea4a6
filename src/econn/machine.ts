import { setup } from 'xstate';
import { actions, type ActionName } from './actions.ts';
import { chart, type EventName, type Row, type StateName } from './chart.ts';
import type { ChartEvent } from './chart-event.ts';
import { guards } from './guards.ts';
import { openMemory, type Identity, type Memory } from './memory.ts';
import type { Output } from './port.ts';

const econn = setup({
  types: {
    context: {} as { readonly memory: Memory },
    events: {} as ChartEvent,
    input: {} as Identity | undefined,
  },
  actions: {
    output: (_: unknown, _params: Output) => undefined,
  },
});

/**
 * The chart as an xstate machine: for diagrams, inspection, generated paths, and apps that live in xstate.
 * Its events are chart events (`chartEvent` makes them from inputs); each output is an action `output` with
 * the output as params, to be implemented with `machine.provide`.
 *
 * The engine itself runs `handle`, which is compiled from the same chart.
 */
export const econnMachine = econn.createMachine({
  id: 'econn',
  // Called without input by every pure transition: must be total.
  context: ({ input }) => ({ memory: openMemory(input ?? NOBODY) }),
  initial: chart.initial,
  states: mapStates(),
});

const NOBODY: Identity = { self: { user: '', device: '' }, peerUser: '', incarnation: '0' };

function mapStates() {
  const states = Object.entries(chart.states).map(([name, { entry = [], exit = [], on }]) => [
    name,
    { entry: act(entry), exit: act(exit), on: Object.fromEntries(Object.entries(on).map(([event, rows]) => [event, rows.map(mapRow)])) },
  ]);
  return Object.fromEntries(states) as { readonly [S in StateName]: { entry: Act; exit: Act; on: { [E in EventName]?: MappedRow[] } } };
}

type Act = ReturnType<typeof act>;
type MappedRow = ReturnType<typeof mapRow>;
type Context = { readonly context: { readonly memory: Memory }; readonly event: ChartEvent };

function mapRow(row: Row) {
  return {
    guard: ({ context, event }: Context) => (row.if ?? []).every((name) => guards[name](context.memory, event)),
    // A row that targets its own state leaves and enters it.
    ...(row.to === undefined ? {} : { target: row.to, reenter: true }),
    actions: act(row.do ?? []),
  };
}

function act(names: readonly ActionName[]) {
  return econn.enqueueActions(({ context, event, enqueue }) => {
    const outputs: Output[] = [];
    let { memory } = context;
    for (const name of names) memory = actions[name](memory, event, outputs);
    if (memory !== context.memory) enqueue.assign({ memory });
    for (const output of outputs) enqueue({ type: 'output', params: output });
  });
}
