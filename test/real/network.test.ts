import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SeededEntropy } from '../../src/testing/index.ts';
import { startRelay, type RunningRelay } from '../../tools/backend/index.ts';
import { runTrial, type TrialPlan, type TrialResult } from '../../tools/network/trial.ts';
import { BURSTS, CLEAR, FAR } from '../../tools/network/weather.ts';
import { seed } from '../seed.ts';

let relay: RunningRelay;
beforeAll(async () => {
  relay = await startRelay({ port: 0 });
});
afterAll(() => relay.close());

/** How soon sound is back is for `npm run bench:network` to say; here it must be sooner than silence is noticed, or at all. */
describe('a real call over a path that changes', () => {
  it('I01 J08 M02 goes on when it is told of another network, before silence would have told it', async () => {
    const [clear, far] = await Promise.all([trial({ weather: CLEAR, signalled: true }), trial({ weather: FAR, signalled: true })]);
    for (const { back, ...rest } of [clear, far]) {
      expect(rest).toEqual({ sameCall: true, stillMuted: true });
      expect(back).toBeLessThan(4_500);
    }
  });

  it('I01 H12 J08 goes on when nobody told it, and through fades', async () => {
    const [clear, bursts] = await Promise.all([trial({ weather: CLEAR, signalled: false }), trial({ weather: BURSTS, signalled: true })]);
    for (const { back, ...rest } of [clear, bursts]) {
      expect(rest).toEqual({ sameCall: true, stillMuted: true });
      expect(back).toBeDefined();
    }
  });

  it('I14 goes on after eight seconds in which nothing got through', async () => {
    const { back, ...rest } = await trial({ trouble: { type: 'outage', seconds: 8 }, signalled: true });
    expect(rest).toEqual({ sameCall: true, stillMuted: true });
    expect(back).toBeDefined();
  });
});

let trials = 0;

function trial(plan: Partial<TrialPlan>): Promise<TrialResult> {
  const entropy = new SeededEntropy(seed + trials);
  return runTrial({ backend: relay.url, name: `trial-${trials++}`, weather: CLEAR, trouble: { type: 'moved' }, signalled: true, random: () => entropy.below(2 ** 30) / 2 ** 30, ...plan });
}
