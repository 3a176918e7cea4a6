import { describe, expect, it } from 'vitest';
import { SeededEntropy } from '../../src/base/seeded-entropy.ts';
import { seed } from '../seed.ts';
import { a1, a2, b1, b2 } from './cast.ts';
import { Storm } from './storm.ts';

const STORMS = 1500;

describe('people who call, answer, renew and end as they like, on a road without order that says things twice', () => {
  for (const { devices, loses } of [false, true].flatMap((loses) => [[a1, b1], [a1, b1, b2], [a1, a2, b1, b2]].map((devices) => ({ devices, loses })))) {
    it(`P1 P2 P3 leave nobody ringing or alone, nor in calls of different names, ${loses ? 'once time has passed for what was lost' : 'when all is heard'}: ${devices.map(({ device }) => device).join(' ')}`, () => {
      let talking = 0;
      for (let number = 0; number < STORMS; number++) {
        const dice = new SeededEntropy(seed + number);
        const storm = new Storm(devices, dice, loses);

        storm.blow(4 + dice.below(60));

        if (storm.wreckage.length > 0) expect.fail(`${String(seed + number)}: ${storm.wreckage.join(', ')} after ${storm.deeds.join(', ')}`);
        if (devices.some((device) => storm.call.at(device).state === 'established')) talking += 1;
      }
      expect(talking).toBeGreaterThan(STORMS / 20);
    });
  }
});
