import * as v from 'valibot';
import { bundleFrom, MAX_TRACE_LETTERS, TraceFormatError, type TraceBundle } from '../../src/trace/index.ts';
import { bundleOfKnownBug } from '../corpus/bundle-of-known-bug.ts';
import type { KnownBug } from '../corpus/known-bug.ts';
import { bundleOfExplored } from '../explore/bundle-of-trace.ts';

/**
 * Reads any trace there is: a bundle, what `call.trace()` gave, a way that the explorer found, or a known bug of another
 * engine. Throws
 * {@link TraceFormatError}.
 */
export function readTrace(text: string): TraceBundle {
  if (text.length > MAX_TRACE_LETTERS) throw new TraceFormatError(`the trace is larger than ${String(MAX_TRACE_LETTERS / 1024 / 1024)} MiB`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new TraceFormatError('the trace is not JSON');
  }
  if (v.is(explored, value)) return bundleOfExplored(value);
  return v.is(knownBug, value) ? bundleOfKnownBug(value as KnownBug) : bundleFrom(value);
}

const text = v.string();
const road = v.picklist(['backend', 'channel']);
const explored = v.strictObject({
  version: v.literal(1), configuration: text, rules: text, wrong: v.pipe(text, v.maxLength(100)), devices: v.array(text),
  steps: v.pipe(v.array(v.strictObject({
    device: text, event: v.pipe(text, v.maxLength(200)),
    heard: v.exactOptional(v.strictObject({ from: text, message: text, over: road, fate: v.picklist(['heard', 'heard, and comes again', 'lost']) })),
    sent: v.array(v.strictObject({ to: text, message: text, over: road })), states: v.array(text),
  })), v.maxLength(1000)),
});

const knownBug = v.strictObject({
  version: v.literal(1), name: v.pipe(text, v.maxLength(80)), source: text, scenario: text, rule: text, wrong: text, devices: v.pipe(v.array(v.pipe(text, v.regex(/^[ab]\d$/u))), v.maxLength(8)),
  steps: v.pipe(v.array(v.strictObject({ event: v.pipe(text, v.maxLength(100)), says: v.array(text), states: v.array(text) })), v.maxLength(200)),
});
