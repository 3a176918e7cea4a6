import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { SeededEntropy } from '../../src/base/seeded-entropy.ts';
import { ms, seconds } from '../../src/base/units.ts';
import { VirtualTime } from '../../src/testing/virtual-time.ts';
import {
  BackendAwayError,
  BackendRefusedError,
  connectBackend,
  connectWebSocket,
  openSocket,
  type BackendOptions,
  type ConnectionPhase,
  type Parcel,
  type SealedChannel,
  type Socket,
} from '../../src/transport/index.ts';
import { backOff } from '../../src/transport/websocket/back-off.ts';
import { startRelay, type RunningRelay } from '../../tools/backend/index.ts';
import { seed } from '../seed.ts';
import { fakeNetwork } from './fake-sockets.ts';
import { ALICE, BOB, listen, ring, texts } from './people.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

describe('a device on a backend', () => {
  it.each([
    ['an address that is none', { url: 'nonsense' }, 'wss://'],
    ['an address of another kind', { url: 'https://calls.example.org' }, 'wss://'],
    ['a user without an id', { self: { user: '', device: 'phone' } }, 'self'],
    ['no token', { token: '' }, 'token'],
  ])('refuses %s before anything is tried, and says what to pass', async (_, wrong, remedy) => {
    const options = { url: 'ws://127.0.0.1:9', self: { user: 'alice', device: 'phone' }, token: 'secret', ...wrong };
    const refused = connectWebSocket(options).catch((error: unknown) => error);

    expect(await refused).toMatchObject({ name: 'BackendAddressError', message: expect.stringContaining(remedy) as string });
  });

  it('learns the backend’s clock, though its own is hours wrong', async () => {
    const clock = new VirtualTime(Date.now() + 20 * HOUR);
    const relay = await relayAt({ clock });
    const alice = await device(relay, ALICE);
    expect(alice.backendNow()).toBeGreaterThanOrEqual(clock.wallNow() - 1000);
    expect(alice.backendNow()).toBeLessThan(clock.wallNow() + 60_000);
    const bob = await device(relay, BOB);
    const heard = listen(bob);
    expect(await alice.send(ring('over the hours'))).toMatchObject({ outcomes: [{ outcome: 'delivered' }] });
    await until(() => heard.length === 1);
    expect(heard[0]!.age).toBeLessThan(60_000);
  });

  it('gets the mail that came while it was away once, in order, with its age', async () => {
    const clock = new VirtualTime(Date.now());
    const relay = await relayAt({ clock });
    const keys = await keptKeys(clock);
    const alice = await device(relay, ALICE);
    const first = await device(relay, BOB, { keys: await keys() });
    const saved = first.save();
    await first.close();
    for (let away = false; !away; ) away = awayOf(await alice.send(ring('one')));
    await alice.send(ring('two'));
    await clock.advance(seconds(3600));
    const bob = await device(relay, BOB, { keys: await keys(), saved });
    const heard = listen(bob);
    await until(() => heard.some(({ text }) => text === 'two'));
    expect(texts(heard).slice(-2)).toEqual(['one', 'two']);
    for (const { age } of heard) expect(age).toBeGreaterThan(3_590_000);
    const savedAgain = bob.save();
    await bob.close();
    const again = listen(await device(relay, BOB, { keys: await keys(), saved: savedAgain }));
    await alice.send(ring('three'));
    await until(() => again.length > 0);
    expect(texts(again)).toEqual(['three']);
  });

  it('loses nothing and gets nothing twice when connections are cut again and again', async () => {
    const relay = await relayAt();
    const cutter = new Cutter();
    const alice = await device(relay, ALICE, { socket: cutter.socket, entropy: new SeededEntropy(seed) });
    const bob = await device(relay, BOB, { socket: cutter.socket });
    const heard = listen(bob);
    const sent = Array.from({ length: 60 }, (_, index) => String(index));
    const sending = Promise.all(sent.map((text) => alice.send(ring(text))));
    for (let cut = 0; cut < 6; cut++) {
      const before = heard.length;
      await until(() => heard.length >= Math.min(before + 5, sent.length));
      cutter.cut();
      for (const channel of [alice, bob]) channel.hurry();
    }
    const results = await until(() => sending, () => [alice, bob].forEach((channel) => channel.hurry()));
    await until(() => heard.length >= sent.length, () => bob.hurry());
    expect(results.every(({ type }) => type === 'taken')).toBe(true);
    expect(texts(heard)).toEqual(sent);
  });

  it('finds its way back to a backend that was restarted and has forgotten everything', async () => {
    const relay = await relayAt();
    const [alice, bob] = [await device(relay, ALICE), await device(relay, BOB)];
    const heard = listen(bob);
    await alice.send(ring('before'));
    await until(() => heard.length === 1);
    await relay.close();
    await relayAt({ port: relay.port });
    const hurry = (): void => [alice, bob].forEach((channel) => channel.hurry());
    for (let delivered = false; !delivered; ) {
      const sending = alice.send(ring('after'));
      const result = await until(() => sending, hurry);
      delivered = result.type === 'taken' && result.outcomes.some(({ outcome }) => outcome === 'delivered');
    }
    await until(() => heard.length === 2);
    expect(texts(heard)).toEqual(['before', 'after']);
  });

  it('is refused under a token that is not its own, and named so', async () => {
    const relay = await relayAt();
    await device(relay, ALICE);
    await expect(connectBackend({ url: relay.url, self: ALICE, token: 'guessed' })).rejects.toThrow(BackendRefusedError);
  });

  it('gives way to a newer program that speaks for the same device', async () => {
    const relay = await relayAt();
    const phases: ConnectionPhase[] = [];
    const former = await device(relay, ALICE, { onPhase: (phase) => phases.push(phase) });
    await device(relay, ALICE);
    await until(() => phases.some(({ type }) => type === 'denied'));
    expect(phases.at(-1)).toEqual({ type: 'denied', because: 'replaced' });
    expect(await former.send(ring('anyone?'))).toMatchObject({ type: 'refused' });
  });

  it('leaves no timer and no socket when it closes', async () => {
    const relay = await relayAt();
    const clock = new VirtualTime();
    const sockets: Socket[] = [];
    const channel = await device(relay, ALICE, {
      clock,
      socket: async (url) => {
        const socket = await openSocket(url);
        sockets.push(socket);
        return socket;
      },
    });
    await channel.close();
    expect(clock.pending).toBe(0);
    await until(() => sockets.every((socket) => (socket as unknown as WebSocket).readyState === 3));
  });
});

describe('a connection', () => {
  it('is tried again after waits that double up to half a minute, and never all at the same time', () => {
    const entropy = new SeededEntropy(seed);
    for (let attempt = 0; attempt < 40; attempt++) {
      const whole = Math.min(30_000, 500 * 2 ** attempt);
      const wait = backOff(attempt, entropy);
      expect(wait).toBeGreaterThanOrEqual(whole / 2);
      expect(wait).toBeLessThanOrEqual(whole);
    }
  });

  it('to a backend that is not there gives up after half a minute, with nothing left behind', async () => {
    const clock = new VirtualTime();
    const { socket, dialled } = fakeNetwork(() => 'unreachable');
    const failed = expect(connectBackend({ url: 'ws://nowhere', self: ALICE, token: 't', clock, socket })).rejects.toThrow(BackendAwayError);
    await openTurns();
    await clock.advance(seconds(31));
    await failed;
    expect(dialled()).toBeGreaterThan(3);
    expect(clock.pending).toBe(0);
  });

  it('that falls silent is given up within half a minute and made anew', async () => {
    const clock = new VirtualTime();
    const phases: string[] = [];
    const network = fakeNetwork((text) => (text.includes('"hello"') ? '{"type":"welcome","now":1800000000000}' : 'silence'));
    const backend = await connectWebSocket({ url: 'ws://fake', self: ALICE, token: 't', clock, socket: network.socket, onPhase: ({ type }) => phases.push(type) });
    await clock.advance(seconds(31));
    expect(phases).toEqual(['connecting', 'connected', 'waiting', 'connecting', 'connected']);
    expect(network.said().some((text) => text.includes('"ping"'))).toBe(true);
    await backend.carrier.close();
    expect(clock.pending).toBe(0);
  });

  it.each([-1, 1])('believes a backend that lies about the time for a day at most (%i), and no second of it twice', async (sign) => {
    const clock = new VirtualTime();
    const truth = clock.wallNow();
    let told = truth + sign * 20 * 365 * DAY;
    const network = fakeNetwork((text) => (text.includes('"hello"') ? `{"type":"welcome","now":${told}}` : text.includes('"ping"') ? `{"type":"pong","now":${told}}` : 'silence'));
    const { carrier } = await connectWebSocket({ url: 'ws://fake', self: ALICE, token: 't', clock, socket: network.socket });
    expect(carrier.backendNow()).toBe(truth + sign * DAY);
    let before = carrier.backendNow();
    for (const lie of [truth, truth + 3 * DAY, 0, truth - DAY, truth + HOUR, Number.MAX_SAFE_INTEGER]) {
      told = lie;
      await clock.advance(seconds(25));
      expect(carrier.backendNow()).toBeGreaterThanOrEqual(before);
      expect(Math.abs(carrier.backendNow() - clock.wallNow())).toBeLessThanOrEqual(DAY);
      before = carrier.backendNow();
    }
    await carrier.close();
  });

  it('follows its own wall clock when that was years wrong and is set right', async () => {
    const clock = new VirtualTime();
    clock.jumpWallClock(ms(10 * 365 * DAY));
    const truth = 1_800_000_000_000;
    const network = fakeNetwork((text) => (text.includes('"hello"') ? `{"type":"welcome","now":${truth}}` : text.includes('"ping"') ? `{"type":"pong","now":${truth}}` : 'silence'));
    const { carrier } = await connectWebSocket({ url: 'ws://fake', self: ALICE, token: 't', clock, socket: network.socket });
    expect(carrier.backendNow()).toBe(truth + 10 * 365 * DAY - DAY);
    clock.jumpWallClock(ms(-10 * 365 * DAY));
    await clock.advance(seconds(25));
    expect(carrier.backendNow() - truth).toBeLessThan(60_000);
    await carrier.close();
  });

  it('repeats a request that was never answered under the same number, and gives up after 15 s', async () => {
    const clock = new VirtualTime();
    const network = fakeNetwork((text) => (text.includes('"hello"') ? '{"type":"welcome","now":1800000000000}' : 'silence'));
    const { carrier } = await connectWebSocket({ url: 'ws://fake', self: ALICE, token: 't', clock, socket: network.socket });
    const sending = carrier.send({ conversation: 'c', parcels: [], complete: ['bob'], except: [], urgency: 'normal' });
    network.cut();
    await clock.advance(seconds(2));
    const requests = network.said().filter((text) => text.includes('"send"'));
    expect(requests.length).toBe(2);
    expect(requests[0]).toBe(requests[1]);
    await clock.advance(seconds(15));
    expect(await sending).toEqual({ type: 'refused', because: 'offline' });
    await carrier.close();
  });

  it('that took so long to open that another was begun is not kept beside it', async () => {
    const clock = new VirtualTime();
    const network = fakeNetwork((text) => (text.includes('"hello"') ? '{"type":"welcome","now":1800000000000}' : 'silence'));
    const waits = [seconds(12), seconds(0)];
    const slow = (): Promise<Socket> => new Promise((resolve) => clock.schedule(waits.shift() ?? seconds(0), () => resolve(network.socket())));
    const connecting = connectWebSocket({ url: 'ws://fake', self: ALICE, token: 't', clock, socket: slow });
    await clock.advance(seconds(15));
    const { carrier } = await connecting;
    expect(network.dialled()).toBe(2);
    expect(network.said().filter((text) => text.includes('"hello"')).length).toBe(1);
    await carrier.close();
  });

  it('to a hostile backend neither throws nor delivers, whatever it says', async () => {
    const entropy = new SeededEntropy(seed);
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    open.push({ close: () => new Promise((closed) => server.close(() => closed())) });
    await new Promise((listening) => server.on('listening', listening));
    let done = false;
    server.on('connection', (socket) => {
      socket.on('error', () => undefined);
      socket.on('message', () => {
        socket.send('{"type":"welcome","now":1800000000000}');
        for (const text of hostileTexts(entropy)) socket.send(text);
        socket.send(entropy.bytes(300));
        done = true;
      });
    });
    const { port } = server.address() as { port: number };
    const heard: Parcel[] = [];
    const { carrier, directory } = await connectWebSocket({ url: `ws://127.0.0.1:${port}`, self: ALICE, token: 't' });
    open.push(carrier);
    carrier.onParcel((parcel) => {
      heard.push(parcel);
      return Promise.resolve('dealt-with');
    });
    expect((await directory.bundles(['bob'], 'fresh')).type).toBe('unavailable');
    await until(() => done);
    expect(heard.filter(({ conversation }) => conversation === 'real')).toEqual([{ conversation: 'real', from: BOB, bytes: Uint8Array.of(1, 2, 3) }]);
    for (const { from, bytes } of heard) expect([typeof from.user, typeof from.device, bytes instanceof Uint8Array]).toEqual(['string', 'string', true]);
    for (const socket of server.clients) socket.terminate();
  });

  it('is not lost by a request that the backend would take for nonsense', async () => {
    const relay = await relayAt();
    const alice = await device(relay, ALICE);
    expect(await alice.send({ ...ring('x'), conversation: 'c'.repeat(1000) })).toEqual({ type: 'refused', because: 'rejected' });
    expect(await alice.send(ring('x'))).toMatchObject({ type: 'taken' });
  });
});

/** Frames that are nearly right; among them one good parcel, twice, to show that they are read at all. */
function hostileTexts(entropy: SeededEntropy): string[] {
  const parcel = '{"type":"parcel","id":"1","parcel":{"conversation":"c","from":{"user":"bob","device":"phone"},"body":"AQID"}}';
  const bundles = '{"type":"bundles","request":1,"devices":[{"device":{"user":"bob","device":"phone"},"bundle":{"identityKey":"AA=="}}]}';
  const nonsense = ['', '{', 'null', '[]', '0', '"x"', '{"type":null}', '{"type":"__proto__"}', bundles, '{"type":"sent","request":1}', '{"type":"published","request":1}'];
  const broken = Array.from({ length: 500 }, () => {
    const at = entropy.below(parcel.length);
    return `${parcel.slice(0, at)}${String.fromCharCode(32 + entropy.below(90))}${parcel.slice(at + 1 + entropy.below(20))}`;
  });
  const real = parcel.replace('"1"', '"real"').replace('"c"', '"real"');
  return [...nonsense, ...broken, real, real];
}

/** Opens real sockets, and ends all of them at once when told to. */
class Cutter {
  #sockets = new Set<Socket>();

  readonly socket = async (url: string): Promise<Socket> => {
    const socket = await openSocket(url);
    this.#sockets.add(socket);
    return socket;
  };

  cut(): void {
    for (const socket of this.#sockets) socket.terminate?.();
    this.#sockets.clear();
  }
}

async function relayAt(options: Parameters<typeof startRelay>[0] = {}): Promise<RunningRelay> {
  const relay = await startRelay(options);
  open.push(relay);
  return relay;
}

async function device(relay: RunningRelay, self: BackendOptions['self'], options: Partial<BackendOptions> = {}): Promise<SealedChannel> {
  const channel = await connectBackend({ url: relay.url, self, token: `token of ${self.user}`, ...options });
  open.push(channel);
  return channel;
}

/** The same keys for each run of a program. */
async function keptKeys(clock: VirtualTime) {
  const { createDeviceKeys, restoreDeviceKeys } = await import('../../src/transport/index.ts');
  const saved = (await createDeviceKeys({ clock })).save();
  return () => restoreDeviceKeys(saved);
}

function awayOf(result: Awaited<ReturnType<SealedChannel['send']>>): boolean {
  return result.type === 'taken' && result.outcomes.every(({ outcome }) => outcome === 'away');
}

/** Real sockets have no virtual time: what they bring about is asked for until it is there. */
async function until<Value>(value: () => Value | Promise<Value>, nudge: () => void = () => undefined): Promise<Value> {
  for (let turn = 0; turn < 2000; turn++) {
    nudge();
    const asked = value();
    const found = asked instanceof Promise ? await Promise.race<Value | undefined>([asked, moment()]) : asked;
    if (found !== undefined && found !== false) return found;
    await moment();
  }
  throw new Error('it does not come to pass');
}

function moment(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, 2, undefined));
}

/** Loading libsodium takes turns of the real event loop. */
async function openTurns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await moment();
}

