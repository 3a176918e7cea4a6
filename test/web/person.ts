import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import type { OpenPage } from '../browser.ts';

/** Generous, for machines that are busy; nothing waits for a time, only for what is to happen. */
export const PATIENCE = 45_000;

/** Somebody at the call page: acts by its buttons, sees and hears what its elements show and play. */
export class Person implements AsyncDisposable {
  readonly page: Page;
  readonly #open: OpenPage;
  name = '';

  constructor(open: OpenPage) {
    this.#open = open;
    this.page = open.page;
    this.page.setDefaultTimeout(PATIENCE);
  }

  /** What the page complained about. */
  get complaints(): readonly string[] {
    return this.#open.complaints;
  }

  get requests(): readonly string[] {
    return this.#open.requests;
  }

  async signIn(name: string): Promise<void> {
    this.name = name;
    await this.page.getByLabel('Your name').fill(name);
    await this.press('Sign in');
    await this.online();
  }

  online(): Promise<void> {
    return this.page.getByText('Online', { exact: true }).waitFor();
  }

  /** From its next load on, the page does not reach the server until the returned function is called. */
  async losesServer(): Promise<() => void> {
    let isAway = true;
    await this.page.routeWebSocket(/./, async (socket) => {
      if (isAway) await socket.close();
      else socket.connectToServer();
    });
    return () => {
      isAway = false;
    };
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name });
  }

  press(name: string | RegExp): Promise<void> {
    return this.button(name).click();
  }

  async add(name: string): Promise<void> {
    await this.page.getByLabel('Name of a person').fill(name);
    await this.press('Add');
    await this.button(`Call ${name}`).waitFor();
  }

  /** Calls somebody, added before if need be. */
  async call(name: string, how: 'with sound' | 'with video' = 'with sound'): Promise<void> {
    if ((await this.button(`Call ${name}`).count()) === 0) await this.add(name);
    await this.press(how === 'with video' ? `Call ${name} with video` : `Call ${name}`);
  }

  async answer(how: 'with sound' | 'with video' = 'with sound'): Promise<void> {
    await this.press(how === 'with video' ? 'Accept with video' : 'Accept');
  }

  /** Waits until something stands on the page. */
  reads(text: string | RegExp): Promise<void> {
    return this.page.getByText(text).first().waitFor();
  }

  /** Waits until the call is where a person would say it is. */
  async inPhase(phase: 'calling' | 'connecting' | 'connected' | 'reconnecting' | 'ended'): Promise<void> {
    await this.page.locator(`main[data-phase='${phase}']`).waitFor();
  }

  /** From here on the page writes down each phase of its call that it shows. */
  async watchPhases(): Promise<() => Promise<readonly (string | undefined)[]>> {
    await this.page.evaluate(NOTE_PHASES);
    return () => this.page.evaluate('phases');
  }

  /** Waits until what the page plays of the peer is no silence. */
  async hears(): Promise<void> {
    await until(() => this.page.evaluate<number>(LOUDNESS), (loudness) => loudness > 0.01, `${this.name} hears something`);
  }

  /** Waits until it is. */
  async hearsNothing(): Promise<void> {
    await until(() => this.page.evaluate<number>(LOUDNESS), (loudness) => loudness < 0.001, `${this.name} hears nothing`);
  }

  /** Waits until so many further pictures of a track were shown. */
  async sees(label: string, pictures = 5): Promise<void> {
    const video = this.page.getByLabel(label, { exact: true });
    const shown = (): Promise<number> => video.evaluate((element) => (element as unknown as { getVideoPlaybackQuality(): { readonly totalVideoFrames: number } }).getVideoPlaybackQuality().totalVideoFrames);
    await video.waitFor();
    const before = await shown();
    await until(shown, (all) => all > before + pictures, `${this.name} sees ${label} move`);
  }

  /** The seven signs. */
  async signs(): Promise<readonly string[]> {
    await this.press('Security');
    const signs = await this.page.getByLabel('Signs to compare').locator('[data-sign]').allTextContents();
    await this.press('Security');
    return signs;
  }

  /** Nothing went wrong, and nothing was asked of anybody but the own server. */
  wasQuiet(): void {
    assert.deepEqual(this.complaints, []);
    const { origin } = new URL(this.requests[0] ?? '');
    assert.deepEqual(this.requests.filter((url) => !url.startsWith(origin) && !url.startsWith('blob:')), []);
  }

  /** Closes the tab as a person does, who is not asked. */
  async closeTab(): Promise<void> {
    await this.page.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close();
  }
}

/** Looks again and again until it is so; rejects with what was seen last. */
export async function until<T>(look: () => Promise<T>, isSo: (seen: T) => boolean, what: string): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (performance.now() > giveUpAt) throw new Error(`waited in vain until ${what}: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}

/**
 * Runs in the page: the loudest sample of the last 0.7 seconds that its audio element has played, -1 when it plays
 * nothing. Chromium's fake microphone beeps once a second. (A text: functions of a page are not typed here.)
 */
const LOUDNESS = `(() => {
  const element = document.querySelector('audio');
  const track = element?.paused === false ? element.srcObject?.getAudioTracks()[0] : undefined;
  if (track === undefined) return -1;
  globalThis.ears ??= new Map();
  globalThis.earsAudio ??= new AudioContext();
  let ear = ears.get(track);
  if (ear === undefined) {
    ear = earsAudio.createAnalyser();
    ear.fftSize = 32768;
    earsAudio.createMediaStreamSource(new MediaStream([track])).connect(ear);
    ears.set(track, ear);
  }
  const samples = new Float32Array(ear.fftSize);
  ear.getFloatTimeDomainData(samples);
  return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
})()`;

/** Runs in the page. */
const NOTE_PHASES = `(() => {
  globalThis.phases = [];
  const note = () => phases.push(document.querySelector('main')?.dataset.phase);
  note();
  new MutationObserver(note).observe(document.body, { subtree: true, childList: true, attributes: true });
})()`;
