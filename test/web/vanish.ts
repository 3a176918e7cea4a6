import type { TestBrowser } from '../browser.ts';

/** The browser is gone at once, as when its machine loses power: no page of it says a word. */
export async function kill({ browser }: TestBrowser): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const gone = new Promise<void>((resolve) => {
    browser.once('disconnected', () => resolve());
  });
  for (const { type, id } of processInfo) if (type !== 'browser') process.kill(id, 'SIGSTOP');
  for (const { id } of processInfo.toSorted((one) => (one.type === 'browser' ? 1 : -1))) process.kill(id, 'SIGKILL');
  await gone;
}
