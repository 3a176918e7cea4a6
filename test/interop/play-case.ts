import { expect } from 'vitest';
import { countsOf, endOf, endOfAvs, inAvsOrder, uncounted, type Case, type End } from './avs/case.ts';
import type { InteropWorld, Stack } from './avs/world.ts';

/** Plays a case and holds both ends of it to what is expected. */
export async function playCase(world: InteropWorld, stack: Stack, { play, ends, racing, channel = 'whole' }: Case): Promise<void> {
  const scene = await world.scene(stack);
  try {
    const { callcore, avs } = await play(scene);
    const [ours, theirs] = [await callcore.report(), await avs.report()];
    const counted = channel === 'whole' ? (end: End) => end : uncounted;
    expect({ backend: scene.post.kinds(), callcore: counted(endOf(ours)), avs: counted(endOfAvs(theirs, racing)) })
      .toEqual({ backend: ends.backend, callcore: counted(ends.callcore), avs: counted(inAvsOrder(ends.avs)) });
    // Nothing was lost between the ends, and nothing was heard that was not said.
    if (channel === 'whole') expect([countsOf(ours.heard), countsOf(theirs.heard)]).toEqual([countsOf(theirs.said), countsOf(ours.said)]);
    expect(await callcore.timers).toBe(0);
  } finally {
    await scene.close();
  }
}
