import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Device, Policy, Timeouts } from '../../../src/index.ts';
import { openBrowser, type Site, type TestBrowser } from '../../browser.ts';
import { pageSite } from '../../page-site.ts';
import { AvsParty } from './avs-party.ts';
import { NodeParty } from './node-party.ts';
import { CallcoreHome, PageParty } from './page-party.ts';
import { Post } from './post.ts';

/** Where callcore runs in a case. */
export const STACKS = ['werift in Node', 'native in a page'] as const;
export type Stack = (typeof STACKS)[number];
export type Ours = NodeParty | PageParty;

/** One browser, and in it the AVS instances that all cases share. */
export class InteropWorld implements AsyncDisposable {
  readonly #browser: TestBrowser;
  readonly #avs = new Map<string, AvsParty>();
  readonly #homes: CallcoreHome[] = [];
  #cases = 0;

  static async open(): Promise<InteropWorld> {
    return new InteropWorld(await openBrowser(await interopSite()));
  }

  private constructor(browser: TestBrowser) {
    this.#browser = browser;
  }

  /** A conversation of its own with fresh parties on callcore's side. */
  async scene(stack: Stack): Promise<Scene> {
    return new Scene(this, stack, `conversation ${String(++this.#cases)}`);
  }

  async avs(self: Device): Promise<AvsParty> {
    const key = `${self.user} ${self.device}`;
    const known = this.#avs.get(key);
    if (known !== undefined && !known.isGone) return known;
    const party = await AvsParty.open(this.#browser, self);
    this.#avs.set(key, party);
    return party;
  }

  /** The pages that callcore has, by number; another one when one has vanished. */
  async home(number: number): Promise<CallcoreHome> {
    const known = this.#homes[number];
    return known === undefined || known.page.isClosed() ? (this.#homes[number] = await CallcoreHome.open(this.#browser)) : known;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser[Symbol.asyncDispose]();
  }
}

/** Wire's ids are UUIDs and hexadecimal client ids; M stands between A and Z, so that either side can win a glare. */
export const AVS: Device = { user: 'mmmmmmmm-1111-4111-8111-111111111111', device: 'aaaaaaaaaaaaaaaa' };
export const AVS_OTHER: Device = { user: AVS.user, device: 'bbbbbbbbbbbbbbbb' };
export const US: Device = { user: 'zzzzzzzz-2222-4222-8222-222222222222', device: 'cccccccccccccccc' };
export const US_LESSER: Device = { user: 'bbbbbbbb-2222-4222-8222-222222222222', device: 'cccccccccccccccc' };

/** What one case plays with. */
export class Scene {
  readonly post = new Post();
  readonly #world: InteropWorld;
  readonly #stack: Stack;
  readonly #conversation: string;
  readonly #ours: Ours[] = [];

  constructor(world: InteropWorld, stack: Stack, conversation: string) {
    this.#world = world;
    this.#stack = stack;
    this.#conversation = conversation;
  }

  async callcore(self: Device = US, options: { readonly timeouts?: Partial<Timeouts>; readonly policy?: Partial<Policy> } = {}): Promise<Ours> {
    const how = { self, conversation: this.#conversation, ...options };
    const party = this.#stack === 'werift in Node' ? await NodeParty.open(this.post, how) : await PageParty.open(await this.#world.home(this.#ours.length), this.post, how);
    this.#ours.push(party);
    return party;
  }

  /** `with`: the user of the other side of the conversation. */
  async avs(other: string = US.user, self: Device = AVS): Promise<AvsParty> {
    const party = await this.#world.avs(self);
    await party.begin(this.post, this.#conversation, [self.user, other]);
    return party;
  }

  /** Nothing of callcore may be left running. */
  async close(): Promise<void> {
    for (const party of this.#ours) await party.close();
  }
}

/** The pages of both engines, and the files of AVS. */
export async function interopSite(): Promise<Site> {
  const { resolve } = createRequire(import.meta.url);
  const files = await Promise.all((['avs_core', 'avs_pc', 'avs_wcall'] as const).map(async (name) => {
    const body = await readFile(resolve(`@wireapp/avs/dist/${name}.js`));
    return [`/avs/${name}.js`, { type: 'text/javascript; charset=utf-8', body }] as const;
  }));
  const [avs, callcore] = await Promise.all(['avs', 'callcore'].map((name) => pageSite(`test/interop/avs/page/${name}-page.ts`, `/${name}`)));
  return { ...avs, ...callcore, ...Object.fromEntries(files) };
}
