import { perform, type KnownBug } from './known-bug.ts';
import { OLD_RULES } from './old-rules.ts';

/** The whole of docs/known-bugs.md. */
export function drawKnownBugs(bugs: readonly KnownBug[]): string {
  const rows = bugs.map((bug) => {
    const { name, source, scenario, rule, steps } = bug;
    return `| [${name}](../test/corpus/${name}.trace.json) | ${source} | ${OLD_RULES[rule].says} | ${perform(bug, 'old').wrong.join('; ')} | ${steps.length} | ${perform(bug, 'ours').wrong.join('; ') || 'nothing'} | ${scenario} |`;
  });
  return [
    '# Known bugs of others, as traces',
    '',
    `${bugs.length} defects of other call engines, found in their sources, their tests and their users' threads, or by exploring their rules. Each is an order of events in \`test/corpus\`. A small stage plays it with ECONN by the rule of that engine (\`tools/corpus/old-rules.ts\`: other guards, actions, rows of the chart, or another way of dealing with timers and mail), where the defect shows, and by our rules, where nothing is wrong; \`npm run known-bugs\` does both and writes this page.`,
    '',
    'Read as evidence that a class of defect exists, not as proof of what causes any one report. What counts as wrong is said once, for all traces, in `tools/corpus/stage-laws.ts`.',
    '',
    '| trace | known from | the rule there | goes wrong | events | by our rules | scenario |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
