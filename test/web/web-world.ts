import { fileURLToPath } from 'node:url';
import type { BrowserContextOptions } from 'playwright-core';
import { startRelay, type RunningRelay } from '../../tools/backend/index.ts';
import { bundlePage } from '../../tools/page-assets.ts';
import { site } from '../../tools/web/site.ts';
import { openBrowser, type Site, type TestBrowser } from '../browser.ts';
import { Person } from './person.ts';

/** `callcore web` and a browser in which people use it, each in a context of their own. `await using` closes both. */
export class WebWorld implements AsyncDisposable {
  readonly browser: TestBrowser;
  readonly #serve: () => Promise<RunningRelay>;
  #relay: RunningRelay;

  /** `others`: what the browser shall find beside the call page, at an address of its own. */
  static async open(others: Site = {}): Promise<WebWorld> {
    const pages = site(await bundlePage('web'));
    const serve = (port: number): Promise<RunningRelay> => startRelay({ port, site: pages });
    const relay = await serve(0);
    return new WebWorld(await openBrowser(others), relay, () => serve(relay.port));
  }

  private constructor(browser: TestBrowser, relay: RunningRelay, serve: () => Promise<RunningRelay>) {
    this.browser = browser;
    this.#relay = relay;
    this.#serve = serve;
  }

  /** Where the page is. */
  get address(): string {
    return `http://127.0.0.1:${String(this.#relay.port)}/`;
  }

  /** Where the backend is, for devices that are no pages. */
  get backend(): string {
    return this.#relay.url;
  }

  /** Somebody who has opened the page and not signed in. */
  async visitor(options?: BrowserContextOptions, browser: TestBrowser = this.browser): Promise<Person> {
    return new Person(await browser.open(this.address, options));
  }

  /** Somebody who has signed in; each case has its own people. */
  async person(name: string, options?: BrowserContextOptions): Promise<Person> {
    const person = await this.visitor(options);
    await person.signIn(name);
    return person;
  }

  async people(...names: readonly string[]): Promise<readonly Person[]> {
    return Promise.all(names.map((name) => this.person(name)));
  }

  /** The server is gone, with all that it knew. */
  async stopServing(): Promise<void> {
    await this.#relay.close();
  }

  async serveAgain(): Promise<void> {
    this.#relay = await this.#serve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser[Symbol.asyncDispose]();
    await this.#relay.close();
  }
}

/** Sound and pictures for a headless peer. */
export const FILM: string = fileURLToPath(new URL('../fixtures/video/clock-vp8.webm', import.meta.url));
