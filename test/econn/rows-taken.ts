import { chart, type ChartEvent, type Econn } from '../../src/econn/index.ts';
import { guards } from '../../src/econn/guards.ts';

/** Every row of the chart by name, and which of them were taken. */
export class RowsTaken {
  readonly #counts = new Map<string, number>();

  constructor() {
    for (const [state, { on }] of Object.entries(chart.states)) {
      for (const [event, rows] of Object.entries(on)) {
        for (const index of rows.keys()) this.#counts.set(`${state} ${event} ${index}`, 0);
      }
    }
  }

  /** The row that the event takes, found by the chart's own words. */
  note({ state, memory }: Econn, event: ChartEvent): void {
    const index = chart.states[state].on[event.type]?.findIndex((row) => (row.if ?? []).every((guard) => guards[guard](memory, event))) ?? -1;
    if (index < 0) return;
    const name = `${state} ${event.type} ${index}`;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  get all(): number {
    return this.#counts.size;
  }

  get never(): readonly string[] {
    return [...this.#counts].filter(([, count]) => count === 0).map(([name]) => name);
  }
}
