import type { Progress, Report } from './search.ts';

/** What a search found, as plain figures. */
export function inWords(report: Report): Record<string, string | number | boolean | readonly string[]> {
  const { configuration, states, transitions, depth, seconds, complete, found, devices, inboxes, steps } = report;
  return {
    configuration: configuration.name, rules: configuration.rules, states, transitions, depth, seconds: Number(seconds.toFixed(1)), rate: Math.round(states / Math.max(seconds, 0.001)), complete, wrong: found.map(({ wrong }) => wrong), devices, inboxes, steps,
  };
}

/** One line now and then. Of what is left only so much is known: how far the frontier is behind. */
export function progressInWords(name: string, { states, explored, transitions, depth, seconds }: Progress): string {
  const rate = states / Math.max(seconds, 0.001);
  const left = (states - explored) / Math.max(explored / Math.max(seconds, 0.001), 1);
  return `${name}: ${grouped(states)} states, ${grouped(transitions)} transitions, depth ${String(depth)}, ${grouped(Math.round(rate))}/s, at least ${String(Math.round(left))} s left`;
}

/** Markdown, so that the command prints what the documents hold. */
export function tableOf(reports: readonly Report[]): string {
  const total = reports.reduce((sum, { states }) => sum + states, 0);
  const moves = reports.reduce((sum, { transitions }) => sum + transitions, 0);
  const time = reports.reduce((sum, { seconds }) => sum + seconds, 0);
  const rows = [
    ['configuration', 'states', 'transitions', 'depth', 'seconds', 'result'],
    ...reports.map(({ configuration: { name }, states, transitions, depth, seconds, complete, found }) => [
      name, grouped(states), grouped(transitions), String(depth), seconds.toFixed(1), found.length > 0 ? found.map(({ wrong }) => wrong).join(', ') : complete ? 'nothing wrong, all seen' : 'nothing wrong so far, bounded',
    ]),
    ['in all', grouped(total), grouped(moves), '', time.toFixed(1), ''],
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(rows[0]!), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.slice(1).map(line)].join('\n');
}

function grouped(number: number): string {
  return number.toLocaleString('en');
}
