import { writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { counted, countsOf, endOf, endOfAvs, inAvsOrder, type Case, type End, type Ends } from './avs/case.ts';
import { NodeParty } from './avs/node-party.ts';
import type { Report } from './avs/party.ts';
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
    const [weSaid, theySaid] = withoutRepeats(ours, theirs, ends);
    expect({ backend: scene.post.kinds(), callcore: counted({ ...endOf(ours), said: weSaid }, channel), avs: counted({ ...endOfAvs(theirs, racing), said: theySaid }, channel) })
      .toEqual({ backend: ends.backend, callcore: counted(ends.callcore, channel), avs: counted(inAvsOrder(ends.avs), channel) });
    // Nothing was lost between the ends, and nothing was heard that was not said.
    if (channel === 'whole') expect([countsOf(ours.heard), countsOf(theirs.heard)]).toEqual([countsOf(theirs.said), countsOf(ours.said)]);
    expect(await callcore.timers).toBe(0);
    if (RECORDS && recorded !== undefined && callcore instanceof NodeParty) writeFileSync(new URL(`${recorded}.json`, RECORDED), `${JSON.stringify(callcore.trace)}\n`);
  } finally {
    await scene.close();
  }
}

/** A PROPSYNC that is not acknowledged within 400 ms is said again, on a slow machine too: both ends then have one more, of it and of its response. */
function withoutRepeats(ours: Report, theirs: Report, ends: Ends): readonly [End['said'], End['said']] {
  const [weSaid, theySaid] = [countsOf(ours.said), countsOf(theirs.said)];
  const repeats = (weSaid['PROPSYNC'] ?? 0) - (ends.callcore.said['PROPSYNC'] ?? 0);
  const answers = (theySaid['PROPSYNC(r)'] ?? 0) - (ends.avs.said['PROPSYNC(r)'] ?? 0);
  if (repeats <= 0 || repeats > MOST_REPEATS || answers !== repeats) return [weSaid, theySaid];
  return [{ ...weSaid, PROPSYNC: (weSaid['PROPSYNC'] ?? 0) - repeats }, { ...theySaid, 'PROPSYNC(r)': (theySaid['PROPSYNC(r)'] ?? 0) - repeats }];
}

const MOST_REPEATS = 2;
