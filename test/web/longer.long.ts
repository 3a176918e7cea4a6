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

const MINUTES = { timeout: 150_000 };

describe('the call page, at length', () => {
  it.concurrent('C01 rings for a minute: the caller hears that nobody answered, the other has missed a call', async () => {
    const [ann, ben] = (await world.people('ann', 'ben')) as [Person, Person];
    await ann.call('ben');
    await ben.button('Accept').waitFor();
    await ann.page.getByText('No answer').waitFor(MINUTES);
    await ben.page.getByText('No answer').waitFor(MINUTES);
    await ben.press('Close');
    await ben.button('Call ann back').waitFor();
    ann.wasQuiet();
    ben.wasQuiet();
  }, 200_000);

  it.concurrent('I07 ends the call by itself when a killed browser has not come back for half a minute', async () => {
    const elsewhere = await openBrowser({});
    const [cleo, dan] = [await world.person('cleo'), await world.visitor({}, elsewhere)];
    await dan.signIn('dan');
    await cleo.call('dan');
    await dan.answer();
    await Promise.all([cleo.inPhase('connected'), cleo.hears()]);
    await kill(elsewhere);
    await cleo.inPhase('reconnecting');
    await cleo.page.getByText('The connection was lost').waitFor(MINUTES);
    await elsewhere[Symbol.asyncDispose]();
  }, 200_000);

  it.concurrent('O03 goes on after a reload with a call that was connected long ago', async () => {
    const [eve, finn] = (await world.people('eve', 'finn')) as [Person, Person];
    await eve.call('finn');
    await finn.answer();
    await Promise.all([eve.inPhase('connected'), finn.inPhase('connected')]);
    // Longer than a page may be away, so that only what was stored in leaving can be young enough.
    await finn.page.getByText(/^0:2[5-9]$|^0:[345]\d$/).waitFor(MINUTES);
    await finn.page.reload();
    await finn.inPhase('connected');
    expect(await finn.page.getByRole('timer').textContent()).toMatch(/^0:[2-5]\d$|^1:/);
    await Promise.all([eve.hears(), finn.hears()]);
    await finn.press('Hang up');
    await eve.reads('They hung up');
  }, 200_000);

  it.concurrent('is still the same person when the server did not answer for half a minute', async () => {
    const zoe = await world.person('zoe');
    await zoe.add('ann');
    const serverIsBack = await zoe.losesServer();
    await zoe.page.reload();
    await zoe.reads('The server does not answer. Try again in a moment.');
    serverIsBack();
    await zoe.press('Sign in');
    await zoe.online();
    await zoe.button('Call ann').waitFor();
    zoe.wasQuiet();
  }, 200_000);
});
