import * as v from 'valibot';
import type { InstantMs } from '../base/units.ts';
import { FORMAT, bundleOf, type TraceBundle, type TracePart } from './bundle.ts';
import { econn, econnInput, type Shape } from './schema-of-econn.ts';
import { ecall, ecallInput } from './schema-of-ecall.ts';

/** The text is no trace that can be replayed here; the message says where and why. */
export class TraceFormatError extends Error {
  override readonly name = 'TraceFormatError' as const;
}

/** Hours of calls of a large household; more is no trace to look at. */
export const MAX_TRACE_LETTERS = 64 * 1024 * 1024;

/**
 * Reads a trace file, or what `JSON.stringify(call.trace())` gave. Hostile text is refused with
 * {@link TraceFormatError}: what is returned can be replayed and shown. Outputs are not looked into: they are only
 * compared with those of the replay.
 */
export function readBundle(text: string): TraceBundle {
  if (text.length > MAX_TRACE_LETTERS) throw new TraceFormatError(`the trace is larger than ${String(MAX_TRACE_LETTERS / 1024 / 1024)} MiB`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new TraceFormatError('the trace is not JSON');
  }
  return bundleFrom(value);
}

/** {@link readBundle} of JSON that was parsed. */
export function bundleFrom(value: unknown): TraceBundle {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TraceFormatError('the trace is not an object');
  if ('format' in value && value.format !== FORMAT) throw new TraceFormatError('this is a file of another kind');
  if (!('version' in value) || value.version !== 1) throw new TraceFormatError('the trace is of another version than 1');
  if ('format' in value) return checked(bundle, value);
  const { initial, entries } = checked(single, value);
  const role = entries.some(({ input }) => input.type === 'start') ? 'caller' : 'callee';
  return bundleOf({ version: 1, initial, entries }, role, 'One side of a call');
}

/** The value itself when it has the shape: checking copies nothing, so that its bytes stay what they were. */
function checked<T>(shape: Shape<T>, value: unknown): T {
  const result = v.safeParse(shape, value, { abortEarly: true });
  if (result.success) return value as T;
  const issue = mostTelling(result.issues[0]);
  throw new TraceFormatError(`${v.getDotPath(issue) ?? 'the trace'}: ${issue.message}`);
}

/** Of alternatives that all failed, the one that got farthest. */
function mostTelling(issue: v.BaseIssue<unknown>): v.BaseIssue<unknown> {
  const [deepest] = [...(issue.issues ?? [])].sort((a, b) => (b.path?.length ?? 0) - (a.path?.length ?? 0));
  return deepest !== undefined && (deepest.path?.length ?? 0) > (issue.path?.length ?? 0) ? deepest : issue;
}

const instant: Shape<InstantMs> = v.custom<InstantMs>((value) => typeof value === 'number' && Number.isFinite(value), 'not a moment');
/** Outputs are compared as text. */
const outputs: Shape<readonly never[]> = v.custom<readonly never[]>((value) => Array.isArray(value), 'not a list of outputs');
const ecallEntries = v.array(v.strictObject({ at: instant, input: ecallInput, outputs }));
const econnEntries = v.array(v.strictObject({ at: instant, input: econnInput, outputs }));
const label = v.pipe(v.string(), v.maxLength(200));

const part: Shape<TracePart> = v.variant('level', [
  v.strictObject({ level: v.literal('ecall'), rules: label, initial: ecall, entries: ecallEntries }),
  v.strictObject({ level: v.literal('econn'), rules: label, initial: econn, entries: econnEntries }),
]);

const single = v.strictObject({ version: v.literal(1), initial: ecall, entries: ecallEntries });

const bundle: Shape<TraceBundle> = v.pipe(
  v.strictObject({
    format: v.literal(FORMAT), version: v.literal(1), title: label, clock: v.picklist(['ms', 'steps']),
    devices: v.pipe(v.array(v.strictObject({ name: label, parts: v.array(part) })), v.minLength(1), v.maxLength(64)),
    notes: v.array(v.strictObject({ at: instant, device: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))), kind: v.picklist(['fate', 'wrong']), text: label })),
  }),
  v.check(({ devices, notes }) => notes.every(({ device = 0 }) => device < devices.length), 'a note about a device that is not there'),
);
