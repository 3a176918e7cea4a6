import type { Page } from 'playwright-core';
import type { Device } from '../../../src/index.ts';
import type { OutgoingMessage } from '../../../src/transport/index.ts';
import type { TestBrowser } from '../../browser.ts';
import type { SubjectOptions } from './callcore-subject.ts';
import { letterBox } from './letter-box.ts';
import type { Deed, Party, Report } from './party.ts';
import type { Letter, Post } from './post.ts';

/** What test/interop/avs/page/callcore-page.ts puts into its window. */
type CallcorePage = {
  openSubject(options: SubjectOptions): void;
  subject: { deliver(letter: Letter): void; act(deed: Deed): void; report(): Report; timeCall(user: string): Promise<number>; close(): Promise<void>; readonly timers: number };
};

/** A page with callcore in it, which plays one party after the other. */
export class CallcoreHome {
  readonly page: Page;
  #post: ((message: OutgoingMessage) => readonly Device[]) | undefined;

  static async open(browser: TestBrowser): Promise<CallcoreHome> {
    const { page } = await browser.open('/callcore');
    const home = new CallcoreHome(page);
    await page.exposeFunction('toPost', (message: OutgoingMessage) => home.#post?.(message) ?? []);
    return home;
  }

  private constructor(page: Page) {
    this.page = page;
  }

  async play(post: (message: OutgoingMessage) => readonly Device[], options: SubjectOptions): Promise<void> {
    this.#post = post;
    await this.page.evaluate((how) => (globalThis as unknown as CallcorePage).openSubject(JSON.parse(how) as never), JSON.stringify(options));
  }
}

/** callcore on native WebRTC. */
export class PageParty implements Party {
  readonly self: Device;
  readonly #page: Page;
  readonly #leave: () => void;

  static async open(home: CallcoreHome, post: Post, options: SubjectOptions): Promise<PageParty> {
    await home.play(({ to, conversation, text }) => post.send(options.self, to, conversation, text), options);
    return new PageParty(home.page, post, options.self);
  }

  private constructor(page: Page, post: Post, self: Device) {
    this.self = self;
    this.#page = page;
    this.#leave = post.join(self, letterBox((letters) => {
      page.evaluate((all) => {
        for (const each of all) (globalThis as unknown as CallcorePage).subject.deliver(each);
      }, letters).catch(() => {});
    }));
  }

  act(deed: Deed): Promise<void> {
    return this.#page.evaluate((each) => (globalThis as unknown as CallcorePage).subject.act(each), deed);
  }

  report(): Promise<Report> {
    return this.#page.evaluate(() => (globalThis as unknown as CallcorePage).subject.report());
  }

  timeCall(user: string): Promise<number> {
    return this.#page.evaluate((name) => (globalThis as unknown as CallcorePage).subject.timeCall(name), user);
  }

  get timers(): Promise<number> {
    return this.#page.evaluate(() => (globalThis as unknown as CallcorePage).subject.timers);
  }

  async vanish(): Promise<void> {
    this.#leave();
    await this.#page.context().close();
  }

  async close(): Promise<void> {
    this.#leave();
    if (!this.#page.isClosed()) await this.#page.evaluate(() => (globalThis as unknown as CallcorePage).subject.close());
  }
}
