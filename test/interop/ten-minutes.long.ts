import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from './avs/party.ts';
import { hangUp, heardAtBothEnds, LOUD, talk } from './avs/plays.ts';
import { InteropWorld, STACKS } from './avs/world.ts';

const MINUTES = Number(process.env['CALLCORE_MINUTES'] ?? 10);

let world: InteropWorld;
beforeAll(async () => {
  world = await InteropWorld.open();
});
afterAll(() => world[Symbol.asyncDispose]());

// AVS answers no PING: only its media and its channel show that it is there, and it is muted half of the time.
describe.each(STACKS)('a call of %s with AVS', (stack) => {
  it(`lasts ${String(MINUTES)} minutes without AVS being taken for dead`, async () => {
    const scene = await world.scene(stack);
    const sides = { callcore: await scene.callcore(), avs: await scene.avs() };
    await talk(sides.callcore, sides.avs, sides);
    for (let minute = 0; minute < MINUTES; minute++) {
      const muted = minute % 2 === 1;
      await sides.avs.act({ do: 'mute', on: muted });
      await until(sides.callcore, ({ peer, loudness }) => peer.muted === muted && loudness > LOUD === !muted, muted ? 'silence' : 'sound');
      const before = await sides.callcore.report();
      await new Promise((resolve) => {
        setTimeout(resolve, 59_000);
      });
      const { told, audio } = await sides.callcore.report();
      expect(told).toEqual(['connecting', 'connected']);
      expect(audio.received - before.audio.received).toBeGreaterThan(59 * 45);
    }
    await sides.avs.act({ do: 'mute', on: false });
    await heardAtBothEnds(sides);
    await hangUp(sides.avs, sides);
    expect((await sides.callcore.report()).told).toEqual(['connecting', 'connected', 'ending', 'ended ended-by-peer']);
    expect(scene.post.kinds()).toEqual(['SETUP', 'SETUP(r)']);
    await scene.close();
  });
});
