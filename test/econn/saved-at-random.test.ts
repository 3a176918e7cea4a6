import { describe, expect, it } from 'vitest';
import { SeededEntropy } from '../../src/base/seeded-entropy.ts';
import { handle, restore, save, stateOf } from '../../src/econn/index.ts';
import { seed } from '../seed.ts';
import { mutated } from './mutation.ts';
import { RandomScript } from './random-script.ts';
import { inState, stateNames } from './states.ts';

describe('an ECONN that was stored, of any kind', () => {
  it('P14 goes on as if nothing had been, from every step of a script', () => {
    for (let number = 0; number < 300; number++) {
      const script = new RandomScript(seed + number);
      const lived = script.opening();
      const inputs = Array.from({ length: script.length() }, () => {
        const input = script.input(lived.econn, [...lived.timers.keys()]);
        const stored = JSON.stringify(save(lived.econn));
        const outputs = input.type === 'timer-fired' ? lived.expire(input.timer) : lived.feed(input);
        return { stored, input, outputs };
      });
      for (const [at, { stored }] of inputs.entries()) {
        let econn = restore(JSON.parse(stored))!;
        const again = inputs.slice(at).map(({ input }) => {
          const [next, outputs] = handle(econn, input);
          econn = next;
          return outputs;
        });
        expect(again).toEqual(inputs.slice(at).map(({ outputs }) => outputs));
        expect(econn).toEqual(lived.econn);
      }
    }
  });

  it('is an ECONN or none, and never throws, when what was stored is damaged', () => {
    const dice = new SeededEntropy(seed);
    for (let number = 0; number < 3000; number++) {
      const text = mutated(JSON.stringify(save(inState[stateNames[number % stateNames.length]!]().econn)), dice);
      let stored: unknown;
      try {
        stored = JSON.parse(text);
      } catch {
        continue;
      }
      const econn = restore(stored);
      if (econn !== undefined) expect(stateNames).toContain(stateOf(econn));
    }
  });
});
