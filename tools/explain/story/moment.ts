import type { InstantMs } from '../../../src/base/units.ts';
import type { CallTimer, EcallInput, EcallOutput } from '../../../src/ecall/port.ts';
import type { Ecall } from '../../../src/ecall/ecall-state.ts';
import type { Econn, Input, Message, Output, StateName } from '../../../src/econn/index.ts';
import type { Lane } from './lanes.ts';

/** What made something happen: what the filters of the page go by. */
export const KINDS = ['person', 'message', 'media', 'deadline', 'receipt', 'process', 'life'] as const;
/** `receipt`: what became of a message at the backend. `life`: signs of life, props acknowledged, steps that change nothing. */
export type Kind = (typeof KINDS)[number];

/** One step of one device, or something that befell it: a row of the diagram. */
export type Moment = {
  /** Its place in the order of everything. */
  readonly index: number;
  readonly at: InstantMs;
  readonly lane: Lane | undefined;
  readonly kind: Kind | 'note';
  /** The rest of a sentence that begins with the lane's name. */
  readonly words: string;
  readonly step: MomentStep | undefined;
  /** Of its lane, after it. */
  readonly state: StateName;
  readonly changes: boolean;
  readonly timers: readonly RunningTimer[];
  /** Why a person should look here. */
  readonly problem: string | undefined;
};

export type MomentStep = {
  readonly part: number;
  readonly entry: number;
  readonly input: EcallInput | Input;
  readonly before: Ecall | Econn;
  readonly after: Ecall | Econn;
  readonly outputs: readonly (EcallOutput | Output)[];
  /** What the trace says that it put out, where that is something else. */
  readonly recorded: readonly unknown[] | undefined;
};

export type RunningTimer = { readonly name: CallTimer; readonly started: InstantMs; readonly span: number };

/** The message that a step is about, when it heard one. */
export function heardIn(input: EcallInput | Input): Message | undefined {
  if (input.type === 'receive') return input.message;
  return input.type === 'flow' && input.signal.type === 'channel-message' ? input.signal.message : undefined;
}

/** The timers that run after a step. */
export function timersAfter(running: readonly RunningTimer[], at: InstantMs, input: EcallInput | Input, outputs: readonly (EcallOutput | Output)[]): readonly RunningTimer[] {
  let left = input.type === 'timer-fired' ? running.filter(({ name }) => name !== input.timer) : running;
  for (const output of outputs) {
    if (output.type === 'start-timer') left = [...left.filter(({ name }) => name !== output.timer), { name: output.timer, started: at, span: output.in }];
    else if (output.type === 'stop-timer') left = left.filter(({ name }) => name !== output.timer);
    else if (output.type === 'stop-timers') left = left.filter(({ name }) => name === 'no-media');
  }
  return left;
}
