export { expect } from 'vitest';

/** A test of ECONN, by its name and those of the groups around it. */
export type Collected = { readonly id: string; readonly run: () => unknown };

// Stands in for vitest in the tests of ECONN, which thereby can be loaded and run as often as there are mutants.

/** Outlives this module, which is loaded anew with the tests. */
const shelf = ((globalThis as unknown as { collectedTests?: { tests: Collected[]; groups: readonly string[] } }).collectedTests ??= { tests: [], groups: [] });

export function describe(name: string, group: () => void): void {
  const around = shelf.groups;
  shelf.groups = [...around, name];
  group();
  shelf.groups = around;
}

export function it(name: string, run: () => unknown): void {
  shelf.tests.push({ id: [...shelf.groups, name].join(' '), run });
}

/** One test for each row, told apart by their number. */
it.each = (rows: readonly unknown[]) => (name: string, run: (...row: unknown[]) => unknown): void => {
  for (const [index, row] of rows.entries()) it(`${name} (${String(index + 1)})`, () => (Array.isArray(row) ? run(...(row as unknown[])) : run(row)));
};

/** All tests that were loaded since this was asked last. */
export function takeCollected(): readonly Collected[] {
  return shelf.tests.splice(0);
}
