import { isDeepStrictEqual } from 'node:util';
import { chartEvent, type ChartEvent, type Memory, type StateName } from '../../../src/econn/index.ts';
import { run, type Moved, type Run } from '../../../src/econn/runner.ts';
import { RandomScript } from '../../econn/random-script.ts';

/** What an ECONN was fed at random, in which state and with what memory. */
type RandomStep = { readonly state: StateName; readonly memory: Memory; readonly event: ChartEvent; readonly moved: Moved };

/** Steps of so many random scripts, by `state event`, and by `state entry` and `state exit`. */
export class RandomSteps {
  readonly #steps = new Map<string, RandomStep[]>();

  constructor(seed: number, scripts: number) {
    for (let script = 0; script < scripts; script++) this.#play(new RandomScript(seed + script));
  }

  /** Whether any step at this place is taken otherwise by the other chart. */
  tellsApart(at: string, other: Run): boolean {
    return (this.#steps.get(at) ?? []).some(({ state, memory, event, moved }) => !isDeepStrictEqual(other(state, memory, event) ?? nothing(state, memory), moved));
  }

  #play(script: RandomScript): void {
    const subject = script.opening();
    const length = script.length();
    for (let step = 0; step < length; step++) {
      const { state, memory } = subject.econn;
      const input = step % 9 === 8 ? script.lateTick() : script.input(subject.econn, [...subject.timers.keys()]);
      const event = chartEvent(memory, input);
      if (event !== undefined) this.#note({ state, memory, event, moved: run(state, memory, event) ?? nothing(state, memory) });
      subject.feed(input);
    }
  }

  #note(step: RandomStep): void {
    const { state, event, moved } = step;
    for (const at of [`${state} ${event.type}`, `${state} exit`, `${moved.state} entry`]) {
      const steps = this.#steps.get(at);
      if (steps === undefined) this.#steps.set(at, [step]);
      else steps.push(step);
    }
  }
}

function nothing(state: StateName, memory: Memory): Moved {
  return { state, memory, outputs: [] };
}
