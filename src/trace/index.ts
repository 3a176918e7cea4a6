export { bundleOf, econnOf, FORMAT, OURS, type EcallPart, type EconnEntry, type EconnPart, type Note, type TraceBundle, type TracedDevice, type TracePart } from './bundle.ts';
export { bundleFrom, MAX_TRACE_LETTERS, readBundle, TraceFormatError } from './read-bundle.ts';
export { redactBundle } from './redact-bundle.ts';
export { replayBundle, replayPart, stepsOf, UnknownRulesError, type BundleReplay, type Difference, type ReplayedStep, type Rulebook } from './replay-bundle.ts';
export { TraceBook } from './trace-book.ts';
