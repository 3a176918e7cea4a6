import { writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { counted, countsOf, endOf, endOfAvs, inAvsOrder, type Case } from './avs/case.ts';
import { NodeParty } from './avs/node-party.ts';
import type { InteropWorld, Stack } from './avs/world.ts';

/** `CALLCORE_RECORD=1 npx vitest run test/interop/avs.test.ts` writes the recordings anew. */
const RECORDS = process.env['CALLCORE_RECORD'] !== undefined;
export const RECORDED: URL = new URL('../fixtures/calls-with-avs/', import.meta.url);

/** Plays a case and holds both ends of it to what is expected. */
export async function playCase(world: InteropWorld, stack: Stack, { play, ends, racing, recorded, channel = 'whole' }: Case): Promise<void> {
  const scene = await world.scene(stack);
  try {
    const { callcore, avs } = await play(scene);
    const [ours, theirs] = [await callcore.report(), await avs.report()];
    expect({ backend: scene.post.kinds(), callcore: counted(endOf(ours), channel), avs: counted(endOfAvs(theirs, racing), channel) })
      .toEqual({ backend: ends.backend, callcore: counted(ends.callcore, channel), avs: counted(inAvsOrder(ends.avs), channel) });
    // Nothing was lost between the ends, and nothing was heard that was not said.
    if (channel === 'whole') expect([countsOf(ours.heard), countsOf(theirs.heard)]).toEqual([countsOf(theirs.said), countsOf(ours.said)]);
    expect(await callcore.timers).toBe(0);
    if (RECORDS && recorded !== undefined && callcore instanceof NodeParty) writeFileSync(new URL(`${recorded}.json`, RECORDED), `${JSON.stringify(callcore.trace)}\n`);
  } finally {
    await scene.close();
  }
}
