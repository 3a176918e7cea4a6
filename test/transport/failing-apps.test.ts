import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seconds } from '../../src/base/units.ts';
import { VirtualTime } from '../../src/testing/virtual-time.ts';
import { channelOver, connectBackend, connectWebSocket, createDeviceKeys, LoopbackHub, MemoryDirectory, PlaintextCipher, type MessageCipher, type Parcel, type Refusal, type SealedChannel } from '../../src/transport/index.ts';
import { handOver } from '../../src/transport/hand-over.ts';
import { startRelay, type RunningRelay } from '../../tools/backend/index.ts';
import { ALICE, BOB, listen, MALLORY, ring, texts } from './people.ts';

const FULL = new Error('no space left on the device');
const PARCEL: Parcel = { conversation: 'c', from: ALICE, bytes: new Uint8Array(1) };

describe('an app whose code throws', () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  beforeEach(() => void process.on('unhandledRejection', note));
  afterEach(async () => {
    await new Promise((turn) => setTimeout(turn, 5));
    process.off('unhandledRejection', note);
    expect(unhandled.splice(0)).toEqual([]);
  });

  it('at a message is told what it threw, and gets the next one', async () => {
    const clock = new VirtualTime();
    const [heard, told]: [string[], unknown[]] = [[], []];
    const { hub, bob: fallible } = await fallibleBob(clock, (...words) => told.push(words));
    fallible.onMessage(({ text }) => {
      heard.push(text);
      if (text === 'one') throw FULL;
    });
    const sender = await hub.channel(ALICE);
    for (const text of ['one', 'two']) await sender.send(ring(text));
    await clock.advance(seconds(1));
    expect([heard, told, [...fallible.refusals]]).toEqual([['one', 'two'], [['app-failed', FULL]], [['app-failed', 1]]]);
  });

  it('at the first of the messages that waited for it gets the others', async () => {
    const clock = new VirtualTime();
    const { hub, bob } = await fallibleBob(clock);
    const sender = await hub.channel(ALICE);
    for (const text of ['one', 'two']) await sender.send(ring(text));
    await clock.advance(seconds(1));
    const heard: string[] = [];
    bob.onMessage(({ text }) => {
      heard.push(text);
      throw FULL;
    });
    expect([heard, bob.refusals.get('app-failed')]).toEqual([['one', 'two'], 2]);
  });

  it('when it is told of a refusal still gets what is not refused', async () => {
    const clock = new VirtualTime();
    const { hub, bob } = await fallibleBob(clock, () => {
      throw FULL;
    });
    const heard = listen(bob);
    hub.inject({ ...PARCEL, from: MALLORY }, BOB);
    await (await hub.channel(ALICE)).send(ring('real'));
    await clock.advance(seconds(1));
    expect([texts(heard), [...bob.refusals]]).toEqual([['real'], [['not-an-envelope', 1]]]);
  });

  it('in a cipher of its own loses that message alone, and is refused what it sends', async () => {
    const clock = new VirtualTime();
    const hub = new LoopbackHub({ clock, cipher: 'plaintext' });
    const directory = new MemoryDirectory();
    directory.publish(ALICE);
    let broken = true;
    const sound = new PlaintextCipher();
    const cipher: MessageCipher = {
      protection: 'app',
      seal: (letter) => (broken ? Promise.reject(FULL) : sound.seal(letter)),
      open: (parcel) => (broken ? Promise.reject(FULL) : sound.open(parcel)),
      close: () => undefined,
    };
    const alice = await hub.channel(ALICE);
    hub.directory.publish(BOB);
    const bob = channelOver({ carrier: hub.carrier(BOB), cipher, protection: 'app', directory, clock });
    const heard = listen(bob);
    await alice.send(ring('one'));
    expect(await bob.send(ring('back', 'alice'))).toEqual({ type: 'refused', because: 'no-keys' });
    await clock.advance(seconds(1));
    broken = false;
    await alice.send(ring('two'));
    await clock.advance(seconds(1));
    expect([texts(heard), bob.refusals.get('app-failed')]).toEqual([['two'], 1]);
  });

  it.each(['throws', 'rejects'])('as the listener of a bare carrier is asked once more, and then no more: it %s', async (how) => {
    let asked = 0;
    const verdict = await handOver(() => {
      asked += 1;
      if (how === 'throws') throw FULL;
      return Promise.reject(FULL);
    }, PARCEL);
    expect([asked, verdict]).toEqual([2, 'dealt-with']);
    let tries = 0;
    expect(await handOver(() => (tries++ === 0 ? Promise.reject(FULL) : Promise.resolve('not-now')), PARCEL)).toBe('not-now');
  });

  it('at a parcel, a phase or new keys stays connected, and the relay forgets the parcel', async () => {
    const relay = await startRelay();
    const fail = (): never => {
      throw FULL;
    };
    const stale = await createDeviceKeys({ clock: new VirtualTime(Date.now() - 8 * 86_400_000) });
    const bob = await connectBackend({ ...at(relay), self: BOB, keys: stale, onPhase: fail, onRefused: fail, onKeysChanged: fail });
    bob.onMessage(fail);
    const alice = await connectBackend({ ...at(relay), self: ALICE });
    for (const text of ['one', 'two']) expect(await alice.send(ring(text))).toMatchObject({ outcomes: [{ outcome: 'delivered' }] });
    await until(() => bob.refusals.get('app-failed') === 2);
    await bob.close();
    const bare = await connectWebSocket({ ...at(relay), self: BOB });
    const parcels: Parcel[] = [];
    bare.carrier.onParcel((parcel) => {
      parcels.push(parcel);
      return Promise.reject(FULL);
    });
    await bare.directory.bundles(['bob'], 'fresh');
    expect(parcels).toEqual([]);
    await alice.close();
    await bare.carrier.close();
    await relay.close();
  });
});

async function fallibleBob(clock: VirtualTime, onRefused: (because: Refusal, problem?: unknown) => void = () => undefined): Promise<{ hub: LoopbackHub; bob: SealedChannel }> {
  const hub = new LoopbackHub({ clock });
  return { hub, bob: await hub.channel(BOB, { onRefused }) };
}

function at({ url }: RunningRelay): { readonly url: string; readonly token: string } {
  return { url, token: 'token' };
}

async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000 && !holds(); turn++) await new Promise((next) => setTimeout(next, 2));
}
