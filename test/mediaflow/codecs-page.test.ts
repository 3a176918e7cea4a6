import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordFlow, type RecordedFlow } from '../../src/mediaflow/conformance/recorded-flow.ts';
import { playVideo, readIvf, type FlowOptions } from '../../src/mediaflow/index.ts';
import { WeriftMediaEngine } from '../../src/mediaflow/werift/index.ts';
import { openBrowser, type TestBrowser } from '../browser.ts';
import { pageSite } from '../page-site.ts';

const OPTIONS: FlowOptions = { video: true, ice: { servers: [], policy: 'all' } };
const PATIENCE = { timeout: 15_000 };

describe('a browser', () => {
  let browser: TestBrowser;
  let page: Page;
  const engine = new WeriftMediaEngine();
  beforeAll(async () => {
    browser = await openBrowser(await pageSite('test/mediaflow/page/answering-page.ts'));
    ({ page } = await browser.open('/'));
  });
  afterAll(async () => {
    await engine.close();
    await browser[Symbol.asyncDispose]();
  });

  it.each(['VP9', 'H264'])('decodes %s that werift carries from a file', async (codec) => {
    const sender = recordFlow(engine, OPTIONS);
    sender.flow.attach({ video: playVideo(readIvf(readFileSync(new URL(`../fixtures/video/clock-${codec.toLowerCase()}.ivf`, import.meta.url))), { loop: true }) });
    await connect(page, sender);
    await expect.poll(() => page.evaluate(() => (globalThis as unknown as Answering).seen()), PATIENCE).toEqual({ codec: `video/${codec}`, size: '160x90', enough: true });
    await sender.flow.close();
  });

  it('sends audio of constant bitrate when we ask for it, and only then', async () => {
    for (const constantBitrate of [true, false]) {
      const listener = recordFlow(engine, { ...OPTIONS, constantBitrate });
      await connect(page, listener);
      await expect.poll(() => listener.flow.stats().audio.evenSized, PATIENCE).toBe(constantBitrate);
      await listener.flow.close();
    }
  });
});

/** What test/mediaflow/page/answering-page.ts offers. */
type Answering = { answer(offer: string): Promise<string>; seen(): Promise<unknown> };

async function connect(page: Page, { flow }: RecordedFlow): Promise<void> {
  const { sdp } = await flow.createOffer();
  await flow.acceptAnswer(await page.evaluate((offer) => (globalThis as unknown as Answering).answer(offer), sdp));
}
