import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { systemTool } from './system-tool.ts';

/** What a site consists of, by path (`/`, `/page.js`). */
export type Site = Readonly<Record<string, { readonly type: string; readonly body: string | Uint8Array }>>;

/** A headless Chromium and the site that it looks at. `await using` closes both. */
export type TestBrowser = AsyncDisposable & {
  readonly browser: Browser;
  /** `http://127.0.0.1:port`: a secure context, so that media devices and crypto are there. */
  readonly origin: string;
  /** A page in a context of its own, with what it complained about so far. */
  open(path: string, options?: BrowserContextOptions): Promise<OpenPage>;
};

export type OpenPage = {
  readonly page: Page;
  /** Errors thrown and errors logged, in order. */
  readonly complaints: readonly string[];
  /** The URLs that it asked for, the page itself first. */
  readonly requests: readonly string[];
};

/**
 * Starts Chromium with a fake camera and microphone, permissions given, and host candidates in the clear (mDNS
 * names cannot be resolved by peers outside of it), unless its addresses are to be `hidden` behind such names as from
 * pages that may not capture, and serves the site to it.
 */
export async function openBrowser(site: Site, addresses: 'clear' | 'hidden' = 'clear'): Promise<TestBrowser> {
  const server = createServer((request, response) => {
    const file = site[new URL(request.url ?? '/', 'http://site').pathname];
    // Browsers ask for this on their own.
    if (request.url === '/favicon.ico') response.writeHead(204).end();
    else if (file === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': file.type, 'cache-control': 'no-store' }).end(file.body);
  });
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const browser = await chromium.launch({ executablePath: await systemTool('chromium'), args: [...FLAGS, ...(addresses === 'clear' ? CLEAR : HIDDEN)] });
  return {
    browser,
    origin,
    open: async (path, options) => openPage(await (await browser.newContext(options)).newPage(), new URL(path, origin).href),
    [Symbol.asyncDispose]: async () => {
      await browser.close();
      server.closeAllConnections();
      await new Promise((closed) => {
        server.close(closed);
      });
    },
  };
}

async function openPage(page: Page, url: string): Promise<OpenPage> {
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(url);
  return { page, complaints, requests };
}

const CLEAR: readonly string[] = ['--use-fake-ui-for-media-stream', '--disable-features=WebRtcHideLocalIpsWithMdns'];
const HIDDEN: readonly string[] = ['--enable-features=WebRtcHideLocalIpsWithMdns'];

const FLAGS: string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
];
