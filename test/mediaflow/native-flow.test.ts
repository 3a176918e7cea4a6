import { networkInterfaces } from 'node:os';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import { recordFlow, told } from '../../src/mediaflow/conformance/recorded-flow.ts';
import type { IceConfig, IceServer } from '../../src/mediaflow/index.ts';
import { NativeMediaEngine, NoWebRtcError } from '../../src/mediaflow/native/index.ts';
import { WeriftMediaEngine } from '../../src/mediaflow/werift/index.ts';
import { openBrowser, type TestBrowser } from '../browser.ts';
import { Coturn } from '../coturn.ts';
import { pageSite } from '../page-site.ts';
import { wrtc } from './wrtc.ts';

describe('a native flow in a page, and a real TURN server', () => {
  let coturn: Coturn;
  let browser: TestBrowser;
  let page: Page;
  beforeAll(async () => {
    coturn = await Coturn.start();
    browser = await openBrowser(await pageSite('test/mediaflow/page/native-flow-page.ts'));
    ({ page } = await browser.open('/'));
  }, 300_000);
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await coturn.stop();
  });

  it.each(['udp', 'tcp'] as const)('M01 relay-only over %s shows no address of its own, and connects relay to relay', async (transport) => {
    const ice = relayed(coturn.server(transport));
    const { sdp = '' } = await offerOf(page, ice);
    expect(sdp).toMatch(/ typ relay raddr 0\.0\.0\.0 rport 0/);
    expect(sdp).not.toMatch(/ typ (?:host|srflx|prflx)|\.local/);
    for (const address of ownAddresses()) expect(sdp).not.toContain(address);
    expect(await page.evaluate((config) => (globalThis as unknown as FlowPage).connect(config), ice)).toEqual({ local: 'relay', remote: 'relay' });
  });

  it('M02 credentials that are not taken are told as such', async () => {
    const wrong = { ...coturn.server('udp'), credential: 'wrong' };
    expect(await offerOf(page, relayed(wrong))).toEqual({ failure: 'relay-refused', told: ['relay-refused'] });
    expect(await offerOf(page, relayed(coturn.server('udp', seconds(-60))))).toEqual({ failure: 'relay-refused', told: ['relay-refused'] });
    expect(await offerOf(page, { servers: [wrong], policy: 'all' })).toMatchObject({ sdp: expect.stringContaining(' typ host') as string, told: ['relay-refused'] });
  });

  it('M01 relay-only without a relay makes no description', async () => {
    expect(await offerOf(page, { servers: [], policy: 'relay' })).toEqual({ failure: 'no-relay', told: [] });
  });
});

describe('a page that hides its addresses behind mDNS names', () => {
  it('H16 names no address, and is connected to all the same: its checks show where it is', async () => {
    await using browser = await openBrowser(await pageSite('test/mediaflow/page/native-flow-page.ts'), 'hidden');
    const { page } = await browser.open('/');
    const engine = new WeriftMediaEngine();
    const recorded = recordFlow(engine, { video: false, ice: { servers: [], policy: 'all' } });
    const sdp = await page.evaluate(() => (globalThis as unknown as FlowPage).begin());
    expect(sdp).toMatch(/a=candidate:\S+ 1 udp \d+ [\da-f-]{36}\.local \d+ typ host/);
    for (const address of ownAddresses()) expect(sdp).not.toContain(address);

    const answer = (await recorded.flow.createAnswer(sdp)).sdp;
    await page.evaluate((text) => (globalThis as unknown as FlowPage).take(text), answer);
    await until(() => told(recorded, 'channel-opened').length === 1);
    expect(recorded.flow.stats().pair).toEqual({ local: 'host', remote: 'prflx' });
    await expect.poll(() => page.evaluate(() => (globalThis as unknown as FlowPage).tell('from behind a name'))).toBe('sent');
    await until(() => told(recorded, 'channel-message').length === 1);
    await engine.close();
  });
});

describe('a native flow and a peer that does not keep to the rules', () => {
  it('H13 takes one channel of one name, and texts of 64 KiB: what else comes is turned away and told', async () => {
    const engine = new NativeMediaEngine({ RTCPeerConnection: wrtc.RTCPeerConnection });
    const recorded = recordFlow(engine, { video: false, ice: { servers: [], policy: 'all' } });
    const peer = new (wrtc.RTCPeerConnection as new (config: object) => RawPeer)({ bundlePolicy: 'max-bundle' });
    try {
      const channel = peer.createDataChannel('calling-3.0');
      peer.createDataChannel('another');
      await peer.setLocalDescription(await peer.createOffer());
      await until(() => peer.iceGatheringState === 'complete');
      await peer.setRemoteDescription({ type: 'answer', sdp: (await recorded.flow.createAnswer(peer.localDescription.sdp)).sdp });
      await until(() => told(recorded, 'channel-opened').length === 1 && told(recorded, 'channel-rejected').length === 1);
      channel.send(new Uint8Array([1, 2, 3]));
      channel.send('x'.repeat(65_537));
      channel.send('last');
      await until(() => told(recorded, 'channel-message').length === 1);
      expect(told(recorded, 'channel-message')[0]?.text).toBe('last');
      expect(told(recorded, 'channel-rejected')).toHaveLength(3);
      expect(told(recorded, 'channel-opened')).toHaveLength(1);
    } finally {
      peer.close();
      await engine.close();
    }
  });

  it('drains no longer than it may when the peer is gone', async () => {
    const engines = [0, 1].map(() => new NativeMediaEngine({ RTCPeerConnection: wrtc.RTCPeerConnection }));
    const [a, b] = engines.map((engine) => recordFlow(engine, { video: false, ice: { servers: [], policy: 'all' } }));
    if (a === undefined || b === undefined) throw new Error('there are two');
    await a.flow.acceptAnswer((await b.flow.createAnswer((await a.flow.createOffer()).sdp)).sdp);
    await until(() => told(a, 'channel-opened').length === 1);
    a.flow.send('before');
    await a.flow.drain(ms(0));
    expect(a.flow.send('after')).toBe('closed');
    expect(told(a, 'channel-closed')).toEqual([]);
    await Promise.all(engines.map((engine) => engine.close()));
  });

  it('is not made where there is no WebRTC: the message says what to use', () => {
    expect(() => new NativeMediaEngine()).toThrowError(NoWebRtcError);
    expect(() => new NativeMediaEngine()).toThrowError(/WeriftMediaEngine/);
  });
});

/** What test/mediaflow/page/native-flow-page.ts puts into its window. */
type FlowPage = { offer(ice: IceConfig): Promise<Offered>; connect(ice: IceConfig): Promise<unknown>; begin(): Promise<string>; take(answer: string): Promise<void>; tell(text: string): string };
type Offered = { sdp?: string; failure?: string; told: string[] };
type RawChannel = { send(data: string | Uint8Array): void };
type Description = { readonly type: string; readonly sdp: string };
type RawPeer = {
  readonly iceGatheringState: string;
  readonly localDescription: Description;
  createDataChannel(label: string): RawChannel;
  createOffer(): Promise<Description>;
  setLocalDescription(description: Description): Promise<void>;
  setRemoteDescription(description: Description): Promise<void>;
  close(): void;
};

function offerOf(page: Page, ice: IceConfig): Promise<Offered> {
  return page.evaluate((config) => (globalThis as unknown as FlowPage).offer(config), ice);
}

function relayed(...servers: readonly IceServer[]): IceConfig {
  return { servers, policy: 'relay' };
}

/** The loopback address is the relay's as well. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => (list ?? []).filter(({ internal }) => !internal).map(({ address }) => address));
}

async function until(fulfilled: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + 10_000;
  while (!fulfilled()) {
    if (performance.now() > giveUpAt) throw new Error('it did not come to that');
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}
