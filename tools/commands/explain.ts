import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { replayBundle, UnknownRulesError } from '../../src/trace/index.ts';
import { pageAssets } from '../page-assets.ts';
import { pageHtml } from '../explain/page-html.ts';
import { merge } from '../traces/merge.ts';
import { rulebook } from '../traces/rulebook.ts';
import { readPath } from './arguments.ts';
import { CommandError, EXIT, UsageError, type Command } from './command.ts';
import { checkWritable, writeProblem } from './files.ts';
import { readTraceFile } from './trace-files.ts';

export const explain: Command = {
  name: 'explain',
  summary: 'makes a page that shows a recorded call step by step',
  help: `callcore explain — writes one HTML file that shows what happened in a call: a
sequence diagram by device, and for each step the state, what changed in it,
what was said, the deadlines that run and the props. The file needs no network
and no server; it replays the trace with the real engine when it is opened.

  callcore explain <trace.json …> [-o page.html] [--title text]

  -o, --output file   where the page is written (default: the trace's name with
                      .html)
  --title text        its headline

Several files are taken for several devices of one call, as "callcore call
--trace" and "callcore answer --trace" write them. Keys on the page: arrow keys,
Home, End; C next state change, P next problem, with Shift the one before.

Examples:
  callcore explain alice.trace.json bob.trace.json -o call.html
  callcore explain ghost-ring-1+1.trace.json --title "A ghost ring"`,
  async run(args) {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { output: { type: 'string', short: 'o' }, title: { type: 'string' } } });
    const [first] = positionals;
    if (first === undefined) throw new UsageError('name a trace file, as in callcore explain alice.trace.json');
    const output = readPath(values.output, '--output') ?? `${first.replace(/(\.trace)?\.json$/u, '')}.html`;
    if (positionals.includes(output)) throw new UsageError('--output would overwrite the trace: name another file');
    const merged = merge(await Promise.all(positionals.map(readTraceFile)));
    const bundle = values.title === undefined ? merged : { ...merged, title: values.title };
    try {
      if (replayBundle(bundle, rulebook).steps === 0) throw new CommandError(`${first}: there is no step in it`);
    } catch (problem) {
      if (problem instanceof UnknownRulesError) throw new CommandError(`${first}: ${problem.message}`);
      throw problem;
    }
    await checkWritable(output);
    const page = pageHtml(bundle, await pageAssets('explain'));
    await writeFile(output, page).catch((problem: unknown) => {
      throw writeProblem(output, problem);
    });
    console.log(`written to ${output} (${String(Math.round(page.length / 1024))} KiB)`);
    return EXIT.ok;
  },
};
