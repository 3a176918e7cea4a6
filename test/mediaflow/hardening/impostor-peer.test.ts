import wrtc from '@roamhq/wrtc';
import { describe, expect, test } from 'vitest';
import type { RTCPeerConnection } from 'werift';
import type { PeerRefusal } from '../../../src/mediaflow/werift/hardened-peer.ts';
import { makeCertificate } from '../../../src/mediaflow/werift/hardening/self-signed.ts';
import { Faults, type FaultPlan } from './faults.ts';
import { closeAll, connect, hardened, stock, until, within } from './pair.ts';

const SEED = Number(process.env['CALLCORE_SEED']) % 100_000;
const BAD_NETWORK: FaultPlan = { lose: 0.25, repeat: 0.3, lateMs: 20, pieces: 120 };

describe('an impostor that shows the described certificate without having its key', () => {
  test.each(['client', 'server'] as const)('is accepted by stock werift as DTLS %s: the defect this hardening is for', async (victimRole) => {
    const [impostor, victim] = [await impostorPeer(), stock()];
    await (victimRole === 'client' ? connect(impostor, victim) : connect(victim, impostor));
    await closeAll(impostor, victim);
  });

  test.each(['client', 'server'] as const)('is refused by a hardened peer as DTLS %s', async (victimRole) => {
    const { victim, refused } = await attempt(victimRole, (hardenedPeer) => hardenedPeer);
    expect(refused).toBe('bad-signature');
    expect(victim).toBe('failed');
  });

  test.each([0, 1, 2].flatMap((seed) => [[SEED + seed, 'client'], [SEED + seed, 'server']] as const))('is refused on a bad network (seed %i) by a hardened DTLS %s', async (seed, victimRole) => {
    const { refused } = await attempt(victimRole, (peer) => withFaults(peer, seed, BAD_NETWORK));
    // Stock werift as a client forgets its certificate when the request for it is overtaken by what follows.
    expect(['bad-signature', 'proof-skipped']).toContain(refused);
  });
});

test('H07 a peer behind an altered fingerprint never connects', async () => {
  const alter = (sdp: string): string => sdp.replaceAll(/(a=fingerprint:sha-256 )(..)/g, (_, name: string, byte: string) => name + (byte === '00' ? '01' : '00'));
  for (const edit of [{ editOffer: alter }, { editAnswer: alter }]) {
    const refusals: PeerRefusal[] = [];
    const [a, b] = [await hardened({ onRefused: (reason) => refusals.push(reason) }), await hardened({ onRefused: (reason) => refusals.push(reason) })];
    connect(a, b, edit).catch(() => {});
    await until(5_000, 'the refusal', () => refusals.length > 0);
    expect(refusals).toEqual(['fingerprint-mismatch']);
    expect([a, b].filter(({ connectionState }) => connectionState === 'connected')).toEqual([]);
    await closeAll(a, b);
  }
});

test('a description with no fingerprint but a SHA-1 one is not believed', async () => {
  const weaken = (sdp: string): string => sdp.replaceAll(/a=fingerprint:sha-256 .*/g, `a=fingerprint:sha-1 ${Array.from({ length: 20 }, () => 'AB').join(':')}`);
  const refusals: PeerRefusal[] = [];
  const [a, b] = [await hardened(), await hardened({ onRefused: (reason) => refusals.push(reason) })];
  connect(a, b, { editOffer: weaken }).catch(() => {});
  await until(5_000, 'the refusal', () => refusals.length > 0);
  expect(refusals).toEqual(['fingerprint-mismatch']);
  await closeAll(a, b);
});

test('a description whose strongest fingerprint is another certificate’s is not believed for its weaker one', async () => {
  const add = (sdp: string): string => sdp.replaceAll(/a=fingerprint:sha-256 .*/g, (right) => `${right}\r\na=fingerprint:sha-512 ${Array.from({ length: 64 }, () => 'AB').join(':')}`);
  const refusals: PeerRefusal[] = [];
  const [a, b] = [await hardened(), await hardened({ onRefused: (reason) => refusals.push(reason) })];
  connect(a, b, { editOffer: add }).catch(() => {});
  await until(5_000, 'the refusal', () => refusals.length > 0);
  expect(refusals).toEqual(['fingerprint-mismatch']);
  await closeAll(a, b);
});

describe('an honest peer', () => {
  test.each([
    ['stock werift', 'offers', async () => connect(stock(), await hardened(), { audio: true })],
    ['stock werift', 'answers', async () => connect(await hardened(), stock(), { audio: true })],
  ])('%s that %s is let in', async (_, __, call) => {
    const { offerer, answerer } = await call();
    await closeAll(offerer, answerer);
  });

  test.each(['offers', 'answers'] as const)('libwebrtc that %s is let in', async (part) => {
    await libwebrtc(part, (peer) => peer);
  });

  test.each([0, 1, 2].flatMap((seed) => [[SEED + seed, 'offers'], [SEED + seed, 'answers']] as const))('libwebrtc on a bad network (seed %i) that %s is let in', async (seed, part) => {
    await libwebrtc(part, (peer) => withFaults(peer, seed, BAD_NETWORK));
  });
});

describe('a goodbye in plain text', () => {
  const goodbye = Buffer.from('15fefd000000000000006300020100', 'hex');

  test('from anybody ends a connection of stock werift: the defect', async () => {
    const pair = await connect(stock(), stock());
    pair.answerer.iceTransports[0]!.connection.onData.execute(goodbye);
    expect(pair.far.readyState).toBe('closed');
    await closeAll(pair.offerer, pair.answerer);
  });

  test('from anybody changes nothing for a hardened peer', async () => {
    const pair = await connect(await hardened(), await hardened());
    pair.answerer.iceTransports[0]!.connection.onData.execute(goodbye);
    const heard = new Promise((resolve) => pair.far.onMessage.once(resolve));
    pair.near.send('still here');
    expect(await within(2_000, 'the message', heard)).toBe('still here');
    await closeAll(pair.offerer, pair.answerer);
  });
});

test('when a hardened peer closes, the other end knows at once', async () => {
  const { offerer, answerer, far } = await connect(await hardened(), await hardened());
  const closed = new Promise<void>((resolve) => far.stateChanged.subscribe((state) => state === 'closed' && resolve()));
  await offerer.close();
  await within(1_000, 'the other end to notice', closed);
  await answerer.close();
});

async function impostorPeer(): Promise<RTCPeerConnection> {
  const [shown, own] = await Promise.all([makeCertificate(), makeCertificate()]);
  const keys = { certPem: shown.werift.certPem, keyPem: own.key.export({ type: 'pkcs8', format: 'pem' }).toString(), signatureHash: shown.werift.signatureHash };
  return stock({ dtls: { keys } });
}

async function attempt(victimRole: 'client' | 'server', network: (peer: RTCPeerConnection) => RTCPeerConnection): Promise<{ victim: string; refused: PeerRefusal | undefined }> {
  let refused: PeerRefusal | undefined;
  const impostor = await impostorPeer();
  const victim = network(await hardened({ onRefused: (reason) => (refused = reason) }));
  const opened = victimRole === 'client' ? connect(impostor, victim) : connect(victim, impostor);
  opened.catch(() => {});
  await until(15_000, 'the refusal', () => refused !== undefined && victim.connectionState === 'failed');
  const state = victim.connectionState;
  await closeAll(impostor, victim);
  return { victim: state, refused };
}

/** Puts a bad network between this peer and the other, for DTLS only. */
function withFaults(peer: RTCPeerConnection, seed: number, plan: FaultPlan): RTCPeerConnection {
  const faults = new Faults(seed, plan);
  const inside = peer as unknown as { secureManager: { createTransport(): RTCPeerConnection['dtlsTransports'][number] } };
  const createTransport = inside.secureManager.createTransport.bind(inside.secureManager);
  inside.secureManager.createTransport = () => {
    const transport = createTransport();
    const { connection } = transport.iceTransport;
    const send = connection.send.bind(connection);
    const execute = connection.onData.execute.bind(connection.onData);
    const isDtls = (data: Buffer): boolean => data[0]! > 19 && data[0]! < 64;
    connection.send = async (data) => (isDtls(data) ? faults.pass(data, (arrived) => void send(arrived)) : send(data));
    connection.onData.execute = (data) => (isDtls(data) ? faults.pass(data, execute) : execute(data));
    return transport;
  };
  return peer;
}

async function libwebrtc(part: 'offers' | 'answers', network: (peer: RTCPeerConnection) => RTCPeerConnection): Promise<void> {
  const ours = network(await hardened());
  const theirs = new wrtc.RTCPeerConnection({ iceServers: [], bundlePolicy: 'max-bundle' });
  const theirSdp = async (): Promise<string> => {
    await new Promise<void>((resolve) => (theirs.iceGatheringState === 'complete' ? resolve() : (theirs.onicegatheringstatechange = () => theirs.iceGatheringState === 'complete' && resolve())));
    return theirs.localDescription!.sdp;
  };
  const open = part === 'offers' ? channelOf(theirs.createDataChannel('calling-3.0')) : new Promise<void>((resolve) => (theirs.ondatachannel = (event: { channel: Channel }) => resolve(channelOf(event.channel))));
  if (part === 'offers') {
    theirs.addTransceiver('audio');
    await theirs.setLocalDescription(await theirs.createOffer());
    await ours.setRemoteDescription({ type: 'offer', sdp: await theirSdp() });
    await ours.setLocalDescription(await ours.createAnswer());
    await theirs.setRemoteDescription({ type: 'answer', sdp: ours.localDescription!.sdp });
  } else {
    ours.addTransceiver('audio');
    ours.createDataChannel('calling-3.0');
    await ours.setLocalDescription(await ours.createOffer());
    await theirs.setRemoteDescription({ type: 'offer', sdp: ours.localDescription!.sdp });
    await theirs.setLocalDescription(await theirs.createAnswer());
    await ours.setRemoteDescription({ type: 'answer', sdp: await theirSdp() });
  }
  await within(20_000, 'the channel', open);
  await closeAll(ours, theirs);
}

/** What of a browser-shaped channel is used here; Node's types know none. */
type Channel = { readonly readyState: string; addEventListener(type: 'open', listener: () => void): void };

function channelOf(channel: Channel): Promise<void> {
  return new Promise((resolve) => (channel.readyState === 'open' ? resolve() : channel.addEventListener('open', () => resolve())));
}
