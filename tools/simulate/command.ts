import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT, UsageError, type Command } from '../commands/command.ts';
import { RULE_VARIANTS, type RuleVariant } from '../explore/rule-variants.ts';
import { findingInWords, investigate } from './investigate.ts';
import { progressInWords, reportInWords, reportOf } from './report.ts';
import { Simulation, type SimulationOptions } from './simulation.ts';
import { lineInWords } from './story.ts';

/** `callcore simulate`. */
export const simulate: Command = {
  name: 'simulate',
  summary: 'lets a town of people call each other in bad weather',
  help: `callcore simulate — many people call each other on one virtual clock

They have several devices each, which crash, sleep, roam and run late, and the
weather loses, repeats, delays and reorders their messages. The engines are
real, the network is not. Says how the calls went, and whether any law was
broken: no ghost rings, no orphans, no half-open calls, every call closed
exactly once, nothing left behind.

  callcore simulate [options]

  --calls N           at least so many calls are placed (default: 10000); who
                      began a story lives it to its end
  --users N           how many people, three to a circle of friends
                      (default: 1000)
  --devices N         of each (default: 2)
  --seed N            another town (default: 1)
  --sealed            real envelopes; some ten times slower
  --without "no 2: …" engines that play by the rules but one:
                      "callcore explore --list" names them
  --only CALL         lives one story again, step by step, and shrinks it when
                      it breaks a law
  --traces FOLDER     where a trace of what went wrong is written (default: .)
  --json              one JSON object per line

A story that breaks a law is lived again, shrunk to what breaks it, and written
to a file that "callcore explain" and "callcore replay" read. The same options
give the same run, to the last digit, wherever it runs.

Exit code 0: nothing wrong, 1: something wrong.

Examples:
  callcore simulate --calls 100000
  callcore simulate --calls 2000 --without "no 2: no marks"
  callcore simulate --without "no 2: no marks" --only 176`,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        calls: { type: 'string', default: '10000' }, users: { type: 'string', default: '1000' }, devices: { type: 'string', default: '2' }, seed: { type: 'string', default: '1' },
        sealed: { type: 'boolean', default: false }, without: { type: 'string' }, only: { type: 'string' }, traces: { type: 'string', default: '.' }, json: { type: 'boolean', default: false },
      },
    });
    const options: SimulationOptions = {
      calls: readCount(values.calls, '--calls', 1, 100_000_000), users: readCount(values.users, '--users', 3, 1_000_000), devices: readCount(values.devices, '--devices', 1, 5),
      seed: readCount(values.seed, '--seed', 0, 0xffff_ffff), sealed: values.sealed, rules: readRules(values.without),
    };
    const out: Out = { json: values.json, traces: values.traces };
    if (values.only !== undefined) return only(options, readCount(values.only, '--only', 0, 1_000_000_000), out);
    const simulation = new Simulation(options);
    await simulation.run(progress(simulation, values.json));
    const report = reportOf(simulation);
    console.log(values.json ? JSON.stringify(report) : reportInWords(report));
    for (const { call } of simulation.failures.slice(0, MOST_SHOWN)) await show(options, call, out);
    const hidden = simulation.failures.length - MOST_SHOWN;
    if (hidden > 0 && !values.json) console.log(`\nand ${hidden} more, such as calls ${simulation.failures.slice(MOST_SHOWN, MOST_SHOWN + 10).map(({ call }) => call).join(', ')}`);
    return simulation.failures.length === 0 ? EXIT.ok : EXIT.failed;
  },
};

type Out = { readonly json: boolean; readonly traces: string };

async function only(options: SimulationOptions, call: number, out: Out): Promise<number> {
  const simulation = new Simulation(options);
  const { climate, lines } = simulation.storyOf(call);
  if (!out.json) console.log([`call ${call}, in weather ${climate.name}`, ...lines.map((line) => `  ${lineInWords(line, options.devices)}`), ''].join('\n'));
  const wrong = await simulation.relive(call, {
    observer: {
      ended: ({ call: { direction, user }, handset, startedAt, end }) => {
        if (!out.json) console.log(`${String(simulation.time.now()).padStart(12)} ms  ${handset.self.device}: ${direction} call with ${user}, of ${simulation.time.now() - startedAt} ms: ${end?.reason.type ?? ''}`);
      },
    },
  });
  if (out.json) console.log(JSON.stringify({ type: 'lived', call, story: simulation.storyOf(call), wrong }));
  else console.log(wrong.length === 0 ? '\nno law was broken' : '');
  if (wrong.length > 0) await show(options, call, out);
  return wrong.length === 0 ? EXIT.ok : EXIT.failed;
}

/** The least that goes wrong, in words and as files. */
async function show(options: SimulationOptions, call: number, { json, traces }: Out): Promise<void> {
  const finding = await investigate(options, call);
  if (finding === undefined) throw new Error(`call ${call} goes another way when it is lived again: the simulation is not deterministic`);
  mkdirSync(traces, { recursive: true });
  const paths = finding.traces.map((trace, index) => {
    const path = join(traces, `call-${call}${index === 0 ? '' : `-${index + 1}`}.trace.json`);
    writeFileSync(path, `${JSON.stringify(trace)}\n`);
    return path;
  });
  if (json) console.log(JSON.stringify({ type: 'wrong', call, wrong: finding.wrong, alone: finding.alone, story: finding.story, traces: paths }));
  else console.log(`\n${findingInWords(finding, options.devices)}\n  again: ${commandFor(options, call)}\n  written to ${paths.join(', ')}`);
}

function commandFor({ seed, users, devices, sealed, rules }: SimulationOptions, call: number): string {
  return `callcore simulate --seed ${seed} --users ${users} --devices ${devices}${sealed ? ' --sealed' : ''}${rules === 'ours' ? '' : ` --without "${rules}"`} --only ${call}`;
}

function progress({ options, failures }: Simulation, json: boolean): Parameters<Simulation['run']>[0] {
  const begun = performance.now();
  let told = begun;
  return (tally) => {
    const now = performance.now();
    if (now - told < 2000) return;
    told = now;
    const callsPerSecond = Math.round((tally.placed * 1000) / (now - begun));
    const words = json ? JSON.stringify({ type: 'progress', calls: tally.placed, of: options.calls, callsPerSecond, failures: failures.length }) : progressInWords(tally, options.calls, callsPerSecond, failures.length);
    process.stderr.write(`${words}\n`);
  };
}

function readCount(text: string, option: string, least: number, most: number): number {
  const count = Number(text);
  if (text.trim() === '' || !Number.isInteger(count) || count < least || count > most) throw new UsageError(`${option} needs a whole number from ${least} to ${most}, not "${text}"`);
  return count;
}

function readRules(name: string | undefined): RuleVariant | 'ours' {
  if (name === undefined) return 'ours';
  const rules = RULE_VARIANTS.find((variant) => variant === name || variant.startsWith(`${name}:`));
  if (rules === undefined) throw new UsageError(`there is no rule "${name}": "callcore explore --list" names them`);
  return rules;
}

/** Each costs some seconds, and the first ones say the most. */
const MOST_SHOWN = 3;
