import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RTCPeerConnection } from 'werift';
import { closeAll, connect, hardened, until, within } from './pair.ts';
import { TinyTurn } from './tiny-turn.ts';

let turn: TinyTurn;
beforeEach(async () => {
  turn = await TinyTurn.start();
});
afterEach(() => turn.close());

test('two relay-only peers talk through the relay and show each other nothing else', async () => {
  const { offerer, answerer, near, far } = await connect(await relayed(), await relayed(), { audio: true });
  const heard = new Promise((resolve) => far.onMessage.once(resolve));
  near.send('through the relay');
  expect(await within(2_000, 'the message', heard)).toBe('through the relay');
  for (const peer of [offerer, answerer]) {
    const sdp = peer.localDescription!.sdp;
    expect(sdp.match(/a=candidate:.*/g)?.every((line) => / typ relay raddr 0\.0\.0\.0 rport 0/.test(line))).toBe(true);
    for (const address of ownAddresses()) expect(sdp).not.toContain(address);
    expect(peer.iceTransports[0]!.connection.nominated?.localCandidate.type).toBe('relay');
  }
  await closeAll(offerer, answerer);
});

test('a relay-only peer reaches one that is not, from the relay alone', async () => {
  const { offerer, answerer } = await connect(await relayed(), await hardened());
  expect(answerer.iceTransports[0]!.connection.nominated?.remoteAddr[0]).toBe('127.0.0.1');
  await closeAll(offerer, answerer);
});

test('a closed call gives the relay back and leaves neither timer nor socket', async () => {
  const before = held();
  const { offerer, answerer } = await connect(await relayed(), await relayed());
  expect(turn.allocated).toBe(2);
  await closeAll(offerer, answerer);
  await until(1_000, 'the relay to hear of it', () => turn.released === 2);
  // The relay's own two sockets stay open.
  expect(held()).toBeLessThanOrEqual(before + 2);
});

test('a call closed while it asks for a relay leaves neither timer nor socket', async () => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  const before = held();
  const peer = await hardened({ ice: { servers: [{ urls: 'turn:127.0.0.1:9?transport=udp', username: 'u', credential: 'c' }], policy: 'relay' } });
  peer.createDataChannel('x');
  const description = peer.setLocalDescription(await peer.createOffer()).catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 60));
  await peer.close();
  await new Promise((resolve) => setImmediate(resolve));
  expect(held()).toBeLessThanOrEqual(before);
  await description;
});

test('wrong credentials are the same as no relay', async () => {
  const peer = await hardened({ ice: { servers: [{ urls: turn.url, username: turn.username, credential: 'wrong' }], policy: 'relay' } });
  peer.createDataChannel('x');
  await expect(peer.createOffer().then(async (offer) => peer.setLocalDescription(offer))).rejects.toMatchObject({ failure: 'no-relay' });
  await peer.close();
});

async function relayed(): Promise<RTCPeerConnection> {
  return hardened({ ice: { servers: [{ urls: turn.url, username: turn.username, credential: turn.credential }], policy: 'relay' } });
}

const held = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout' || kind === 'UDPWrap' || kind === 'TCPSocketWrap').length;

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).filter(({ internal }) => !internal).map(({ address }) => address));
}
