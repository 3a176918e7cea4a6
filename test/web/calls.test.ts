import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until, type Person } from './person.ts';
import { WebWorld } from './web-world.ts';

let world: WebWorld;
beforeAll(async () => {
  world = await WebWorld.open();
});
afterAll(() => world[Symbol.asyncDispose]());

describe('people at the call page', () => {
  it('B02 J03 call with video: both see moving pictures, hear each other and read the same signs, and the caller hangs up', async () => {
    const [ann, ben] = await pair('ann', 'ben');
    await ann.call('ben', 'with video');
    await ann.reads('Calling…');
    await ben.reads('is calling you with video');
    await ben.answer('with video');
    await Promise.all([ann.inPhase('connected'), ben.inPhase('connected')]);
    await Promise.all([ann.sees('Picture of ben'), ben.sees('Picture of ann'), ann.sees('Your picture'), ben.sees('Your picture'), ann.hears(), ben.hears()]);

    const signs = await ann.signs();
    expect(signs).toHaveLength(7);
    expect(await ben.signs()).toEqual(signs);

    await ann.press('Hang up');
    await Promise.all([ann.reads(/You hung up · 0:\d\d/), ben.reads(/They hung up · 0:\d\d/)]);
    await leave(ann, ben);
  });

  it('J01 J04 J06 mute, turn cameras on, share screens and choose devices within a call, and see it of each other; the callee hangs up', async () => {
    const [cleo, dan] = await pair('cleo', 'dan');
    await cleo.call('dan');
    await dan.answer();
    await Promise.all([cleo.inPhase('connected'), dan.inPhase('connected')]);
    await Promise.all([cleo.hears(), dan.hears()]);

    await cleo.press('Mute');
    await dan.reads('cleo is muted');
    await dan.hearsNothing();
    await cleo.press('Unmute');
    await dan.page.getByText('cleo is muted').waitFor({ state: 'detached' });
    await dan.hears();

    const shown = await Promise.all([cleo, dan].map((each) => each.watchPhases()));
    await dan.press('Start camera');
    await cleo.sees('Picture of dan');
    // Another peer connection for the pictures is no loss.
    expect(new Set((await Promise.all(shown.map((each) => each()))).flat())).toEqual(new Set(['connected']));
    await cleo.press('Start camera');
    await dan.sees('Picture of cleo');
    await dan.press('Stop camera');
    await cleo.page.getByLabel('Picture of dan').waitFor({ state: 'detached' });

    await dan.press('Share screen');
    await cleo.reads('dan shares the screen');
    await cleo.sees('Picture of dan');
    await dan.press('Stop sharing');
    await cleo.page.getByText('dan shares the screen').waitFor({ state: 'detached' });

    await cleo.press('Devices');
    const microphone = cleo.page.getByLabel('Microphone');
    const other = microphone.locator('option').nth(2);
    await microphone.selectOption((await other.getAttribute('value')) ?? '');
    await dan.hears();
    await cleo.page.keyboard.press('Escape');
    await until(() => cleo.page.evaluate('document.activeElement.getAttribute("aria-label")'), (focused) => focused === 'Devices', 'the focus is back at the button');
    expect(await microphone.count()).toBe(0);

    await dan.press('Hang up');
    await Promise.all([dan.reads('You hung up'), cleo.reads('They hung up')]);
    await leave(cleo, dan);
  });

  it('B06 a caller gives up: the other has missed a call, and calls back', async () => {
    const [eve, finn] = await pair('eve', 'finn');
    await eve.call('finn');
    await finn.button('Accept').waitFor();
    await eve.press('Hang up');
    await finn.reads('They gave up calling');
    await finn.press('Close');
    await finn.press('Call eve back');
    await eve.answer();
    await Promise.all([eve.inPhase('connected'), finn.inPhase('connected')]);
    await finn.press('Hang up');
    await eve.reads('They hung up');
    await leave(eve, finn);
  });

  it('B07 somebody declines: the caller is told, and nothing rings on', async () => {
    const [gus, hana] = await pair('gus', 'hana');
    await hana.page.evaluate(WATCH_SOUND);
    await gus.call('hana');
    await until(() => hana.page.evaluate<string>('soundState()'), (state) => state === 'running', 'it rings');
    await hana.press('Decline');
    await Promise.all([hana.reads('You declined'), gus.reads('They declined')]);
    await until(() => hana.page.evaluate<string>('soundState()'), (state) => state === 'suspended', 'it rings no more');
    // Back where one was, for those who use the keyboard.
    await gus.press('Close');
    await until(() => gus.page.evaluate('document.activeElement.getAttribute("aria-label")'), (focused) => focused === 'Call hana', 'the focus is at the person');
    await leave(gus, hana);
  });

  it('who is in a call is busy for others, and has missed theirs', async () => {
    const [ida, jon] = await pair('ida', 'jon');
    const kim = await world.person('kim');
    await ida.call('jon');
    await jon.answer();
    await jon.inPhase('connected');
    await kim.call('jon');
    await kim.reads('They are in another call');
    await jon.button('Call kim back').waitFor();
    await jon.inPhase('connected');
    await jon.press('Hang up');
    await ida.reads('They hung up');
    await leave(ida, jon, kim);
  });

  it('E01 a call rings on all pages of a person, and the others stop when one takes it', async () => {
    const [lea, max] = await pair('lea', 'max');
    const other = await world.visitor();
    // A second device of the same person: their name and their token, and keys of its own.
    await other.page.evaluate(keepProfile({ ...(await max.page.evaluate<object>(READ_PROFILE)), device: 'browser-other' }));
    await other.page.reload();
    await other.online();
    await lea.call('max');
    await Promise.all([max.button('Accept').waitFor(), other.button('Accept').waitFor()]);
    await other.answer();
    await max.reads('You answered on another device');
    await Promise.all([lea.inPhase('connected'), other.inPhase('connected')]);
    await lea.press('Hang up');
    await other.reads('They hung up');
    await leave(lea, max, other);
  });

  it('nobody of that name can be called, and the page says so', async () => {
    const ned = await world.person('ned');
    await ned.call('nobody');
    await ned.reads('They cannot be reached: nobody of that name is signed in');
    await leave(ned);
  });
});

async function pair(...names: readonly [string, string]): Promise<readonly [Person, Person]> {
  const [one, other] = await world.people(...names);
  return [one as Person, other as Person];
}

async function leave(...people: readonly Person[]): Promise<void> {
  for (const person of people) {
    person.wasQuiet();
    await person[Symbol.asyncDispose]();
  }
}

/** Runs in the page: what its newest AudioContext is at. */
const WATCH_SOUND = `(() => {
  const made = [];
  globalThis.AudioContext = class extends AudioContext { constructor() { super(); made.push(this); } };
  globalThis.soundState = () => made.at(-1)?.state ?? 'none';
})()`;

const IN_VAULT = `new Promise((resolve, reject) => {
  const opening = indexedDB.open('callcore');
  opening.onupgradeneeded = () => opening.result.createObjectStore('kept');
  opening.onerror = reject;
  opening.onsuccess = () => resolve(opening.result.transaction('kept', 'readwrite').objectStore('kept'));
})`;
const READ_PROFILE = `${IN_VAULT}.then((kept) => new Promise((resolve) => { const reading = kept.get('profile'); reading.onsuccess = () => resolve(reading.result); }))`;

function keepProfile(profile: object): string {
  return `${IN_VAULT}.then((kept) => new Promise((resolve) => { kept.put(${JSON.stringify(profile)}, 'profile').onsuccess = () => resolve(); }))`;
}
