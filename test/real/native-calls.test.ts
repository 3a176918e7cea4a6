import type { Page } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CallEngine, type Call } from '../../src/index.ts';
import { playVideo, readIvf, tone, type LocalMedia, type MediaEngine } from '../../src/mediaflow/index.ts';
import { NativeMediaEngine } from '../../src/mediaflow/native/index.ts';
import { WeriftMediaEngine } from '../../src/mediaflow/werift/index.ts';
import { connectBackend, LoopbackHub } from '../../src/transport/index.ts';
import { startRelay, type RunningRelay } from '../../tools/backend/index.ts';
import { openBrowser, type TestBrowser } from '../browser.ts';
import { wrtc, WrtcStage } from '../mediaflow/wrtc.ts';
import { pageSite } from '../page-site.ts';
import { ring } from './two-engines.ts';

const CLOCK = readIvf(readFileSync(new URL('../../tools/demo/media/clock-vp8.ivf', import.meta.url)));
const frames = (): LocalMedia => ({ audio: tone(), video: playVideo(CLOCK, { loop: true }) });

describe('libwebrtc in Node and werift', () => {
  it.each(['native', 'werift'] as const)('B02 I01 K08 call each other: %s calls, both hear and see, the connection is renewed, the code is the same', async (caller) => {
    const hub = new LoopbackHub();
    const stage = new WrtcStage();
    const native = new NativeMediaEngine({ RTCPeerConnection: wrtc.RTCPeerConnection });
    const engineOf = async (user: string, media: MediaEngine): Promise<CallEngine> => new CallEngine({ channel: await hub.channel({ user, device: 'd' }), media });
    const [theirs, ours] = [await engineOf('native', native), await engineOf('werift', new WeriftMediaEngine())];
    try {
      const media = { native: await stage.play(), werift: frames() };
      const [alice, bob] = caller === 'native' ? [theirs, ours] : [ours, theirs];
      const ringing = ring(bob);
      const outgoing = alice.call({ conversation: 'c', user: bob.self.user, media: media[caller], video: true });
      const incoming = await ringing;
      incoming.answer({ media: media[caller === 'native' ? 'werift' : 'native'], video: true });
      const [onNative, onWerift] = caller === 'native' ? [outgoing, incoming] : [incoming, outgoing];
      const heard = counted(onWerift);
      await until(() => heard.audio > 10 && heard.video > 3, 'its voice and pictures');
      await until(async () => (await stage.loudnessOf(onNative.tracks.audio)) > 0.05 && (await stage.picturesOf(onNative.tracks.video)) > 0, 'ours');

      const renewed = new Promise<void>((resolve) => onNative.on('renewed', resolve));
      outgoing.renew();
      await renewed;
      const before = { ...heard };
      await until(() => heard.audio > before.audio + 10 && heard.video > before.video, 'its voice and pictures over the new connection');
      await until(() => onNative.security.code !== undefined && onWerift.security.code !== undefined, 'the code');
      expect(onNative.security.code).toEqual(onWerift.security.code);

      incoming.end();
      const [first, second] = await Promise.all([outgoing.whenEnded(), incoming.whenEnded()]);
      expect([first.reason.type, second.reason.type]).toEqual(['ended-by-peer', 'ended-locally']);
      expect(theirs.timers + ours.timers).toBe(0);
    } finally {
      await stage.close();
      await Promise.all([theirs.close(), ours.close()]);
    }
  });

  it('refuse media of the other kind, with what to pass instead', async () => {
    const hub = new LoopbackHub();
    const stage = new WrtcStage();
    await using engine = new CallEngine({ channel: await hub.channel({ user: 'a', device: 'd' }), media: new NativeMediaEngine({ RTCPeerConnection: wrtc.RTCPeerConnection }) });
    await using other = new CallEngine({ channel: await hub.channel({ user: 'b', device: 'd' }), media: new WeriftMediaEngine() });
    expect(() => engine.call({ conversation: 'c', user: 'b', media: frames() })).toThrow(/sends tracks/);
    const tracks = await stage.play();
    expect(() => other.call({ conversation: 'c', user: 'a', media: tracks })).toThrow(/sends encoded frames/);
    expect([...engine.calls, ...other.calls]).toEqual([]);
    await stage.close();
  });
});

describe('a page and a headless peer, over a backend and sealed envelopes', () => {
  let relay: RunningRelay;
  let browser: TestBrowser;
  beforeAll(async () => {
    relay = await startRelay();
    browser = await openBrowser(await pageSite('test/real/page/peer-page.ts'));
  });
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await relay.close();
  });

  it.each(['page', 'headless'] as const)('call each other: the %s one calls, sound both ways, video turned on in the call, muted, renewed, ended', async (caller) => {
    const { page, complaints } = await browser.open('/');
    await using engine = new CallEngine({ channel: await connectBackend({ url: relay.url, self: { user: `headless ${caller}`, device: 'node' }, token: 'token' }), media: new WeriftMediaEngine() });
    const user = `page ${caller}`;
    await page.evaluate(([url, name]) => (globalThis as unknown as Window).peer.open(url ?? '', name ?? ''), [relay.url, user]);
    let call: Call;
    if (caller === 'page') {
      const ringing = ring(engine);
      await page.evaluate((name) => (globalThis as unknown as Window).peer.call(name, false), engine.self.user);
      call = await ringing;
      call.answer({ media: frames() });
    } else {
      call = engine.call({ conversation: 'c', user, media: frames() });
      await until(async () => (await report(page)).state === 'ringing', 'its ringing');
      await page.evaluate(() => (globalThis as unknown as Window).peer.answer(false));
    }
    const heard = counted(call);
    await until(async () => (await report(page)).loudness > 0.05 && heard.audio > 10, 'sound both ways');

    await page.evaluate(() => (globalThis as unknown as Window).peer.setVideo(true));
    await until(() => heard.video > 3 && call.peerProps.video === 'on', 'its pictures');
    call.setVideo(true);
    await until(async () => (await report(page)).pictures > 3, 'our pictures');
    await page.evaluate(() => (globalThis as unknown as Window).peer.setMuted(true));
    await until(() => call.peerProps.muted, 'word of its mute');
    const renewed = new Promise<void>((resolve) => call.on('renewed', resolve));
    await page.evaluate(() => (globalThis as unknown as Window).peer.renew());
    await renewed;
    const before = { ...heard };
    await until(async () => (await report(page)).loudness > 0.05 && heard.audio > before.audio + 10 && heard.video > before.video, 'sound and pictures over the new connection');

    expect(await report(page)).toMatchObject({ state: 'connected', protection: 'sealed', code: call.security.code });
    call.end();
    expect((await call.whenEnded()).reason).toEqual({ type: 'ended-locally' });
    await until(async () => (await report(page)).state === 'ended', 'its end');
    await page.evaluate(() => (globalThis as unknown as Window).peer.close());
    expect(complaints).toEqual([]);
  });

  it('C12 a page whose timers are throttled as in a background tab is not taken for dead, nor takes its peer for it', async () => {
    const { page } = await browser.open('/');
    await page.addInitScript(throttleTimers);
    await page.reload();
    await using engine = new CallEngine({ channel: await connectBackend({ url: relay.url, self: { user: 'headless waiting', device: 'node' }, token: 'token' }), media: new WeriftMediaEngine() });
    await page.evaluate((url) => (globalThis as unknown as Window).peer.open(url, 'page throttled'), relay.url);
    const ringing = ring(engine);
    await page.evaluate((name) => (globalThis as unknown as Window).peer.call(name, false), engine.self.user);
    const call = await ringing;
    const states: string[] = [];
    call.on('state', (state) => states.push(state));
    call.answer({ media: frames() });
    expect(await call.whenConnected()).toBe(true);
    // A dead peer is noticed within six seconds: this is real time in which nothing must happen.
    await new Promise((resolve) => {
      setTimeout(resolve, 7_500);
    });
    expect([...states, (await report(page)).state]).toEqual(['connecting', 'connected', 'connected']);
    expect((await report(page)).told).not.toContain('reconnecting');
    call.end();
    expect((await call.whenEnded()).reason).toEqual({ type: 'ended-locally' });
    await page.evaluate(() => (globalThis as unknown as Window).peer.close());
  });

  it('A04 a page whose engine is closed in a call has ended it at the other end within a second', async () => {
    const { page } = await browser.open('/');
    await using engine = new CallEngine({ channel: await connectBackend({ url: relay.url, self: { user: 'headless closing', device: 'node' }, token: 'token' }), media: new WeriftMediaEngine() });
    await page.evaluate((url) => (globalThis as unknown as Window).peer.open(url, 'page closing'), relay.url);
    const ringing = ring(engine);
    await page.evaluate((name) => (globalThis as unknown as Window).peer.call(name, false), engine.self.user);
    const call = await ringing;
    call.answer({ media: frames() });
    expect(await call.whenConnected()).toBe(true);
    await page.evaluate(() => (globalThis as unknown as Window).peer.close());
    const since = performance.now();
    expect((await call.whenEnded()).reason.type).toBe('ended-by-peer');
    expect(performance.now() - since).toBeLessThan(1_000);
  });
});

/** Runs in the page: timers fire on whole seconds only, as Chromium lets those of a tab that nobody sees. */
function throttleTimers(): void {
  const schedule = globalThis.setTimeout;
  const throttled = (run: () => void, wait = 0): ReturnType<typeof setTimeout> => schedule(run, Math.ceil((performance.now() + wait) / 1_000) * 1_000 - performance.now());
  Object.assign(globalThis, { setTimeout: throttled });
}

/** What test/real/page/peer-page.ts puts into its window. */
type PageReport = { state?: string; told: readonly string[]; code?: readonly string[]; protection?: string; loudness: number; pictures: number };
type Window = {
  peer: {
    open(url: string, user: string): Promise<void>; call(user: string, video: boolean): void; answer(video: boolean): void; renew(): void;
    setVideo(on: boolean): void; setMuted(on: boolean): void; report(): PageReport; close(): Promise<void>;
  };
};

function report(page: Page): Promise<PageReport> {
  return page.evaluate(() => (globalThis as unknown as Window).peer.report());
}

function counted(call: Call): { audio: number; video: number } {
  const counts = { audio: 0, video: 0 };
  call.on('audio', () => (counts.audio += 1));
  call.on('video', () => (counts.video += 1));
  return counts;
}

async function until(fulfilled: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const giveUpAt = performance.now() + 15_000;
  while (!(await fulfilled())) {
    if (performance.now() > giveUpAt) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}
