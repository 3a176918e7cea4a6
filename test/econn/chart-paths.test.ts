import { transition } from 'xstate';
import { describe, expect, it } from 'vitest';
import { chartEvent, econnMachine, handle, openEconn, type Econn, type Input } from '../../src/econn/index.ts';
import { brokenStepLaw } from '../../tools/explore/step-laws.ts';
import { a1, LIFE } from './cast.ts';
import { pathsThroughChart, rowsOfChart, rowTaken, type Path } from './chart-paths.ts';
import { stateNames } from './states.ts';
import { Subject } from './subject.ts';

/** Rows that no host, peer or person can reach, each with the reason. There are none. */
const OUT_OF_REACH: Readonly<Record<string, string>> = {};

const PATHS = pathsThroughChart(3000);
const byState = stateNames.map((state) => [state, PATHS.filter(({ row }) => row.startsWith(`${state} `))] as const);

describe('the shortest way through each row of the chart, from a new ECONN', () => {
  it('A05 there is one for every row', () => {
    expect(new Set([...PATHS.map(({ row }) => row), ...Object.keys(OUT_OF_REACH)])).toEqual(new Set(rowsOfChart()));
    expect(Math.max(...PATHS.map(({ inputs }) => inputs.length))).toBeLessThanOrEqual(6);
  });

  it.each(byState.map(([state, paths]) => [state, paths.length, paths] as const))('A05 %s: %i ways end alike in the compiled runner and in xstate', (_state, _count, paths) => {
    for (const { row, inputs } of paths) {
      const before = inputs.slice(0, -1).reduce((econn, input) => handle(econn, input)[0], opening());
      expect(rowTaken(before, inputs.at(-1)!)).toBe(row);
      const byRunner = inputs.reduce((econn, input) => handle(econn, input)[0], opening());
      const byMachine = inputs.reduce(throughXstate, opening());
      expect(byMachine, row).toEqual(byRunner);
    }
  });

  it('P6 P7 P10 P18 hold at each step of each way', () => {
    const broken = PATHS.flatMap(({ row, inputs }) => {
      const subject = new Subject(opening());
      return inputs.flatMap((input) => {
        const before = subject.econn;
        const outputs = take(subject, input);
        const law = brokenStepLaw(before, input, subject.econn, outputs, subject.timers.size);
        // Peers that answer what was never offered, and a device that is busy, are no breach of what is promised to honest ones.
        return law === undefined || law.startsWith('P11') || law.startsWith('P12') ? [] : [`${row}: ${law}`];
      });
    });
    expect(broken).toEqual([]);
  });

  it('P17 there is a way out of each by deadlines alone', () => {
    expect(PATHS.filter((path) => !comesToRest(path)).map(({ row }) => row)).toEqual([]);
  });
});

function opening(): Econn {
  return openEconn({ self: a1, peerUser: 'bob', incarnation: LIFE });
}

function take(subject: Subject, input: Input): ReturnType<Subject['feed']> {
  return input.type === 'timer-fired' ? subject.expire(input.timer) : subject.feed(input);
}

/** The next deadline comes, and the next, until there is no call. */
function comesToRest({ inputs }: Path): boolean {
  const subject = new Subject(opening());
  for (const input of inputs) take(subject, input);
  for (let left = 60; left > 0 && subject.state !== 'idle'; left--) {
    // What repeats gives way, in the end, to the longer one beside it.
    const due = [...subject.timers].toSorted(([, a], [, b]) => (left < 40 ? b - a : a - b))[0];
    if (due === undefined) return false;
    subject.expire(due[0]);
  }
  return subject.state === 'idle';
}

function throughXstate(econn: Econn, input: Input): Econn {
  const event = chartEvent(econn.memory, input);
  if (event === undefined) return econn;
  const [next] = transition(econnMachine, econnMachine.resolveState({ value: econn.state, context: { memory: econn.memory } }), event);
  return { state: next.value, memory: next.context.memory };
}
