import { readFileSync, writeFileSync } from 'node:fs';
import { reasonFor, reasons } from './reasons.ts';
import { tableOf, type Report } from './report.ts';

const DOCS = new URL('../../docs/mutation.md', import.meta.url);

export function writeDocs(report: Report): void {
  writeFileSync(DOCS, withReport(readFileSync(DOCS, 'utf8'), report));
}

export function differsFromDocs(report: Report): boolean {
  const text = readFileSync(DOCS, 'utf8');
  return text !== withReport(text, report);
}

function withReport(text: string, report: Report): string {
  const between = (name: string, whole: string, part: string): string => whole.replace(new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`), (_, open: string, close: string) => `${open}${part}\n${close}`);
  return between('survivors', between('scores', text, tableOf(report)), survivorsOf(report));
}

function survivorsOf({ parts, alike }: Report): string {
  const lines = parts.flatMap(({ survivors }) => survivors).filter((line) => !alike.includes(line));
  const sections = reasons.flatMap((reason) => {
    const theirs = lines.filter((line) => reasonFor(line) === reason);
    return theirs.length === 0 ? [] : [`**${reason.why}** (${String(theirs.length)})\n\n${theirs.map((line) => `- \`${line.replaceAll('`', '´')}\``).join('\n')}\n`];
  });
  return sections.join('\n');
}
