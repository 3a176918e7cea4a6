import { describe, expect, it } from 'vitest';
import { seed } from '../seed.ts';
import { replayInChromium } from './in-chromium.ts';
import { randomRun } from './random-run.ts';

describe('a run that was recorded in Node', () => {
  it('O06 happens again in Chromium, byte for byte', async () => {
    const texts = Array.from({ length: 200 }, (_, run) => JSON.stringify(randomRun(seed + run)));

    const { replayed } = await replayInChromium(texts);

    expect(replayed).toHaveLength(texts.length);
    for (const [run, text] of texts.entries()) expect(replayed[run]).toBe(text);
  });
});
