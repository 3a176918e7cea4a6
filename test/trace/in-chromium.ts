import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { openBrowser } from '../browser.ts';

/** What Chromium makes of traces, and which one it is. */
export async function replayInChromium(texts: readonly string[]): Promise<{ readonly version: string; readonly replayed: readonly string[] }> {
  const { outputFiles } = await build({ entryPoints: [fileURLToPath(new URL('page/replaying-page.ts', import.meta.url))], bundle: true, write: false, format: 'iife', target: 'es2023' });
  await using browser = await openBrowser({
    '/': { type: 'text/html', body: '<!doctype html><title>replay</title><script src="/page.js"></script>' },
    '/page.js': { type: 'text/javascript', body: outputFiles[0]!.contents },
  });
  const { page, complaints } = await browser.open('/');
  const replayed = await page.evaluate((given) => (globalThis as unknown as { replayTexts: (texts: readonly string[]) => readonly string[] }).replayTexts(given), texts);
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
  return { version: `Chromium ${browser.browser.version()}`, replayed };
}
