import { describe, expect, it } from 'vitest';
import { replayBundle } from '../../src/trace/index.ts';
import { lawOf } from '../../tools/simulate/law-of.ts';
import { investigate } from '../../tools/simulate/investigate.ts';
import { reportOf } from '../../tools/simulate/report.ts';
import { Simulation, type SimulationOptions } from '../../tools/simulate/simulation.ts';
import { rulebook } from '../../tools/traces/rulebook.ts';
import { seed } from '../seed.ts';

const TOWN: SimulationOptions = { seed, users: 120, devices: 2, calls: 1200, sealed: false, rules: 'ours' };

async function lived(options: Partial<SimulationOptions> = {}): Promise<Simulation> {
  const simulation = new Simulation({ ...TOWN, ...options });
  await simulation.run();
  return simulation;
}

describe('a town in which people call each other in bad weather', () => {
  it('P1 P2 P3 P5 P6 P7 P10 P11 P13 P17 P18 keeps every law in twelve hundred calls', async () => {
    const { tally, failures, time } = await lived();

    expect(failures.map(({ call, wrong }) => `CALLCORE_SEED=${seed}, --users 120 --seed ${seed} --only ${call}: ${wrong.join('; ')}`)).toEqual([]);
    expect(tally.placed).toBeGreaterThanOrEqual(1200);
    expect(time.pending).toBe(0);
    // A town in which nobody ever talks, or all goes well, would prove nothing.
    expect(tally.total.count).toBeGreaterThan(480);
    expect(tally.reconnects.most).toBeGreaterThan(0);
    expect([...tally.outcomes.outgoing.keys()]).toEqual(expect.arrayContaining(['ended-locally', 'ended-by-peer', 'timed-out', 'rejected-by-peer', 'busy', 'answered-elsewhere', 'cancelled-by-peer']));
  });

  it('keeps every law with real envelopes', async () => {
    const { failures, tally } = await lived({ sealed: true, calls: 40, users: 12 });

    expect(failures).toEqual([]);
    expect(tally.total.count).toBeGreaterThan(12);
  });

  it('lives the same lives again with the same seed, and others with another', async () => {
    const [one, other, third] = [await lived({ calls: 120 }), await lived({ calls: 120 }), await lived({ calls: 120, seed: seed + 1 })];

    expect(JSON.stringify(reportOf(other))).toBe(JSON.stringify(reportOf(one)));
    expect(reportOf(third).digest).not.toBe(reportOf(one).digest);
    const [sealed, again] = [await lived({ calls: 12, users: 12, sealed: true }), await lived({ calls: 12, users: 12, sealed: true })];
    expect(JSON.stringify(reportOf(again))).toBe(JSON.stringify(reportOf(sealed)));
  });

  it('lives a circle that began when others had gone as it lives it alone', async () => {
    // Fifty circles: the last ones begin late.
    const options = { ...TOWN, users: 150, rules: 'like AVS', calls: 150 } as const;
    const { failures } = await lived(options);
    const late = failures.filter(({ call }) => call % 50 >= 32);

    expect(late.length).toBeGreaterThan(0);
    for (const { call, wrong } of late) expect(await new Simulation(options).relive(call)).toEqual(wrong);
  });

  it.each([
    ['no 2: no marks', 'P1 ghost ring', 500],
    ['no 5: REJECT is not told to the others', 'P1 ghost ring', 120],
    ['no 7: silent restart', 'P1 ghost ring', 1000],
    ['no 3: stray answers stay unanswered', 'P2 orphan', 120],
    ['like AVS', 'P1 ghost ring', 120],
  ] as const)('can fail: when engines play by "%s" it finds a %s', async (rules, law, calls) => {
    const { failures } = await lived({ rules, calls });

    expect(failures.flatMap(({ wrong }) => wrong.map(lawOf))).toContain(law);
  });
});

describe('a story that breaks a law', () => {
  it('is lived again, shrunk to twelve events or fewer, and written down so that it replays', async () => {
    const options = { ...TOWN, rules: 'no 2: no marks', calls: 500 } as const;
    const { failures } = await lived(options);

    const finding = await investigate(options, failures[0]?.call ?? Number.NaN);

    expect(finding?.wrong.map(lawOf)).toContain('P1 ghost ring');
    expect(finding?.story.lines.length).toBeGreaterThan(0);
    expect(finding?.story.lines.length).toBeLessThanOrEqual(12);
    const [trace] = finding?.traces ?? [];
    expect(trace?.devices.length).toBeGreaterThanOrEqual(2);
    expect(trace?.notes.some(({ kind, text }) => kind === 'wrong' && text.includes('ghost ring'))).toBe(true);
    expect(trace === undefined ? 'no trace' : replayBundle(trace, rulebook).difference).toBeUndefined();
  });
});
