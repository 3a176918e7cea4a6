import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { chart } from '../../src/econn/index.ts';
import { seed } from '../seed.ts';

describe('a hundred thousand random scripts', () => {
  it('A05 end alike in the compiled runner and in xstate, and take every row of the chart', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('run-both.ts', import.meta.url)), String(seed), '100000']);
    const { difference, never, scripts, inputs } = JSON.parse(stdout) as { difference?: unknown; never: string[]; scripts: number; inputs: number };

    expect(difference).toBeUndefined();
    expect(scripts).toBe(100_000);
    expect(inputs).toBeGreaterThan(500_000);
    expect(never).toEqual([]);
  }, 180_000);
});

describe('the chart', () => {
  it('names no state that it does not have, and reaches each but the first from another', () => {
    const states = Object.keys(chart.states);
    const reached = new Set([chart.initial as string]);
    for (const [state, { on }] of Object.entries(chart.states)) {
      for (const to of Object.values(on).flat().flatMap((row) => row.to ?? [])) {
        expect(states).toContain(to);
        if (to !== state) reached.add(to);
      }
    }

    expect([...reached].sort()).toEqual([...states].sort());
  });

  it('hides no row behind one that always holds', () => {
    for (const [state, { on }] of Object.entries(chart.states)) {
      for (const [event, rows] of Object.entries(on)) {
        const always = rows.findIndex((row) => (row.if ?? []).length === 0);
        if (always >= 0) expect(always, `${state} ${event}`).toBe(rows.length - 1);
      }
    }
  });
});
