import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { until, type Person } from './person.ts';
import { WebWorld } from './web-world.ts';

let world: WebWorld;
beforeAll(async () => {
  world = await WebWorld.open();
});
afterAll(() => world[Symbol.asyncDispose]());

describe('the call page', () => {
  it('takes names of letters and digits, gives each to whoever came first, and knows its person after a reload', async () => {
    const ann = await world.visitor();
    await ann.page.getByLabel('Your name').fill('!ann');
    await ann.press('Sign in');
    await ann.reads('Use a name of letters and digits, at most 32 of them.');
    await ann.signIn('Ann');
    await ann.page.getByRole('heading', { name: 'ann', exact: true }).waitFor();

    const other = await world.visitor();
    await other.page.getByLabel('Your name').fill('ann');
    await other.press('Sign in');
    await other.reads('Somebody else is ann here: choose another name.');
    await other.signIn('bea');

    await ann.add('bea');
    await ann.page.reload();
    await ann.online();
    await ann.button('Call bea').waitFor();

    ann.page.on('dialog', (dialog) => void dialog.accept());
    await ann.press('Sign out');
    await ann.page.getByLabel('Your name').waitFor();
    await leave(ann, other);
  });

  it('signs its person in as soon as a server that was away answers', async () => {
    const zoe = await world.person('zoe');
    await zoe.add('ann');
    const serverIsBack = await zoe.losesServer();
    await zoe.page.reload();
    await zoe.reads('Signing in as zoe…');
    serverIsBack();
    await zoe.online();
    await zoe.button('Call ann').waitFor();
    await leave(zoe);
  });

  it('says where to allow the microphone when it may not have it, and goes on ringing', async () => {
    const [cleo, dan] = (await world.people('cleo', 'dan')) as [Person, Person];
    await setMicrophone(dan.page, 'denied');
    await dan.call('cleo');
    await dan.reads('Capturing is not allowed: allow it in the settings of the browser for this site.');
    await dan.press('Dismiss');
    await cleo.call('dan');
    await dan.answer();
    await dan.page.getByRole('alertdialog').getByText('Capturing is not allowed: allow it in the settings of the browser for this site.').waitFor();
    await cleo.reads('Calling…');
    await setMicrophone(dan.page, 'granted');
    await dan.answer();
    await Promise.all([cleo.inPhase('connected'), dan.inPhase('connected')]);
    await leave(cleo, dan);
  });

  it('is used with the keyboard alone: sign in, add, call, answer, mute, hang up', async () => {
    const [eve, finn] = [await world.visitor(), await world.visitor()];
    for (const [person, name] of [[eve, 'eve'], [finn, 'finn']] as const) {
      await until(() => focused(person), (label) => label === 'Your name', 'the name can be typed');
      await person.page.keyboard.type(name);
      await person.page.keyboard.press('Enter');
      await person.online();
    }
    await tabTo(eve, 'Name of a person');
    await eve.page.keyboard.type('finn');
    await eve.page.keyboard.press('Enter');
    await tabTo(eve, 'Call finn');
    await eve.page.keyboard.press('Enter');

    // Whoever is typing when it rings does not take the call by that.
    await finn.button('Accept').waitFor();
    await finn.page.keyboard.press('Space');
    await finn.page.keyboard.press('Escape');
    await finn.button('Accept').waitFor();
    await tabTo(finn, 'Accept');
    await finn.page.keyboard.press('Enter');
    await Promise.all([eve.inPhase('connected'), finn.inPhase('connected')]);
    await until(() => focused(finn), (label) => label === 'Call with eve', 'the focus is at the call');

    await finn.page.keyboard.press('m');
    await finn.button('Unmute').waitFor();
    await eve.reads('finn is muted');
    await finn.page.keyboard.press('m');
    await finn.button('Mute').waitFor();
    await eve.page.getByText('finn is muted').waitFor({ state: 'detached' });

    await tabTo(finn, 'Security');
    await finn.page.keyboard.press('Enter');
    await finn.reads('Nobody else can listen');
    await finn.page.keyboard.press('Escape');
    await until(() => focused(finn), (label) => label === 'Security', 'the focus is back at the button');
    await tabTo(finn, 'Hang up');
    await finn.page.keyboard.press('Enter');
    await eve.reads('They hung up');
    await tabTo(eve, 'Close');
    await eve.page.keyboard.press('Enter');
    await until(() => focused(eve), (label) => label === 'Call finn', 'the focus is where the call began');
    await leave(eve, finn);
  });

  it.each(['light', 'dark'] as const)('has nothing that hinders people, on any screen, in %s', async (scheme) => {
    const gus = await world.visitor({ colorScheme: scheme });
    const hana = await world.visitor({ colorScheme: scheme, viewport: { width: 360, height: 720 } });
    await nothingHinders(gus.page, 'signing in');
    await gus.signIn(`gus ${scheme}`);
    await hana.signIn(`hana ${scheme}`);
    await gus.call(hana.name, 'with video');
    await nothingHinders(gus.page, 'calling');
    await hana.button('Accept').waitFor();
    await nothingHinders(hana.page, 'ringing');
    await hana.answer('with video');
    await Promise.all([gus.sees(`Picture of ${hana.name}`), hana.sees(`Picture of ${gus.name}`)]);
    await gus.reads('Connection good');
    for (const panel of ['Security', 'Devices'] as const) {
      await Promise.all([gus, hana].map(async (each) => each.press(panel)));
      await Promise.all([gus, hana].map(async ({ page }) => nothingHinders(page, `in a call with ${panel}`)));
    }
    await gus.press('Hang up');
    await hana.reads('They hung up');
    await Promise.all([gus, hana].map(async ({ page }) => nothingHinders(page, 'ended')));
    await Promise.all([gus, hana].map(async (each) => each.press('Close')));
    await hana.call(gus.name);
    await gus.button('Accept').waitFor();
    await hana.press('Hang up');
    await gus.press('Close');
    await nothingHinders(gus.page, 'people and missed calls');
    expect(await hana.page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await leave(gus, hana);
  });

  it('finds people among many, and shows long names without breaking', async () => {
    const ida = await world.person('i'.repeat(32), { viewport: { width: 360, height: 640 } });
    const long = 'w'.repeat(32);
    for (const name of ['ada', 'grace', 'edsger', long]) await ida.add(name);
    await ida.page.getByLabel('Name of a person').fill('GRA');
    expect(await ida.page.getByRole('button', { name: /^Call .* with video$/ }).allTextContents()).toHaveLength(1);
    await ida.page.getByLabel('Name of a person').fill('');
    await ida.call(long);
    await ida.reads('They cannot be reached: nobody of that name is signed in');
    expect(await ida.page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await leave(ida);
  });

  it('closes what it opens with the same button, on a phone on its side and on the smallest', async () => {
    const [kai, lea] = [await world.visitor({ viewport: { width: 780, height: 360 } }), await world.visitor({ viewport: { width: 320, height: 568 } })];
    await kai.signIn('kai');
    await lea.signIn('lea');
    await kai.call('lea');
    await lea.answer();
    for (const each of [kai, lea]) {
      await each.inPhase('connected');
      expect(await each.signs()).toHaveLength(7);
      await each.press('Devices');
      await each.press('Devices');
      expect(await each.page.getByLabel('Microphone').count()).toBe(0);
    }
    await kai.press('Hang up');
    await lea.reads('They hung up');
    await leave(kai, lea);
  });
});

async function nothingHinders(page: Page, where: string): Promise<void> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<{ readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[] }[] }>('axe.run()');
  expect(violations.map(({ id, nodes }) => `${where}: ${id} ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`).join(' | ')}`)).toEqual([]);
}

/** Presses Tab until it is there; everything that can be pressed must be reachable within forty. */
async function tabTo(person: Person, label: string): Promise<void> {
  const passed: string[] = [];
  for (let step = 0; step < 40; step++) {
    const at = await focused(person);
    if (at === label) return;
    passed.push(at);
    await person.page.keyboard.press('Tab');
  }
  throw new Error(`no way to ${label} with Tab, past ${passed.join(', ')}`);
}

/** What a screen reader would call the element that has the focus. */
function focused(person: Person): Promise<string> {
  return person.page.evaluate<string>('(({ activeElement: at }) => at?.getAttribute("aria-label") ?? at?.labels?.[0]?.textContent ?? at?.textContent?.trim() ?? "")(document)');
}

/** What a browser does whose person said no, by Media Capture and Streams §10.2; the flags of the test browser say yes for everybody. */
async function setMicrophone(page: Page, setting: 'denied' | 'granted'): Promise<void> {
  await page.evaluate(setting === 'denied'
    ? "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('Permission denied', 'NotAllowedError'))"
    : 'delete navigator.mediaDevices.getUserMedia');
}

async function leave(...people: readonly Person[]): Promise<void> {
  for (const person of people) {
    person.wasQuiet();
    await person[Symbol.asyncDispose]();
  }
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
