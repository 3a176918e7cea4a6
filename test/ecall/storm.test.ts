import { describe, expect, it } from 'vitest';
import { ms } from '../../src/base/units.ts';
import { CALM, type Weather } from '../../src/transport/index.ts';
import { seed } from '../seed.ts';
import { faultsOf } from '../storms/laws.ts';
import { faultsOfTrace } from '../storms/trace-laws.ts';
import { scriptOf, Storm, type Climate } from './storm.ts';

const HILLS: Weather = { loss: 0.1, duplication: 0.1, delay: [ms(0), ms(2000)], reordering: 0.4 };
const REORDERING: Weather = { loss: 0, duplication: 0.2, delay: [ms(0), ms(1500)], reordering: 0.5 };

const CLIMATES: readonly (readonly [name: string, runs: number, climate: Climate])[] = [
  ['on a calm backend', 600, { weather: CALM, refusals: 0, crashes: false, devices: 1 }],
  ['when messages overtake each other and come twice', 500, { weather: REORDERING, refusals: 0, crashes: false, devices: 1 }],
  ['when messages are lost and refused', 500, { weather: HILLS, refusals: 0.05, crashes: false, devices: 1 }],
  ['when devices crash and come back', 500, { weather: HILLS, refusals: 0, crashes: true, devices: 1 }],
  ['with two devices each', 400, { weather: REORDERING, refusals: 0, crashes: false, devices: 2 }],
];

describe('two people who do anything at any time', () => {
  it.each(CLIMATES)('P1 P2 P3 P5 P6 P7 P10 P11 P13 P17 P18 are together or free in the end %s', async (_name, runs, climate) => {
    let connected = 0;
    for (let run = 0; run < runs; run++) {
      const number = seed + run;
      const script = scriptOf(number, climate);

      const storm = await Storm.play(number, climate, script);

      const faults = faultsOf(storm);
      if (run % TRACES === 0) faults.push(...storm.lived.flatMap(faultsOfTrace));
      if (faults.length > 0) expect.fail(`${faults.join('; ')}\nCALLCORE_SEED=${number} runs it first; its script: ${JSON.stringify(script)}`);
      connected += storm.lived.filter(({ connectedAt }) => connectedAt !== undefined).length;
    }
    // A storm in which nobody ever talks would prove nothing.
    expect(connected).toBeGreaterThan(runs);
  }, 180_000);
});

/** One run in so many has its traces replayed, which costs more than the run. */
const TRACES = 16;
