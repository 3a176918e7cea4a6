import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TcpTransport, TurnProtocol, UdpTransport, type RTCPeerConnection } from 'werift';
import { codeOf, hearRefusals, isRefusal } from '../../../src/mediaflow/werift/hardening/relay-answers.ts';
import { openRelayTransport } from '../../../src/mediaflow/werift/hardening/relay-transport.ts';
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

test('wrong credentials are told as such, and at once', async () => {
  const peer = await hardened({ ice: { servers: [{ urls: turn.url, username: turn.username, credential: 'wrong' }], policy: 'relay' } });
  peer.createDataChannel('x');
  await expect(peer.createOffer().then(async (offer) => peer.setLocalDescription(offer))).rejects.toMatchObject({ failure: 'relay-refused' });
  await peer.close();
});

describe('what a relay says', () => {
  const stockClient = async (): Promise<TurnProtocol> => new TurnProtocol(turn.address, turn.username, 'wrong', 600, await UdpTransport.init('udp4'));

  test('stock werift does not hear that it is refused: the defect', async () => {
    const client = await stockClient();
    const outcome = client.connectionMade().then(() => 'relayed', () => 'over');
    expect(await Promise.race([outcome, new Promise((resolve) => setTimeout(resolve, 1_000, 'waiting'))])).toBe('waiting');
    for (const transaction of Object.values(client.transactions)) transaction.cancel();
    await client.close();
  });

  test('a refusal is heard, by its number', async () => {
    const client = await stockClient();
    hearRefusals(client);
    const error: unknown = await client.connectionMade().catch((problem: unknown) => problem);
    expect(isRefusal(codeOf(error))).toBe(true);
    await client.close();
  });

  test('a server that ends each stream is asked again and again by stock werift, and once by us', async () => {
    let streams = 0;
    const server = createServer((socket) => {
      streams += 1;
      socket.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    const stockTransport = await TcpTransport.init(['127.0.0.1', port]);
    await until(5_000, 'ten streams', () => streams >= 10);
    await stockTransport.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    streams = 0;

    const ours = await openRelayTransport({ address: ['127.0.0.1', port], name: '127.0.0.1', transport: 'tcp', tls: undefined }, new AbortController().signal);
    await until(5_000, 'the end', () => ours.closed);
    expect(streams).toBe(1);
    server.close();
  });
});

async function relayed(): Promise<RTCPeerConnection> {
  return hardened({ ice: { servers: [{ urls: turn.url, username: turn.username, credential: turn.credential }], policy: 'relay' } });
}

const held = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout' || kind === 'UDPWrap' || kind === 'TCPSocketWrap').length;

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).filter(({ internal }) => !internal).map(({ address }) => address));
}
