import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../browser.ts';
import type { Person } from './person.ts';
import { kill } from './vanish.ts';
import { WebWorld } from './web-world.ts';

let world: WebWorld;
beforeAll(async () => {
  world = await WebWorld.open();
});
afterAll(() => world[Symbol.asyncDispose]());

describe('a call page that goes away', () => {
  it('O03 ends its call at the other end when its tab is closed, without a word of reconnecting', async () => {
    const [ann, ben] = await talking('ann', 'ben');
    const shown = await ann.watchPhases();
    const closedAt = performance.now();
    await ben.closeTab();
    await ann.reads('They hung up');
    // A second when nothing else runs here. A peer that says no farewell is missed after six at the earliest.
    expect(performance.now() - closedAt).toBeLessThan(5_000);
    expect(await shown()).not.toContain('reconnecting');
    await ann[Symbol.asyncDispose]();
  });

  it('O03 goes on with its call after a reload, and after another, and nobody has to answer anything', async () => {
    const [cleo, dan] = await talking('cleo', 'dan', 'with video');
    for (let reload = 0; reload < 2; reload++) {
      await dan.page.reload();
      await dan.inPhase('connected');
      await Promise.all([dan.hears(), cleo.hears(), dan.sees('Picture of cleo'), cleo.sees('Picture of dan')]);
    }
    await cleo.inPhase('connected');
    await dan.press('Hang up');
    await cleo.reads('They hung up');
    cleo.wasQuiet();
    dan.wasQuiet();
    await Promise.all([cleo, dan].map((each) => each[Symbol.asyncDispose]()));
  });

  it('O03 rings again after a reload while it rang; a caller that reloads has given up, and is told so once', async () => {
    const [eve, finn] = [await world.person('eve'), await world.person('finn')];
    await eve.call('finn');
    await finn.button('Accept').waitFor();
    await finn.page.reload();
    await finn.answer();
    await Promise.all([eve.inPhase('connected'), finn.inPhase('connected')]);
    await Promise.all([eve.hears(), finn.hears()]);
    await finn.press('Hang up');
    await eve.press('Call again');
    await finn.button('Accept').waitFor();
    await eve.page.reload();
    await finn.reads('They gave up calling');
    await eve.reads('Your call to finn was given up, because this page was reloaded before they answered.');
    await eve.page.reload();
    await eve.online();
    expect(await eve.page.getByRole('alert').count()).toBe(0);
    await Promise.all([eve, finn].map((each) => each[Symbol.asyncDispose]()));
  });

  it('I07 is missed within six seconds when its browser is killed: the other is reconnecting, and may hang up', async () => {
    const elsewhere = await openBrowser({});
    const [gus, hana] = [await world.person('gus'), await world.visitor({}, elsewhere)];
    await hana.signIn('hana');
    await gus.call('hana');
    await hana.answer();
    await Promise.all([gus.inPhase('connected'), gus.hears()]);
    const killedAt = performance.now();
    await kill(elsewhere);
    await gus.inPhase('reconnecting');
    expect(performance.now() - killedAt).toBeLessThan(6_000 + SLACK_MS);
    await gus.press('Hang up');
    await gus.reads('You hung up');
    await gus[Symbol.asyncDispose]();
    await elsewhere[Symbol.asyncDispose]();
  });

  it('I07 is missed as soon when the other was about to show something', async () => {
    const elsewhere = await openBrowser({});
    const [ivan, june] = [await world.person('ivan'), await world.visitor({}, elsewhere)];
    await june.signIn('june');
    await ivan.call('june');
    await june.answer();
    await Promise.all([ivan.inPhase('connected'), ivan.hears()]);
    await kill(elsewhere);
    const killedAt = performance.now();
    await ivan.press('Start camera');
    await ivan.inPhase('reconnecting');
    expect(performance.now() - killedAt).toBeLessThan(6_000 + SLACK_MS);
    await ivan[Symbol.asyncDispose]();
    await elsewhere[Symbol.asyncDispose]();
  });
});

describe('a server that goes away', () => {
  it('is waited for: the call goes on without it, and when it is back people reach each other again', async () => {
    const [ida, jon] = await talking('ida', 'jon');
    await world.stopServing();
    await Promise.all([ida.reads('Connecting to the server…'), jon.reads('Connecting to the server…')]);
    await Promise.all([ida.inPhase('connected'), ida.hears(), jon.hears()]);
    await ida.press('Hang up');
    await jon.reads('They hung up');
    await world.serveAgain();
    await Promise.all([ida.online(), jon.online()]);
    await jon.press('Close');
    await jon.call('ida');
    await ida.answer();
    await Promise.all([ida.inPhase('connected'), jon.inPhase('connected')]);
    await Promise.all([ida, jon].map((each) => each[Symbol.asyncDispose]()));
  });
});

async function talking(caller: string, callee: string, how: 'with sound' | 'with video' = 'with sound'): Promise<readonly [Person, Person]> {
  const [one, other] = (await world.people(caller, callee)) as [Person, Person];
  await one.call(callee, how);
  await other.answer(how);
  await Promise.all([one.inPhase('connected'), other.inPhase('connected')]);
  await Promise.all([one.hears(), other.hears()]);
  return [one, other];
}

/** What a busy machine may be late by. */
const SLACK_MS = 3_000;
