import { describe, expect, it } from 'vitest';
import { otherRules } from '../../src/ecall/policy.ts';
import { readBundle, redactBundle, replayBundle, type TraceBundle } from '../../src/trace/index.ts';
import { Town } from '../../src/testing/index.ts';
import { ms } from '../../src/base/units.ts';
import { handleUnder } from '../../tools/explore/rule-variants.ts';
import { rulebook } from '../../tools/traces/rulebook.ts';
import { replaced } from './replaced.ts';
import { seed } from '../seed.ts';
import { randomRun } from './random-run.ts';

describe('a run that was recorded', () => {
  it('O06 happens again byte for byte: ten thousand random ones', () => {
    let steps = 0;
    for (let run = 0; run < 10_000; run++) {
      const bundle = randomRun(seed + run);
      const replayed = replayBundle(bundle);
      if (replayed.difference !== undefined) expect.fail(`run ${String(seed + run)} happens otherwise: ${JSON.stringify(replayed.difference)}`);
      steps += replayed.steps;
    }
    expect(steps).toBeGreaterThan(150_000);
  });

  it('O06 happens again after it was written to a file and read', () => {
    for (let run = 0; run < 300; run++) {
      const bundle = randomRun(seed + run);
      const read = readBundle(JSON.stringify(bundle));
      expect(read).toEqual(JSON.parse(JSON.stringify(bundle)));
      expect(replayBundle(read).difference).toBeUndefined();
    }
  });

  it('P15 O06 happens again, course for course, when names, ids and descriptions are taken out', () => {
    for (let run = 0; run < 500; run++) {
      const bundle = randomRun(seed + run);
      const shown = redactBundle(bundle);
      const text = JSON.stringify({ ...shown, title: '' });
      expect(courseOf(shown)).toEqual(courseOf(bundle));
      expect(replayBundle(readBundle(text)).difference).toBeUndefined();
      expect(text).not.toMatch(/alice|bob|"[ab][12]"/u);
    }
  });

  it('is of several devices on one clock when a town is traced', async () => {
    const town = new Town({ traced: {} });
    const alice = await town.resident('alice', 'phone');
    const bob = await town.resident('bob', 'laptop');
    alice.call('bob');
    await town.time.advance(ms(50));
    bob.ringing.answer();
    await town.time.advance(ms(50));
    bob.crash();
    await town.time.settle();

    const bundle = town.book!.bundle('a crash', 'c');

    expect(bundle.devices.map(({ name }) => name)).toEqual(['alice/phone', 'bob/laptop']);
    expect(bundle.notes).toMatchObject([{ kind: 'fate', device: 1, text: 'crashes' }]);
    expect(replayBundle(readBundle(JSON.stringify(bundle)))).toMatchObject({ difference: undefined });
    expect(JSON.stringify(redactBundle(bundle))).not.toMatch(/alice|bob|phone|laptop/u);
  });

  it('is played by the rules that it names, also where the whole engine plays by others', async () => {
    const town = new Town({ traced: { rules: 'no 2: no marks' } });
    const policy = { [otherRules]: handleUnder('no 2: no marks') };
    const alice = await town.resident('alice', 'phone', { policy });
    await town.resident('bob', 'laptop', { policy });
    town.fate = ({ message }) => (message.type === 'SETUP' ? 'hold' : 'deliver');
    const call = alice.call('bob');
    await town.time.advance(ms(50));
    call.end();
    await town.time.advance(ms(50));
    town.release();
    await town.time.advance(ms(50));

    const written = readBundle(JSON.stringify(town.book!.bundle('a ring for nobody', 'c')));

    expect(replayBundle(written, rulebook).difference).toBeUndefined();
    expect(() => replayBundle(written)).toThrow('"no 2: no marks"');
    const byOurs: TraceBundle = replaced(written, 'no 2: no marks', 'ours');
    expect(replayBundle(byOurs).difference).toMatchObject({ device: 1, input: 'receive' });
  });
});

/** What happened, without whom it was about. */
function courseOf({ devices }: TraceBundle): unknown {
  return devices.map(({ parts }) => parts.map(({ entries }) => entries.map(({ input, outputs }) => `${input.type}: ${outputs.map((output) => output.type).join()}`)));
}
