import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countsOf, endOf, endOfAvs, inAvsOrder, uncounted, type End } from './avs/case.ts';
import { CASES } from './avs/cases.ts';
import { InteropWorld, type Stack } from './avs/world.ts';

let world: InteropWorld;
beforeAll(async () => {
  world = await InteropWorld.open();
});
afterAll(() => world[Symbol.asyncDispose]());

const STACKS: readonly Stack[] = ['werift in Node', 'native in a page'];

describe.each(STACKS)('callcore (%s) and AVS', (stack) => {
  it.each(CASES)('$name', async ({ play, ends, channel = 'whole' }) => {
    const scene = await world.scene(stack);
    try {
      const { callcore, avs } = await play(scene);
      const [ours, theirs] = [await callcore.report(), await avs.report()];
      const counted = channel === 'whole' ? (end: End) => end : uncounted;
      expect({ backend: scene.post.kinds(), callcore: counted(endOf(ours)), avs: counted(endOfAvs(theirs)) })
        .toEqual({ backend: ends.backend, callcore: counted(ends.callcore), avs: counted(inAvsOrder(ends.avs)) });
      // Nothing was lost between the ends, and nothing was heard that was not said.
      if (channel === 'whole') expect([countsOf(ours.heard), countsOf(theirs.heard)]).toEqual([countsOf(theirs.said), countsOf(ours.said)]);
      expect(await callcore.timers).toBe(0);
    } finally {
      await scene.close();
    }
  });
});
