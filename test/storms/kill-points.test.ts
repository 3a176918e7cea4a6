import { describe, expect, it } from 'vitest';
import { killAt, pointsOf, type Flow } from './kill-points.ts';
import { SCENARIOS } from './scenarios.ts';

/** B01–B10, D02, I01 as L04 asks, and more: devices that answer both, re-calls, reloads. */
const FLOWS: Readonly<Record<string, Flow>> = {
  ...Object.fromEntries(['B02', 'B03', 'B04', 'B05', 'B06', 'B07', 'B08', 'B09', 'B10', 'B11', 'D02', 'D05', 'D10', 'D14', 'E01', 'E03', 'E04'].map((name) => [name, SCENARIOS[name]!])),
  F04: { devices: ['a1', 'b1'], course: 'a1 call; b1 answer; a1 crash nothing; a1 call; b1 end' },
  I01: { devices: ['a1', 'b1'], course: 'a1 call; b1 answer; a1 renew; a1 end' },
  O03: { devices: ['a1', 'b1'], course: 'a1 call; b1 answer; a1 reload 3000; wait 2000; b1 end' },
};

const POINTS = await Promise.all(Object.entries(FLOWS).map(async ([name, flow]) => ({ name, flow, points: await pointsOf(flow) })));

describe('a process that dies in any step and comes back', () => {
  for (const { name, flow, points } of POINTS) {
    it(`L04 ${name} leaves nobody ringing, alone or deaf, at ${points.length} points`, async () => {
      for (const point of points) expect(await killAt(flow, point), JSON.stringify(point)).toEqual([]);
    });
  }

  const all = POINTS.reduce((sum, { points }) => sum + points.length, 0);
  it(`L04 dies at ${all} points in all`, () => expect(all).toBeGreaterThan(500));
});
