import type { Page } from 'playwright-core';
import type { Device } from '../../../src/index.ts';
import type { TestBrowser } from '../../browser.ts';
import { letterBox } from './letter-box.ts';
import type { Deed, Party, Report } from './party.ts';
import type { AvsSending, Letter, Post } from './post.ts';

/** What test/interop/avs/page/avs-page.ts puts into its window. */
type AvsPage = {
  openAvs(self: Device): Promise<void>;
  avs: { begin(conversation: string): void; deliver(letter: Letter): void; act(deed: Deed): void; report(): Promise<Report>; timeCall(): Promise<number> };
};

/** Wire's engine in a page of its own: its mute and its timers are global. One instance plays many cases. */
export class AvsParty implements Party {
  readonly self: Device;
  readonly #page: Page;
  #post: Post | undefined;
  #users: readonly string[] = [];
  #leave: (() => void) | undefined;

  static async open(browser: TestBrowser, self: Device): Promise<AvsParty> {
    const { page } = await browser.open('/avs');
    const party = new AvsParty(page, self);
    await page.exposeFunction('toPost', (sending: AvsSending) => party.#send(sending));
    await page.evaluate((device) => (globalThis as unknown as AvsPage).openAvs(device), self);
    return party;
  }

  private constructor(page: Page, self: Device) {
    this.#page = page;
    this.self = self;
  }

  /** Takes part in a case: a conversation of these users. */
  async begin(post: Post, conversation: string, users: readonly string[]): Promise<void> {
    this.#post = post;
    this.#users = users;
    this.#leave?.();
    this.#leave = post.join(this.self, letterBox((letters) => {
      this.#page.evaluate((all) => {
        for (const each of all) (globalThis as unknown as AvsPage).avs.deliver(each);
      }, letters).catch(() => {});
    }));
    await this.#page.evaluate((name) => (globalThis as unknown as AvsPage).avs.begin(name), conversation);
  }

  act(deed: Deed): Promise<void> {
    return this.#page.evaluate((each) => (globalThis as unknown as AvsPage).avs.act(each), deed);
  }

  report(): Promise<Report> {
    return this.#page.evaluate(() => (globalThis as unknown as AvsPage).avs.report());
  }

  timeCall(): Promise<number> {
    return this.#page.evaluate(() => (globalThis as unknown as AvsPage).avs.timeCall());
  }

  get isGone(): boolean {
    return this.#page.isClosed();
  }

  async vanish(): Promise<void> {
    this.#leave?.();
    await this.#page.context().close();
  }

  #send({ conversation, text, targets, myClientsOnly }: AvsSending): void {
    const users = myClientsOnly ? [this.self.user] : this.#users;
    const named = targets === null ? undefined : (JSON.parse(targets) as { clients: readonly { userid: string; clientid: string }[] }).clients;
    this.#post?.send(this.self, named === undefined
      ? { type: 'users', users, except: [] }
      : { type: 'devices', devices: named.map(({ userid, clientid }) => ({ user: userid, device: clientid })) }, conversation, text);
  }
}
