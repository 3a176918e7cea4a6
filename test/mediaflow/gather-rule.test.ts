import { describe, expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import { GatherWatch, type Settled } from '../../src/mediaflow/gather-watch.ts';
import { judgeGathering } from '../../src/mediaflow/gather-rule.ts';
import type { CandidateType, IceConfig } from '../../src/mediaflow/index.ts';
import { VirtualTime } from '../../src/testing/virtual-time.ts';

describe('a description', () => {
  it('is made when gathering is over, at 700 ms with all candidates (H01)', async () => {
    const { at, verdict } = await gather('all', [['host', 5], ['srflx', 300]], 700);
    expect([at, verdict]).toEqual([700, { type: 'ready' }]);
  });

  it('is made 2 s after the first relay when gathering never ends (H02)', async () => {
    const { at, verdict } = await gather('all', [['host', 5], ['relay', 1_000], ['relay', 2_500]]);
    expect([at, verdict]).toEqual([3_000, { type: 'ready' }]);
  });

  it('is made at 10 s when gathering never ends and no relay is found (H02)', async () => {
    const { at, verdict } = await gather('all', [['host', 5]]);
    expect([at, verdict]).toEqual([10_000, { type: 'ready' }]);
  });

  it('never waits beyond 10 s, however late the relay', async () => {
    expect((await gather('all', [['host', 5], ['relay', 9_500]])).at).toBe(10_000);
  });

  it('is not made at all without a network: known at 2 s, or as soon as gathering ends with nothing (H03)', async () => {
    expect(await gather('all', [])).toEqual({ at: 2_000, verdict: { type: 'failed', failure: 'no-network' } });
    expect(await gather('all', [], 40)).toEqual({ at: 40, verdict: { type: 'failed', failure: 'no-network' } });
  });

  it('is not made when only a relay will do and none was found (M01)', async () => {
    expect(await gather('relay', [['host', 5]], 700)).toEqual({ at: 700, verdict: { type: 'failed', failure: 'no-relay' } });
    expect(await gather('relay', [])).toEqual({ at: 10_000, verdict: { type: 'failed', failure: 'no-relay' } });
    expect(await gather('relay', [['relay', 4_000]])).toEqual({ at: 6_000, verdict: { type: 'ready' } });
  });

  it('is waited for exactly until the next moment at which the verdict can change', () => {
    expect(judgeGathering({ policy: 'all', elapsed: ms(100), complete: false, found: 1, firstRelay: ms(100) })).toEqual({ type: 'wait', until: seconds(2.1) });
  });
});

async function gather(policy: IceConfig['policy'], finds: readonly (readonly [CandidateType, number])[], completeAt?: number): Promise<{ at: number; verdict: Settled | undefined }> {
  const time = new VirtualTime();
  let at = -1;
  let verdict: Settled | undefined;
  const watch = new GatherWatch(time, policy, (settled) => {
    at = time.now();
    verdict = settled;
  });
  for (const [type, after] of finds) time.schedule(ms(after), () => watch.found(type));
  if (completeAt !== undefined) time.schedule(ms(completeAt), () => watch.completed());
  await time.settle();
  return { at, verdict };
}
