import dgram from 'node:dgram';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RTCPeerConnection } from 'werift';
import { closeAll, connect, hardened, stock, until, within } from './pair.ts';

/** A socket that neither peer knows of, on the same network. */
let stranger: dgram.Socket;
beforeEach(() => (stranger = dgram.createSocket('udp4')));
afterEach(() => stranger.close());

const GOODBYE = Buffer.from('15fefd000000000000006300020100', 'hex');
/** A handshake message that nobody may send there: what is left of a peer that was refused for it. */
const HELLO_REQUEST = Buffer.from('16fefd0000000000000000000c000000000000000000000000', 'hex');

describe('what a stranger sends to the port of a call', () => {
  test('reaches DTLS in stock werift, and ends the call: the defect', async () => {
    const { offerer, answerer, far } = await connect(stock(), stock());
    await say(GOODBYE, answerer.localDescription!.sdp);
    await until(1_000, 'the end of the call', () => far.readyState === 'closed');
    await closeAll(offerer, answerer);
  });

  test('is not heard by a hardened peer', async () => {
    const { offerer, answerer, near, far } = await connect(await hardened(), await hardened(), { audio: true });
    const heard = allDataOf(answerer);
    const sent = [GOODBYE, HELLO_REQUEST, Buffer.from('80600001000000010000000100', 'hex'), Buffer.from('80c8000600000001', 'hex')];
    for (const datagram of sent) await say(datagram, answerer.localDescription!.sdp);
    const message = new Promise((resolve) => far.onMessage.once(resolve));
    near.send('still here');
    expect(await within(2_000, 'the message', message)).toBe('still here');
    expect(sent.filter((datagram) => heard.some((one) => one.equals(datagram)))).toEqual([]);
    await closeAll(offerer, answerer);
  });

  test('before the answer is there does not keep the call from being set up', async () => {
    let said = Promise.resolve();
    const editOffer = (sdp: string): string => {
      said = say(HELLO_REQUEST, sdp);
      return sdp;
    };
    const { offerer, answerer } = await connect(await hardened(), await hardened(), { editOffer });
    await said;
    await closeAll(offerer, answerer);
  });
});

function allDataOf(peer: RTCPeerConnection): Buffer[] {
  const heard: Buffer[] = [];
  peer.iceTransports[0]!.connection.onData.subscribe((datagram) => heard.push(Buffer.from(datagram)));
  return heard;
}

/** Sends to every port that the description names. */
async function say(datagram: Buffer, description: string): Promise<void> {
  const ports = [...description.matchAll(/a=candidate:\S+ 1 udp \d+ ([\d.]+) (\d+) typ host/g)];
  expect(ports.length).toBeGreaterThan(0);
  await Promise.all(ports.map(async ([, host, port]) => new Promise<void>((resolve) => stranger.send(datagram, Number(port), host, () => resolve()))));
  await new Promise((resolve) => setTimeout(resolve, 30));
}
