import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { closeAll, connect, hardened, stock, until } from './pair.ts';

/** Timers and sockets of this process. Immediates and the runner's own pipes are not a peer's. */
const held = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout' || kind === 'UDPWrap' || kind === 'UDPSendWrap').length;

test('stock werift leaves timers behind for a while after close: the defect', async () => {
  const before = held();
  const { offerer, answerer } = await connect(stock(), stock(), { audio: true });
  await closeAll(offerer, answerer);
  expect(held()).toBeGreaterThan(before);
  await until(5_000, 'the timers to run out', () => held() <= before);
});

test('after twenty calls are closed there is no timer, socket or listener left', async () => {
  await warmUp();
  const before = { held: held(), exit: process.listenerCount('exit'), signal: getEventListeners(process, 'SIGINT').length };
  const pairs = await Promise.all(Array.from({ length: 20 }, async () => connect(await hardened(), await hardened(), { audio: true, limitMs: 15_000 })));
  expect(held()).toBeGreaterThan(before.held);
  await closeAll(...pairs.flatMap(({ offerer, answerer }) => [offerer, answerer]));
  await new Promise((resolve) => setImmediate(resolve));
  expect({ held: held(), exit: process.listenerCount('exit'), signal: getEventListeners(process, 'SIGINT').length }).toEqual({ ...before, held: expect.toSatisfy((now: number) => now <= before.held) });
});

test('calls closed in the middle of being set up leave nothing either', async () => {
  await warmUp();
  const before = held();
  const moments = [0, 1, 2, 4, 8, 16];
  const peers = await Promise.all(
    moments.map(async (turns) => {
      const [offerer, answerer] = [await hardened(), await hardened()];
      const negotiated = new Promise<void>((resolve) => {
        connect(offerer, answerer, { negotiated: resolve, limitMs: 1 }).catch(() => {});
      });
      await negotiated;
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      return [offerer, answerer];
    }),
  );
  await closeAll(...peers.flat());
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(held()).toBeLessThanOrEqual(before);
});

test('a path that is found while a call closes starts no handshake', async () => {
  await warmUp();
  const before = held();
  const peer = await hardened();
  peer.createDataChannel('x');
  await peer.setLocalDescription(await peer.createOffer());
  const [transport] = peer.dtlsTransports;
  // The client speaks first, and repeats itself.
  transport!.role = 'client';
  const stop = transport!.stop.bind(transport);
  transport!.stop = async () => {
    const stopped = stop();
    transport!.start().catch(() => {});
    await stopped;
  };
  await peer.close();
  await new Promise((resolve) => setImmediate(resolve));
  expect(held()).toBeLessThanOrEqual(before);
});

test('a peer that never hears from anybody leaves nothing', async () => {
  await warmUp();
  const before = held();
  const peer = await hardened();
  peer.createDataChannel('x');
  await peer.setLocalDescription(await peer.createOffer());
  await peer.close();
  await new Promise((resolve) => setImmediate(resolve));
  expect(held()).toBeLessThanOrEqual(before);
});

async function warmUp(): Promise<void> {
  const { offerer, answerer } = await connect(await hardened(), await hardened());
  await closeAll(offerer, answerer);
  await new Promise((resolve) => setImmediate(resolve));
}
