import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mediaFlowConformance } from '../../src/mediaflow/conformance/flow-conformance.ts';
import { openBrowser, type OpenPage, type TestBrowser } from '../browser.ts';
import { pageSite } from '../page-site.ts';

describe('the native media engine, in a page', () => {
  let browser: TestBrowser;
  let open: OpenPage;
  beforeAll(async () => {
    browser = await openBrowser(await pageSite('test/mediaflow/page/conformance-page.ts'));
    open = await browser.open('/');
  });
  afterAll(() => browser[Symbol.asyncDispose]());

  const names = mediaFlowConformance('tracks', () => Promise.reject(new Error('the checks run in the page'))).map(({ name }) => name);
  it.each(names)('%s', async (name) => {
    await open.page.evaluate((wanted) => (globalThis as unknown as { check(name: string): Promise<void> }).check(wanted), name);
    expect(open.complaints).toEqual([]);
  });
});
