import dgram from 'node:dgram';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { classes, Message, methods, type RTCPeerConnection } from 'werift';
import { closeAll, connect, hardened, stock, until, within, type Connected } from './pair.ts';

/** What would end the process. The runner's own listeners are put back afterwards. */
const fatal: unknown[] = [];
let listeners: NodeJS.UnhandledRejectionListener[] = [];

beforeEach(() => {
  fatal.length = 0;
  listeners = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (reason) => fatal.push(reason));
});

afterEach(() => {
  process.removeAllListeners('unhandledRejection');
  for (const listener of listeners) process.on('unhandledRejection', listener);
});

describe.each([
  ['a packet that is no SCTP', () => Buffer.from('what is this')],
  ['an SCTP packet with a wrong checksum', () => Buffer.alloc(40, 3)],
])('%s from the peer', (_, packet) => {
  test('ends the process of stock werift: the defect', async () => {
    const pair = await connect(stock(), stock());
    await pair.offerer.dtlsTransports[0]!.sendData(packet());
    await until(1_000, 'the rejection nobody handles', () => fatal.length > 0);
    await closeAll(pair.offerer, pair.answerer);
  });

  test('is dropped by a hardened peer', async () => {
    const pair = await connect(await hardened(), await hardened());
    await pair.offerer.dtlsTransports[0]!.sendData(packet());
    await stillTalks(pair);
    expect(fatal).toEqual([]);
    await closeAll(pair.offerer, pair.answerer);
  });
});

describe('a message of an unknown kind', () => {
  test('ends the process of stock werift: the defect', async () => {
    const pair = await connect(stock(), stock());
    await sendPpid(pair, 99);
    await until(1_000, 'the rejection nobody handles', () => fatal.length > 0);
    await closeAll(pair.offerer, pair.answerer);
  });

  test('is dropped by a hardened peer', async () => {
    const pair = await connect(await hardened(), await hardened());
    await sendPpid(pair, 99);
    await stillTalks(pair);
    expect(fatal).toEqual([]);
    await closeAll(pair.offerer, pair.answerer);
  });
});

describe('data that is never completed', () => {
  test('is kept without limit by stock werift: the defect', async () => {
    const pair = await connect(stock(), stock());
    expect(flood(pair.answerer)).toBe(2_000);
    await closeAll(pair.offerer, pair.answerer);
  });

  test('is kept up to the advertised window by a hardened peer', async () => {
    const pair = await connect(await hardened(), await hardened());
    expect(flood(pair.answerer)).toBeLessThanOrEqual(Math.ceil((1_024 * 1_024) / 1_200));
    await closeAll(pair.offerer, pair.answerer);
  });
});

describe('a connectivity check from a stranger', () => {
  test('is answered by stock werift: the defect', async () => {
    const { peer, answers } = await checkedByStranger(async () => stock());
    await until(1_000, 'the answer', () => answers() > 0);
    await peer.close();
  });

  test('is not answered by a hardened peer, nor taken for a candidate', async () => {
    const { peer, answers } = await checkedByStranger(hardened);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(answers()).toBe(0);
    expect(earlyChecksOf(peer)).toBe(0);
    await peer.close();
  });
});

async function stillTalks({ near, far }: Connected): Promise<void> {
  const heard = new Promise((resolve) => far.onMessage.once(resolve));
  near.send('still here');
  expect(await within(2_000, 'the message', heard)).toBe('still here');
}

async function sendPpid({ offerer, near }: Connected, ppid: number): Promise<void> {
  await offerer.sctpTransport!.sctp.send(near.id, ppid, Buffer.from('?'));
}

/** How many chunks of a message without an end are kept. */
function flood(victim: RTCPeerConnection): number {
  const sctp = victim.sctpTransport!.sctp as unknown as {
    lastReceivedTsn: number;
    inboundStreams: Record<number, { reassembly: unknown[] }>;
    receiveDataChunk(chunk: object): void;
  };
  const first = sctp.lastReceivedTsn + 1;
  for (let index = 0; index < 2_000; index += 1) {
    sctp.receiveDataChunk({ type: 0, flags: index === 0 ? 2 : 0, tsn: (first + index) >>> 0, streamId: 5, streamSeqNum: 0, protocol: 51, userData: Buffer.alloc(1_200) });
  }
  return sctp.inboundStreams[5]?.reassembly.length ?? 0;
}

async function checkedByStranger(make: () => Promise<RTCPeerConnection>): Promise<{ peer: RTCPeerConnection; answers: () => number }> {
  const peer = await make();
  peer.createDataChannel('x');
  await peer.setLocalDescription(await peer.createOffer());
  const [, host, port] = /a=candidate:\S+ 1 udp \d+ ([\d.]+) (\d+) typ host/.exec(peer.localDescription!.sdp) ?? [];
  const { localUsername } = peer.iceTransports[0]!.connection;
  const check = new Message(methods.BINDING, classes.REQUEST);
  check.setAttribute('USERNAME', `${localUsername}:evil`).setAttribute('PRIORITY', 1).setAttribute('ICE-CONTROLLED', 1n).setAttribute('USE-CANDIDATE', null);
  check.addMessageIntegrity(Buffer.from('not the password'));
  check.addFingerprint();
  const socket = dgram.createSocket('udp4').unref();
  let answered = 0;
  socket.on('message', () => (answered += 1));
  socket.send(check.bytes, Number(port), host);
  await until(1_000, 'the check to leave', () => true);
  return { peer, answers: () => answered };
}

function earlyChecksOf(peer: RTCPeerConnection): number {
  return (peer.iceTransports[0]!.connection as unknown as { earlyChecks: unknown[] }).earlyChecks.length;
}
