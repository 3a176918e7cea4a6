import { afterAll, beforeAll, describe, it } from 'vitest';
import { CASES } from './avs/cases.ts';
import { InteropWorld, STACKS } from './avs/world.ts';
import { playCase } from './play-case.ts';

let world: InteropWorld;
beforeAll(async () => {
  world = await InteropWorld.open();
});
afterAll(() => world[Symbol.asyncDispose]());

describe.each(STACKS)('callcore (%s) and AVS', (stack) => {
  for (const each of CASES) it(each.name, () => playCase(world, stack, each));
});
