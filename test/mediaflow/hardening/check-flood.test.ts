import dgram from 'node:dgram';
import { afterEach, describe, expect, test } from 'vitest';
import { classes, Message, methods, type RTCPeerConnection } from 'werift';
import { closeAll, connect, hardened, stock, until } from './pair.ts';

const sockets: dgram.Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

describe('checks of a peer from sixty addresses', () => {
  test('make a pair of each in stock werift, once the answer is there: the defect', async () => {
    const { pairs, answers } = await flooded(stock(), stock());
    expect(pairs).toBeGreaterThanOrEqual(60);
    expect(answers).toBeGreaterThanOrEqual(60);
  });

  test('make few pairs in a hardened peer, are answered to few, and the call is set up', async () => {
    const { pairs, answers } = await flooded(await hardened(), await hardened());
    expect(pairs).toBeLessThan(60);
    expect(answers).toBeLessThanOrEqual(40);
  });
});

describe('checks that come before the answer', () => {
  test('are all kept by stock werift: the defect', async () => {
    expect((await repeatedEarly(stock(), (kept) => kept.length >= 50)).length).toBe(50);
  });

  test('are kept once for each way by a hardened peer, with what they said', async () => {
    const kept = await repeatedEarly(await hardened(), ([first]) => first?.[0].attributesKeys.includes('USE-CANDIDATE') === true);
    expect(kept.length).toBe(1);
    expect(kept[0]![0].attributesKeys).toContain('USE-CANDIDATE');
  });
});

/** Has sixty addresses check the offerer with its own password, before and while the call is set up. */
async function flooded(offerer: RTCPeerConnection, answerer: RTCPeerConnection): Promise<{ pairs: number; answers: number }> {
  let answers = 0;
  const senders = Array.from({ length: 60 }, () => {
    const socket = dgram.createSocket('udp4').on('message', (data) => (answers += data.readUInt16BE(0) === 0x0101 ? 1 : 0));
    sockets.push(socket);
    return socket;
  });
  const flood = (sdp: string): string => {
    for (const socket of senders) check(socket, offerer, false);
    return sdp;
  };
  await connect(offerer, answerer, { editOffer: flood });
  flood('');
  await pause(50);
  const { length: pairs } = offerer.iceTransports[0]!.connection.candidatePairs;
  await closeAll(offerer, answerer);
  return { pairs, answers };
}

type Early = readonly (readonly [Message, ...unknown[]])[];

/** `arrived`: when enough was kept to know the rest. */
async function repeatedEarly(peer: RTCPeerConnection, arrived: (kept: Early) => boolean): Promise<Early> {
  peer.createDataChannel('x');
  await peer.setLocalDescription(await peer.createOffer());
  const socket = dgram.createSocket('udp4');
  sockets.push(socket);
  for (let index = 0; index < 50; index += 1) check(socket, peer, index === 10);
  const kept = (): Early => (peer.iceTransports[0]!.connection as unknown as { earlyChecks: Early }).earlyChecks;
  await until(5_000, 'the checks', () => arrived(kept()));
  await pause(50);
  const early = kept();
  await peer.close();
  return early;
}

/** Sends a check that is authentic: the peer of a call has what it takes. */
function check(socket: dgram.Socket, peer: RTCPeerConnection, nominate: boolean): void {
  const [, host, port] = /a=candidate:\S+ 1 udp \d+ ([\d.]+) (\d+) typ host/.exec(peer.localDescription!.sdp) ?? [];
  const { localUsername, localPassword } = peer.iceTransports[0]!.connection;
  const message = new Message(methods.BINDING, classes.REQUEST).setAttribute('USERNAME', `${localUsername}:peer`).setAttribute('PRIORITY', 1).setAttribute('ICE-CONTROLLED', 0n);
  if (nominate) message.setAttribute('USE-CANDIDATE', null);
  message.addMessageIntegrity(Buffer.from(localPassword));
  message.addFingerprint();
  socket.send(message.bytes, Number(port), host);
}

async function pause(spanMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, spanMs));
}
