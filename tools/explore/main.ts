import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { goOn, keep } from './checkpoint.ts';
import { CONFIGURATIONS, NIGHTLY } from './configurations.ts';
import type { Configuration } from './configuration.ts';
import { RULE_VARIANTS, type RuleVariant } from './rule-variants.ts';
import { inWords, progressInWords, tableOf } from './report.ts';
import { Search, type Report } from './search.ts';
import { asMermaid, asTable, traceTo } from './trace.ts';

export const EXPLORE_HELP = `callcore explore — walks through everything that can happen between devices, and says whether anything goes wrong.

  callcore explore [configuration …] [options]

  --list               the configurations, and the rules that can be taken out
  --nightly            all configurations at full size, instead of the small ones
  --without "no 3: …"  plays by the rules but one; finds what the rule is for
  --all                goes on after the first thing wrong, to find one of each kind
  --max-states N       stops at so many worlds
  --traces FOLDER      where a way to what is wrong is written (default: .)
  --resume FOLDER      keeps what is explored there every minute and goes on from it
  --json               one JSON object per line

Without a configuration all small ones are explored. Exit code 0: nothing wrong, 1: something wrong.

Examples:
  callcore explore "1+1 L1 D1"
  callcore explore "1+1" --without "no 2: no marks"
  callcore explore --nightly --resume .explored`;

/** `callcore explore`. Resolves with the exit code: 0 nothing wrong, 1 something wrong, 2 not understood. */
export async function explore(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args], allowPositionals: true,
    options: {
      list: { type: 'boolean', default: false }, nightly: { type: 'boolean', default: false }, all: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false },
      without: { type: 'string' }, 'max-states': { type: 'string' }, traces: { type: 'string', default: '.' }, resume: { type: 'string' },
    },
  });
  if (values.help) return say(EXPLORE_HELP);
  if (values.list) return say(list());
  const rules = ruleNamed(values.without);
  const chosen = chosenBy(positionals, values.nightly);
  if (rules === undefined || chosen === undefined) {
    process.stderr.write(`callcore explore: there is no ${rules === undefined ? `rule "${values.without ?? ''}"` : 'such configuration'}; --list shows what there is\n`);
    return 2;
  }
  const reports: Report[] = [];
  for (const each of chosen) {
    const configuration = { ...each, rules };
    const search = values.resume === undefined ? new Search(configuration) : goOn(values.resume, configuration);
    const report = await run(search, { json: values.json, all: values.all, maxStates: values['max-states'], resume: values.resume });
    reports.push(report);
    if (values.json) console.log(JSON.stringify({ type: 'explored', ...inWords(report) }));
    tell(search, report, values.traces, values.json);
  }
  if (!values.json) console.log(`\n${tableOf(reports)}`);
  return reports.some(({ found }) => found.length > 0) ? 1 : 0;
}

type RunOptions = { readonly json: boolean; readonly all: boolean; readonly maxStates: string | undefined; readonly resume: string | undefined };

/** In slices, so that a Ctrl-C is heard between two of them. */
async function run(search: Search, { json, all, maxStates, resume }: RunOptions): Promise<Report> {
  const bound = maxStates === undefined ? {} : { maxStates: Number(maxStates) };
  let told = performance.now();
  let kept = performance.now();
  for (;;) {
    const slice = performance.now();
    const before = search.explored;
    const report = search.run({ stopAt: all ? 'end' : 'first', ...bound, onProgress: () => performance.now() - slice < 250 });
    const goesOn = search.explored > before && search.explored < search.store.size && (all || report.found.length === 0) && (maxStates === undefined || report.states < Number(maxStates)) && (report.configuration.maxStates === 0 || report.states < report.configuration.maxStates);
    if (performance.now() - told > 2000) {
      told = performance.now();
      process.stderr.write(json ? `${JSON.stringify({ type: 'progress', configuration: report.configuration.name, ...search.progress() })}\n` : `${progressInWords(report.configuration.name, search.progress())}\n`);
    }
    if (resume !== undefined && (!goesOn || performance.now() - kept > 60_000)) {
      keep(resume, search);
      kept = performance.now();
    }
    if (!goesOn) return report;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function tell(search: Search, report: Report, folder: string, json: boolean): void {
  for (const { wrong, world } of report.found) {
    const trace = traceTo(search.model, search.store, world, wrong);
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${wrong} ${report.configuration.name}`.replaceAll(/[^a-z0-9+]+/giu, '-').toLowerCase());
    writeFileSync(`${path}.trace.json`, `${JSON.stringify(trace, null, 1)}\n`);
    if (json) console.log(JSON.stringify({ type: 'wrong', wrong, trace: `${path}.trace.json` }));
    else console.log(`\n${report.configuration.name}: ${wrong}\n\n${asTable(trace)}\n\n${asMermaid(trace)}\n\nwritten to ${path}.trace.json`);
  }
}

function chosenBy(names: readonly string[], nightly: boolean): readonly Configuration[] | undefined {
  if (names.length === 0) return nightly ? NIGHTLY : CONFIGURATIONS;
  const all = [...CONFIGURATIONS, ...NIGHTLY];
  const chosen = names.flatMap((name) => all.find((configuration) => configuration.name === name) ?? []);
  return chosen.length === names.length ? chosen : undefined;
}

function ruleNamed(name: string | undefined): RuleVariant | 'ours' | undefined {
  return name === undefined ? 'ours' : RULE_VARIANTS.find((variant) => variant === name || variant.startsWith(`${name}:`));
}

function list(): string {
  const widest = Math.max(...[...CONFIGURATIONS, ...NIGHTLY].map(({ name }) => name.length));
  const lines = (configurations: readonly Configuration[]): string => configurations.map(({ name, about }) => `  ${name.padEnd(widest)}  ${about}`).join('\n');
  return `Small configurations:\n${lines(CONFIGURATIONS)}\n\nWith --nightly:\n${lines(NIGHTLY)}\n\nRules that --without takes out:\n${RULE_VARIANTS.map((rule) => `  ${rule}`).join('\n')}`;
}

function say(text: string): number {
  console.log(text);
  return 0;
}

if (process.argv[1] !== undefined && import.meta.url === new URL(process.argv[1], 'file://').href) process.exitCode = await explore(process.argv.slice(2));
