import { isDeepStrictEqual } from 'node:util';
import { transition } from 'xstate';
import { chartEvent, econnMachine, type Econn, type Input, type Output } from '../../src/econn/index.ts';
import { RandomScript } from './random-script.ts';
import { RowsTaken } from './rows-taken.ts';

// Runs random scripts through the compiled runner and through xstate and prints what came of it. A process of
// its own, because vitest loads xstate's development build, which is several times slower.

const [seed, scripts] = process.argv.slice(2).map(Number) as [number, number];
const rows = new RowsTaken();
let inputs = 0;
let difference: { readonly script: number; readonly inputs: readonly Input[] } | undefined;

for (let script = 0; script < scripts && difference === undefined; script++) {
  const played = play(seed + script);
  inputs += played.length;
  if (played.differ) difference = { script: seed + script, inputs: played.inputs };
}
process.stdout.write(JSON.stringify({ scripts, inputs, rows: rows.all, never: rows.never, difference, cpuSeconds: process.cpuUsage().user / 1e6 }));

function play(scriptSeed: number): { readonly length: number; readonly differ: boolean; readonly inputs: readonly Input[] } {
  const script = new RandomScript(scriptSeed);
  const subject = script.opening();
  let snapshot = econnMachine.resolveState({ value: subject.econn.state, context: { memory: subject.econn.memory } });
  const length = script.length();
  const told: Input[] = [];
  for (let step = 0; step < length; step++) {
    const before: Econn = subject.econn;
    const input = step % 9 === 8 ? script.lateTick() : script.input(before, [...subject.timers.keys()]);
    told.push(input);
    const event = chartEvent(before.memory, input);
    const outputs = subject.feed(input);
    if (event === undefined) {
      if (subject.econn !== before || outputs.length > 0) return { length, differ: true, inputs: told };
      continue;
    }
    rows.note(before, event);
    const [next, actions] = transition(econnMachine, snapshot, event);
    snapshot = next;
    const { memory } = next.context;
    const same = next.value === subject.econn.state && isDeepStrictEqual(memory, subject.econn.memory) && isDeepStrictEqual(actions.map(({ params }) => params as Output), outputs);
    if (!same) return { length, differ: true, inputs: told };
    // Both are equal: from here on they share the memory, and an ignored input is told by identity.
    if (subject.econn.memory !== memory) subject.econn = { state: subject.econn.state, memory };
  }
  return { length, differ: false, inputs: told };
}
