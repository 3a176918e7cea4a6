import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { INTEROP_PAGE, withCases } from '../interop/table.ts';

it('docs/interop.md has the cases as they are played (npm run interop:table writes them)', () => {
  const page = readFileSync(INTEROP_PAGE, 'utf8');
  expect(withCases(page)).toBe(page);
});
