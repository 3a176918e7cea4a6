import dgram from 'node:dgram';
import dns from 'node:dns';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RTCPeerConnection } from 'werift';
import { FlowError } from '../../../src/mediaflow/port.ts';
import { closeAll, connect, hardened } from './pair.ts';

const asked: string[] = [];
const packetsTo: string[] = [];

beforeEach(() => {
  asked.length = 0;
  packetsTo.length = 0;
  const refuse = (name: string): Error => Object.assign(new Error(`no name service in this test: ${name}`), { code: 'ENOTFOUND' });
  const { lookup } = dns;
  vi.spyOn(dns, 'lookup').mockImplementation((name: string, ...rest: unknown[]) => {
    // Sockets pass plain addresses through here as well; nobody is asked about those.
    if (isIP(name) !== 0) return (lookup as (...all: unknown[]) => void)(name, ...rest);
    asked.push(name);
    (rest.at(-1) as (error: Error) => void)(refuse(name));
  });
  vi.spyOn(dns.promises, 'lookup').mockImplementation((name: string) => {
    asked.push(name);
    return Promise.reject(refuse(name));
  });
  const send = Reflect.get(dgram.Socket.prototype, 'send') as (...all: unknown[]) => void;
  vi.spyOn(dgram.Socket.prototype, 'send').mockImplementation(function (this: dgram.Socket, ...args: unknown[]) {
    const to = args.findLast((arg) => typeof arg === 'string');
    packetsTo.push(String(to));
    send.apply(this, args);
  });
});

afterEach(() => vi.restoreAllMocks());

describe('with no server configured', () => {
  test('stock werift looks a public STUN server up: the defect', async () => {
    const peer = new RTCPeerConnection({ iceServers: [], bundlePolicy: 'max-bundle' });
    peer.createDataChannel('x');
    await peer.setLocalDescription(await peer.createOffer());
    expect(asked.length).toBeGreaterThan(0);
    await peer.close();
  });

  test('a call asks no name service and sends no packet to anybody but the peer', async () => {
    const { offerer, answerer } = await connect(await hardened(), await hardened(), { audio: true });
    expect(asked).toEqual([]);
    expect(packetsTo.length).toBeGreaterThan(0);
    expect(packetsTo.filter((to) => !ownAddresses().includes(to))).toEqual([]);
    await closeAll(offerer, answerer);
  });

  test('a name that the peer writes into a candidate is not looked up', async () => {
    const candidates = ['call-home.example.org', '0b1c.local'].map((host) => `a=candidate:1 1 udp 1 ${host} 9 typ host\r\n`).join('');
    const edit = (sdp: string): string => sdp.replace('a=candidate', `${candidates}a=candidate`);
    const { offerer, answerer } = await connect(await hardened(), await hardened(), { editOffer: edit, editAnswer: edit });
    expect(asked).toEqual([]);
    expect(packetsTo.filter((to) => !ownAddresses().includes(to))).toEqual([]);
    await closeAll(offerer, answerer);
  });
});

test('a configured STUN server is asked, and no other', async () => {
  const peer = await hardened({ ice: { servers: [{ urls: 'stun:stun.example.org:3478' }], policy: 'all' } });
  peer.createDataChannel('x');
  await peer.setLocalDescription(await peer.createOffer());
  expect([...new Set(asked)]).toEqual(['stun.example.org']);
  await peer.close();
});

describe('relay-only', () => {
  const withoutCredentials = [{ urls: 'turn:127.0.0.1:9' }];

  test('stock werift shows host addresses when the relay has no usable credentials: the defect', async () => {
    const peer = new RTCPeerConnection({ iceServers: [...withoutCredentials], iceTransportPolicy: 'relay', bundlePolicy: 'max-bundle' });
    peer.createDataChannel('x');
    await peer.setLocalDescription(await peer.createOffer());
    expect(peer.localDescription?.sdp).toMatch(/typ host/);
    await peer.close();
  });

  test.each([['no server', []], ['a server without credentials', withoutCredentials]] as const)('with %s says so before there is an offer', async (_, servers) => {
    const peer = await hardened({ ice: { servers, policy: 'relay' } });
    peer.createDataChannel('x');
    await expect(peer.createOffer()).rejects.toMatchObject({ name: 'FlowError', failure: 'no-relay' });
    await peer.close();
  });

  test('with no server says so before there is an answer', async () => {
    const [caller, peer] = [await hardened(), await hardened({ ice: { servers: [], policy: 'relay' } })];
    caller.createDataChannel('x');
    await caller.setLocalDescription(await caller.createOffer());
    await peer.setRemoteDescription({ type: 'offer', sdp: caller.localDescription!.sdp });
    await expect(peer.createAnswer()).rejects.toBeInstanceOf(FlowError);
    await closeAll(caller, peer);
  });

  test('with a relay that does not answer shows nothing, sends nothing to the peer and fails', async () => {
    const peer = await hardened({ ice: { servers: [{ urls: 'turn:127.0.0.1:9?transport=udp', username: 'u', credential: 'c' }], policy: 'relay' } });
    peer.createDataChannel('x');
    const outcome = peer.setLocalDescription(await peer.createOffer()).then(() => undefined, (error: unknown) => error);
    await vi.waitFor(() => expect(packetsTo.length).toBeGreaterThan(0));
    expect(peer.localDescription?.sdp).not.toMatch(/a=candidate/);
    for (const address of ownAddresses()) expect(peer.localDescription?.sdp).not.toContain(address);
    expect([...new Set(packetsTo)]).toEqual(['127.0.0.1']);
    expect(await outcome).toMatchObject({ failure: 'no-relay' });
    await peer.close();
  }, 180_000);
});

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).filter(({ internal }) => !internal).map(({ address }) => address));
}
