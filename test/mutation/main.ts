/**
 * Changes the code of ECONN in every small way that Stryker knows, and its chart row by row, and counts how
 * many of the changes the tests notice.
 *
 *   npm run mutation                       all, and whether docs/mutation.md says the same
 *   npm run mutation -- --write            writes what came of it into docs/mutation.md
 *   npm run mutation -- guards ledger      only these files
 */
import { parseArgs } from 'node:util';
import { judgeChart } from './judge-chart.ts';
import { judgeCode } from './judge-code.ts';
import { asLine, isUndetected } from './mutant-line.ts';
import { differsFromDocs, writeDocs } from './docs.ts';
import { reportOf, tableOf, withoutReason } from './report.ts';

const LEAST_SCORE = 0.85;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { write: { type: 'boolean', default: false } } });
const code = await judgeCode(positionals);
if (positionals.length > 0) console.log(code.filter(isUndetected).map(asLine).join('\n'));
else {
  const report = reportOf(code, await judgeChart());
  console.log(`\n${tableOf(report)}\n`);
  const unexplained = withoutReason(report);
  for (const line of unexplained) console.log(`has no reason in reasons.ts: ${line}`);
  if (values.write) writeDocs(report);
  const stale = !values.write && differsFromDocs(report);
  if (stale) console.log('docs/mutation.md says something else: npm run mutation -- --write');
  if (stale || unexplained.length > 0 || report.parts.some(({ score }) => score < LEAST_SCORE)) process.exitCode = 1;
}
