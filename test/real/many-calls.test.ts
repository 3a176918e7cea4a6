import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);

describe('many real calls', () => {
  it('O04 B13 fifty at once and then none: nothing is left, and the process exits by itself', async () => {
    const { during, after, before, left } = await program('fifty-at-once.ts');

    expect(during).toEqual({ calls: 50, sockets: expect.any(Number) });
    expect((during as { sockets: number }).sockets).toBeGreaterThanOrEqual(100);
    expect(after).toEqual({ calls: 0, timers: 0 });
    expect(left).toEqual(before);
  }, 180_000);

  it('B12 two hundred in a row leave the heap as it was', async () => {
    // Without the optimiser: the code that it keeps making would count as growth.
    const { growth } = await program('two-hundred-in-a-row.ts', '--expose-gc', '--no-opt', '--no-sparkplug', '--no-maglev');

    expect(growth).toBeLessThan(1_000_000);
  }, 120_000);
});

/** What a program of this folder printed. Rejects when it does not exit by itself within a minute and a half. */
async function program(name: string, ...flags: string[]): Promise<Record<string, unknown>> {
  const path = fileURLToPath(new URL(name, import.meta.url));
  const { stdout } = await run(process.execPath, [...flags, '--import', 'tsx', path], { timeout: 170_000 });
  return JSON.parse(stdout) as Record<string, unknown>;
}
