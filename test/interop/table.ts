/**
 * Writes the tables of what is played between callcore and AVS into docs/interop.md, between the marks
 * `<!-- cases -->` and `<!-- longer cases -->` and their ends.
 *
 *   npx tsx test/interop/table.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Case, End } from './avs/case.ts';
import { CASES, LONGER_CASES } from './avs/cases.ts';

export const INTEROP_PAGE: string = fileURLToPath(new URL('../../docs/interop.md', import.meta.url));

/** `text` with the tables between their marks replaced. */
export function withCases(text: string): string {
  return text.replaceAll(/(<!-- (longer )?cases -->\n)[^]*?(<!-- \/(?:longer )?cases -->)/g, (_, open: string, longer: string | undefined, close: string) => `${open}${drawCases(longer === undefined ? CASES : LONGER_CASES)}\n${close}`);
}

function drawCases(cases: readonly Case[]): string {
  const rows = cases.map((each) => `| ${[each.shows === '' ? each.name : `${each.name} (${each.shows})`, each.ends.backend.join(' '), endIn(each, each.ends.callcore), endIn(each, each.ends.avs)].join(' | ')} |`);
  return ['| What happens | Through the backend | callcore: told / says on the channel | AVS: told / says on the channel |', '|---|---|---|---|', ...rows].join('\n');
}

function endIn({ channel }: Case, { told, said }: End): string {
  const words = Object.entries(said)
    .filter(([name]) => channel !== 'racing' && (channel !== 'cut' || !name.startsWith('PROPSYNC')))
    .map(([name, count]) => (count === 1 ? name : `${String(count)} × ${name}`));
  return `${told.join(', ')} / ${words.length === 0 ? '–' : words.join(' ')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(INTEROP_PAGE, withCases(readFileSync(INTEROP_PAGE, 'utf8')));
