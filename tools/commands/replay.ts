import { parseArgs } from 'node:util';
import { replayBundle, UnknownRulesError, type BundleReplay, type Difference, type TraceBundle } from '../../src/trace/index.ts';
import { rulebook } from '../traces/rulebook.ts';
import { CommandError, EXIT, UsageError, type Command } from './command.ts';
import { paint } from './paint.ts';
import { harmless } from './text-width.ts';
import { readTraceFile } from './trace-files.ts';

export const replay: Command = {
  name: 'replay',
  summary: 'has a recorded call happen again, step by step',
  help: `callcore replay — feeds what a trace recorded to the engine of this version, and
compares what it does at every step, byte for byte, with what the trace says.

  callcore replay <trace.json …> [--json]

  --json   one JSON object a file

Traces come from "callcore call --trace file", call.trace() in an app, "callcore
explore" and tests. A difference means that the engine decides otherwise than
when the trace was made; the first one is shown.

Exit code 0: all alike, 1: a difference, or no trace.

Examples:
  callcore replay alice.trace.json
  callcore replay test/traces/*.trace.json --json`,
  async run(args) {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { json: { type: 'boolean', default: false } } });
    if (positionals.length === 0) throw new UsageError('name a trace file, as in callcore replay alice.trace.json');
    let allAlike = true;
    for (const path of positionals) {
      const bundle = await readTraceFile(path);
      const replayed = replayOf(bundle, path);
      allAlike &&= replayed.difference === undefined;
      console.log(values.json ? inJson(path, bundle, replayed) : inWords(path, bundle, replayed));
    }
    return allAlike ? EXIT.ok : EXIT.failed;
  },
};

function replayOf(bundle: TraceBundle, path: string): BundleReplay {
  try {
    return replayBundle(bundle, rulebook);
  } catch (problem) {
    if (problem instanceof UnknownRulesError) throw new CommandError(`${path}: ${problem.message}`);
    throw problem;
  }
}

function inJson(path: string, { title, devices }: TraceBundle, { steps, difference }: BundleReplay): string {
  return JSON.stringify({ type: 'replayed', file: path, title, devices: devices.map(({ name }) => name), steps, same: difference === undefined, ...(difference === undefined ? {} : { difference }) });
}

function inWords(path: string, { devices }: TraceBundle, { steps, difference }: BundleReplay): string {
  const size = `${String(devices.length)} ${devices.length === 1 ? 'device' : 'devices'}, ${String(steps)} ${steps === 1 ? 'step' : 'steps'}`;
  if (difference === undefined) return `${path}: ${size}: ${paint('green', 'happens again, byte for byte')}`;
  return [`${path}: ${paint('red', 'does not happen again')}: ${String(steps)} steps alike, then`, ...shown(difference, devices)].join('\n');
}

function shown({ device, part, entry, input, recorded, replayed }: Difference, devices: TraceBundle['devices']): readonly string[] {
  const [was, is] = [JSON.stringify(recorded), JSON.stringify(replayed)];
  const differs = Array.from({ length: was.length }, (_, at) => at).findIndex((at) => was[at] !== is[at]);
  const from = Math.max(0, (differs === -1 ? Math.min(was.length, is.length) : differs) - 30);
  const excerpt = (text: string): string => harmless(`${from > 0 ? '…' : ''}${text.slice(from, from + 100)}${text.length > from + 100 ? '…' : ''}`);
  return [
    `  ${harmless(devices[device]?.name ?? '')}, part ${String(part + 1)}, step ${String(entry + 1)} (${input}), at letter ${String(differs === -1 ? Math.min(was.length, is.length) : differs)}:`,
    `  recorded  ${excerpt(was)}`,
    `  replayed  ${excerpt(is)}`,
  ];
}
