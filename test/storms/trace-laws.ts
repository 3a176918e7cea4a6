import { handle } from '../../src/ecall/ecall.ts';
import { replay, type Trace } from '../../src/ecall/index.ts';
import type { Ecall } from '../../src/ecall/ecall-state.ts';
import type { EcallInput, EcallOutput } from '../../src/ecall/port.ts';
import { sameOffer } from '../../src/econn/index.ts';
import type { Lived } from './household.ts';

/** What is wrong with how a call came to where it is, step by step: P5, P6, P8, P9, P13, P14, P18, O06. */
export function faultsOfTrace({ call, renewed }: Pick<Lived, 'call' | 'renewed'>): readonly string[] {
  const trace = call.trace();
  const faults = stepsOf(trace).flatMap(faultsOfStep);
  const sent = trace.entries.reduce((sum, { outputs }) => sum + outputs.filter(({ type }) => type === 'send').length, 0);
  if (sent > MOST_MESSAGES && !renewed) faults.push(`P18 ${sent} messages`);
  if (JSON.stringify(replay(trace)) !== JSON.stringify(trace)) faults.push('O06 the trace does not replay');
  return [...faults, ...faultsOfRing(trace)];
}

/** P4: no two devices of one user are ever connected in the same call. */
export function faultsOfUsers(lived: readonly Lived[]): readonly string[] {
  const talked = lived.flatMap(({ call, owner }) => stepsOf(call.trace()).flatMap(({ after, outputs }) => (isConnecting(outputs) && after.econn.memory.call !== undefined ? [{ id: after.econn.memory.call.id, self: owner.self }] : [])));
  return talked.flatMap(({ id, self }, at) =>
    talked.slice(at + 1).flatMap((other) => (other.self.user === self.user && other.self.device !== self.device && sameOffer(other.id, id) ? [`P4 ${self.device} and ${other.self.device} were both in one call`] : [])));
}

type Step = { readonly before: Ecall; readonly after: Ecall; readonly input: EcallInput; readonly outputs: readonly EcallOutput[] };

function stepsOf({ initial, entries }: Trace): readonly Step[] {
  let ecall = initial;
  return entries.map(({ input }) => {
    const before = ecall;
    const [after, outputs] = handle(before, input);
    ecall = after;
    return { before, after, input, outputs };
  });
}

function faultsOfStep({ before, after, input, outputs }: Step): readonly string[] {
  const faults: string[] = [];
  const messages = outputs.filter(({ type }) => type === 'send' || type === 'say').length;
  if (outputs.length > MOST_OUTPUTS || messages > MOST_AT_ONCE) faults.push(`P18 ${outputs.length} outputs by ${input.type}`);
  const flows = [after.current, after.coming].filter((flow) => flow !== undefined).length;
  if (flows > 2) faults.push(`P13 ${flows} flows after ${input.type}`);
  const [again, repeated] = handle(JSON.parse(JSON.stringify(before)) as Ecall, input);
  if (!alike(again, after) || !alike(repeated, outputs)) faults.push(`P14 ${input.type} does something else after a restart`);
  if (input.type !== 'receive') return faults;
  const [twice, answers] = handle(after, input);
  const isQuiet = answers.every((output) => output.type === 'send' && (output.message.type === 'CANCEL' || output.message.resp));
  if (!isQuiet || !alike(twice, after)) faults.push(`P9 ${input.message.type} that comes twice is more than one`);
  if (outputs.length === 0 && before.econn.state !== after.econn.state) faults.push(`P8 ${input.message.type} is ignored and changes the state`);
  return faults;
}

/** P5: a ring ends no later than its offer is a minute old, but may be seen for a second. */
function faultsOfRing({ entries }: Trace): readonly string[] {
  const from = entries.findIndex(({ outputs }) => outputs.some((output) => output.type === 'notify' && output.notice.type === 'incoming'));
  const opening = entries[from];
  if (opening?.input.type !== 'receive') return [];
  const { age } = opening.input;
  const until = opening.at + Math.max(SHORTEST_RING, RING - age);
  const decided = entries.slice(from + 1).find(({ input, outputs }) => input.type === 'answer' || outputs.some((output) => output.type === 'notify' && output.notice.type === 'ended'));
  return decided !== undefined && decided.input.type !== 'timer-fired' && decided.at > until ? [`P5 rang for ${decided.at - opening.at} though the offer was ${age} old`] : [];
}

function isConnecting(outputs: readonly EcallOutput[]): boolean {
  return outputs.some((output) => output.type === 'notify' && output.notice.type === 'connected');
}

function alike(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

const RING = 60_000;
const SHORTEST_RING = 1_000;
/** The opening of a channel sets timers, starts media, and answers all that was said before. */
const MOST_OUTPUTS = 16;
const MOST_AT_ONCE = 8;
const MOST_MESSAGES = 40;
