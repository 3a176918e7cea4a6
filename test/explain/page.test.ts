import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replay } from '../../src/ecall/index.ts';
import { handle } from '../../src/ecall/ecall.ts';
import { stateOf } from '../../src/econn/index.ts';
import type { TraceBundle } from '../../src/trace/index.ts';
import { bundlePage } from '../../tools/page-assets.ts';
import { pageHtml } from '../../tools/explain/page-html.ts';
import { storyOf } from '../../tools/explain/story/story.ts';
import { STATES } from '../../tools/explain/story/words.ts';
import { readTrace } from '../../tools/traces/read-trace.ts';
import { openBrowser, type OpenPage, type TestBrowser } from '../browser.ts';
import { busy, glare, reconnect } from './traced-calls.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const GHOST = readTrace(readFileSync(new URL('../traces/ghost-ring-beside-a-glare.trace.json', import.meta.url), 'utf8'));

let bundles: { readonly [name: string]: TraceBundle };
let browser: TestBrowser;

beforeAll(async () => {
  const tricky = { ...(await glare()), title: '</script><script>document.title = "taken"</script><img src=x onerror=alert(1)>' };
  bundles = { glare: await glare(), reconnect: await reconnect(), busy: await busy(), ghost: GHOST, tricky };
  const assets = await bundlePage('explain');
  const pages = Object.entries(bundles).map(([name, bundle]) => [`/${name}`, { type: 'text/html', body: pageHtml(bundle, assets) }] as const);
  browser = await openBrowser(Object.fromEntries(pages));
}, 120_000);

afterAll(() => browser[Symbol.asyncDispose]());

describe('the page that explains a trace', () => {
  it.each(['glare', 'reconnect', 'busy', 'ghost', 'tricky'])('%s opens by itself: nothing is asked of the network, nothing goes wrong', async (name) => {
    const { page, complaints, requests } = await browser.open(`/${name}`);

    await page.getByText('replayed here, every step as recorded').waitFor();
    for (let step = 0; step < 12; step++) await page.keyboard.press('ArrowRight');

    expect(complaints).toEqual([]);
    expect(requests).toEqual([`${browser.origin}/${name}`]);
    expect(await page.title()).toBe(`${bundles[name]!.title} · callcore`);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(bundles[name]!.title);
    await page.context().close();
  });

  it('shows at every step the state that the engine was in', async () => {
    const { page } = await browser.open('/reconnect');
    await showAll(page);
    const story = storyOf(bundles['reconnect']!);
    const expected = statesByHand(bundles['reconnect']!);

    const shown = (await page.evaluate(GO_THROUGH)) as readonly Seen[];

    expect(shown).toHaveLength(story.moments.length);
    const counted = new Map<string, number>();
    for (const [at, { device, state, heads }] of shown.entries()) {
      const moment = story.moments[at]!;
      if (moment.step === undefined) continue;
      const place = counted.get(device) ?? 0;
      counted.set(device, place + 1);
      const name = expected.get(device)![place]!;
      expect(state).toBe(STATES[name].full);
      expect(heads[moment.lane!.index]).toBe(STATES[name].short);
    }
    for (const [device, states] of expected) expect(counted.get(device)).toBe(states.length);
    await page.context().close();
  });

  it('is gone through with the keyboard: arrows, Home, End, state changes, problems', async () => {
    const { page } = await browser.open('/ghost');
    const slider = page.getByRole('slider', { name: 'Event' });
    const told = (): Promise<string | null> => slider.getAttribute('aria-valuetext');
    const first = await told();

    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    expect(await told()).toMatch(/^3 of 17, step 3: a2 hears SETUP b1\.1 from b1/u);
    expect(await page.locator('.inspector h2').textContent()).toBe('a2 hears SETUP b1.1 from b1');
    await page.keyboard.press('c');
    expect(await told()).toContain('b2 hears SETUP a1.1');
    await page.keyboard.press('Shift+C');
    expect(await told()).toMatch(/^3 of 17/u);
    await page.keyboard.press('p');
    expect(await told()).toMatch(/ghost ring\. Problem: ghost ring$/u);
    await page.keyboard.press('ArrowRight');
    expect(await told()).toMatch(/^17 of 17/u);
    await page.keyboard.press('Home');
    expect(await told()).toBe(first);
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    expect(await told()).toMatch(/^16 of 17, step 15: b2 hears CANCEL a1\.1/u);
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    expect(await told()).toMatch(/^15 of 17/u);
    expect(new URL(page.url()).hash).toMatch(/^#\d+$/u);
    await page.context().close();
  });

  it('tells which deadlines run, what changed and what was said, and keeps to one device when asked', async () => {
    const { page } = await browser.open('/glare');
    await page.keyboard.press('c');
    const inspector = page.getByRole('region', { name: 'The selected event' });

    expect(await inspector.locator('.timers').textContent()).toBe('setup1 min left of 1 min');
    expect(await inspector.locator('.said').textContent()).toContain('sends SETUP phone.1 to all devices of bob');
    expect(await inspector.locator('.changes').textContent()).toContain('pendingOutgoing');
    await inspector.getByRole('button', { name: 'laptop' }).click();
    expect(await inspector.locator('.states .pill').textContent()).toBe('IDLE');
    await page.keyboard.press('End');
    expect(await inspector.getByRole('button', { name: 'laptop' }).getAttribute('aria-pressed')).toBe('true');
    await inspector.getByText('The whole state').click();
    await expect.poll(() => inspector.locator('details[open] pre').textContent()).toContain('"peerUser": "alice"');
    await page.context().close();
  });

  it('hides and shows kinds of events, and goes to the one that is clicked', async () => {
    const { page } = await browser.open('/reconnect');
    const rows = page.locator('.row');
    const before = await rows.count();

    await page.getByRole('button', { name: /^Signs of life/u }).click();
    expect(await rows.count()).toBeGreaterThan(before + 30);
    await page.getByRole('button', { name: /^Signs of life/u }).click();
    await page.getByRole('button', { name: /^Media/u }).click();
    expect(await rows.count()).toBeLessThan(before);
    await rows.nth(4).click({ position: { x: 30, y: 10 } });
    expect(await page.getByRole('slider').inputValue()).toBe('4');
    await page.context().close();
  });

  it.each([
    ['glare', 'light', 1280, 800], ['glare', 'dark', 1280, 800], ['reconnect', 'light', 390, 844], ['reconnect', 'dark', 390, 844], ['ghost', 'light', 820, 1100], ['ghost', 'dark', 1440, 900],
  ] as const)('%s, %s, %d wide: fits, and has names and contrast for everybody', async (name, colorScheme, width, height) => {
    const { page } = await browser.open(`/${name}`, { colorScheme, viewport: { width, height } });
    await page.keyboard.press('p');

    expect(await page.evaluate('[document.documentElement.scrollWidth, document.documentElement.scrollHeight]')).toEqual([width, height]);
    expect(await faults(page)).toEqual([]);
    await page.context().close();
  });

  it('says so when the engine of the page does something else than was recorded', async () => {
    const bundle = await glare();
    const part = bundle.devices[0]!.parts[0]!;
    const forged = { ...part, entries: part.entries.map((entry, at) => (at === 3 ? { ...entry, outputs: [] } : entry)) };
    const changed = { ...bundle, devices: [{ ...bundle.devices[0]!, parts: [forged] }, bundle.devices[1]!] } as TraceBundle;
    await using other: TestBrowser = await openBrowser({ '/': { type: 'text/html', body: pageHtml(changed, await bundlePage('explain')) } });
    const { page }: OpenPage = await other.open('/');

    await page.getByText('does not replay as recorded').waitFor();
    await page.keyboard.press('p');
    expect(await page.locator('.problem').textContent()).toBe('does something else than when it was recorded');
    expect(await page.getByRole('heading', { name: 'Recorded otherwise' }).count()).toBe(1);
  });
});

type Seen = { readonly device: string; readonly state: string; readonly heads: readonly string[] };

/** Moves the slider from end to end and reads what the page shows. */
const GO_THROUGH = `(() => {
  const slider = document.querySelector('input');
  const seen = [];
  for (let at = 0; at <= Number(slider.max); at++) {
    slider.value = String(at);
    slider.dispatchEvent(new Event('input'));
    seen.push({
      device: document.querySelector('.inspector h2 b')?.textContent ?? '',
      state: [...document.querySelectorAll('.inspector .states .pill')].at(-1)?.textContent ?? '',
      heads: [...document.querySelectorAll('.head .pill')].map((pill) => pill.textContent),
    });
  }
  return seen;
})()`;

async function showAll(page: Page): Promise<void> {
  for (const button of await page.getByRole('group', { name: 'Show' }).getByRole('button').all()) {
    if ((await button.getAttribute('aria-pressed')) === 'false') await button.click();
  }
}

/** The states of each device after each of its steps, from the engine alone. */
function statesByHand({ devices }: TraceBundle): ReadonlyMap<string, readonly (keyof typeof STATES)[]> {
  return new Map(devices.map(({ name, parts }) => [name, parts.flatMap((part) => {
    if (part.level !== 'ecall') throw new Error('a trace of calls');
    let ecall = part.initial;
    return replay({ version: 1, ...part }).entries.map(({ input }) => {
      [ecall] = handle(ecall, input);
      return stateOf(ecall.econn);
    });
  })]));
}

async function faults(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> } }).axe.run());
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''} ${nodes[0]?.failureSummary ?? ''}`);
}
