import { describe, expect, test } from 'vitest';
import type { RTCPeerConnection } from 'werift';
import { told } from '../../../src/mediaflow/conformance/recorded-flow.ts';
import { createHardenedPeer } from '../../../src/mediaflow/werift/hardened-peer.ts';
import { connectWerift } from '../werift-pair.ts';
import { CHANNEL, closeAll, connect, hardened, stock, until } from './pair.ts';
import { associationOf, sack, sctpPacket } from './sctp-packets.ts';

describe('answers to a peer that has closed its window', () => {
  test('pile up in stock werift: the defect', async () => {
    const { offerer, answerer, near } = await connect(stock(), stock());
    await setWindow(offerer, 0);
    for (let index = 0; index < 1_000; index += 1) near.send('an answer');
    expect(associationOf(offerer).outboundQueue.length).toBeGreaterThan(900);
    await closeAll(offerer, answerer);
  });

  test('are taken by a flow up to a limit, and again when the peer has fetched them', async () => {
    let peer: RTCPeerConnection | undefined;
    const pair = await connectWerift({ callerEngine: { createPeer: (options) => (peer = createHardenedPeer(options)) } });
    await pair.opened();
    await setWindow(peer!, 0);
    const results = Array.from({ length: 1_000 }, (_, index) => pair.a.flow.send(`answer ${index}`));
    const taken = results.filter((result) => result === 'sent').length;
    expect(taken).toBeGreaterThan(100);
    expect(taken).toBeLessThanOrEqual(200);
    expect(associationOf(peer!).outboundQueue.length).toBeLessThanOrEqual(200);
    await setWindow(peer!, 100_000);
    await pair.until(() => told(pair.b, 'channel-message').length === taken, 'what was taken');
    expect(pair.a.flow.send('one more')).toBe('sent');
    await pair.until(() => told(pair.b, 'channel-message').at(-1)?.text === 'one more', 'one more');
    await pair.close();
  });
});

describe('a channel opened again and again by a peer that has closed its window', () => {
  test('is answered each time by stock werift: the defect', async () => {
    expect(await answersToOpening(stock(), stock())).toBeGreaterThan(900);
  });

  test('is answered a limited number of times by a hardened peer', async () => {
    expect(await answersToOpening(await hardened(), await hardened())).toBeLessThanOrEqual(200);
  });
});

/** As if the peer had said with its next acknowledgement that it has room for so many bytes. */
async function setWindow(peer: RTCPeerConnection, bytes: number): Promise<void> {
  const sctp = associationOf(peer) as ReturnType<typeof associationOf> & { readonly sentQueue: readonly unknown[] };
  await until(2_000, 'the channel to be quiet', () => sctp.sentQueue.length === 0);
  await sctp.handleData(sctpPacket(sctp.localVerificationTag, sack(sctp.lastSackedTsn, [], bytes)));
}

async function answersToOpening(offerer: RTCPeerConnection, answerer: RTCPeerConnection): Promise<number> {
  await connect(offerer, answerer);
  await setWindow(offerer, 0);
  const open = Buffer.concat([Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 0, CHANNEL.length, 0, 0]), Buffer.from(CHANNEL)]);
  const { sctpTransport } = offerer as unknown as { sctpTransport: { datachannelReceive(stream: number, kind: number, data: Buffer): Promise<void> } };
  for (let index = 0; index < 1_000; index += 1) {
    // Not waited for: it is over when the answer has left.
    void sctpTransport.datachannelReceive(9, 50, open);
  }
  await new Promise((resolve) => setImmediate(resolve));
  const answers = associationOf(offerer).outboundQueue.length;
  await closeAll(offerer, answerer);
  return answers;
}
