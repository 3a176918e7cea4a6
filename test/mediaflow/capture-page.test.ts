import { describe, expect, it } from 'vitest';
import { openBrowser } from '../browser.ts';
import { pageSite } from '../page-site.ts';

type CapturePage = { captureAll(): Promise<Record<string, unknown>>; microphoneFailure(): Promise<string> };

describe('microphone, camera and screen, in a page', () => {
  it('open as asked for, by id where one is given, and end when stopped; without permission they say so (H15)', async () => {
    await using browser = await openBrowser(await pageSite('test/mediaflow/page/capture-page.ts'));
    const { page, complaints } = await browser.open('/');
    expect(await page.evaluate(() => (globalThis as unknown as CapturePage).captureAll())).toMatchObject({
      microphone: { echoCancellation: false, noiseSuppression: true }, camera: { width: 320, height: 240 }, screen: 'video', chosen: true, listed: true, unknown: 'no-device', stopped: 'ended',
    });

    expect(complaints).toEqual([]);

    // A frame of another origin may capture nothing unless its page lets it.
    await page.setContent(`<iframe src="${browser.origin.replace('127.0.0.1', 'localhost')}/">`);
    const frame = page.frames()[1];
    await frame?.waitForFunction(() => 'microphoneFailure' in globalThis);
    expect(await frame?.evaluate(() => (globalThis as unknown as CapturePage).microphoneFailure())).toBe('denied');
  });
});
