import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadTarget, TARGETS } from '../../tools/fuzz/targets.ts';

const page = readFileSync(new URL('../../docs/fuzzing.md', import.meta.url), 'utf8');

it.each(TARGETS)('the page on fuzzing says what is fed to %s, and how often it was', async (name) => {
  expect(page).toContain(`| \`${name}\` | ${(await loadTarget(name)).what} |`);
  expect(page).toMatch(new RegExp(`^\\| ${name} \\| [\\d,]+ \\|`, 'm'));
});
