import { describe, expect, it } from 'vitest';
import { openBrowser } from './browser.ts';
import { MissingToolError, systemTool } from './system-tool.ts';

describe('the browser of the tests', () => {
  it('has a page with a camera, and tells what went wrong in it', async () => {
    const html = '<!doctype html><title>site</title><script type="module" src="/page.js"></script>';
    const script = `
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
      document.title = stream.getTracks().map((track) => track.kind).sort().join();
      console.error('a word of warning');`;
    await using browser = await openBrowser({ '/': { type: 'text/html', body: html }, '/page.js': { type: 'text/javascript', body: script } });

    const { page, complaints, requests } = await browser.open('/');
    await page.waitForFunction('document.title !== "site"');

    expect(await page.title()).toBe('audio,video');
    await expect.poll(() => complaints).toEqual(['a word of warning']);
    expect(requests).toEqual([`${browser.origin}/`, `${browser.origin}/page.js`]);
  });

  it('is not looked for elsewhere when somebody named one that is not there', async () => {
    process.env['CALLCORE_CHROMIUM'] = '/nowhere/chromium';
    try {
      await expect(systemTool('chromium')).rejects.toThrow(MissingToolError);
    } finally {
      delete process.env['CALLCORE_CHROMIUM'];
    }
  });
});
