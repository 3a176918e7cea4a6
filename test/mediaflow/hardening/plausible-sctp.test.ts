import { describe, expect, test } from 'vitest';
import { closeAll, connect, hardened, stock, within, type Connected } from './pair.ts';
import { associationOf, forwardTsn, sack, sctpPacket } from './sctp-packets.ts';

describe('an acknowledgement of far more than was ever sent', () => {
  test('holds stock werift up for a long time: the defect', async () => {
    const pair = await connect(stock(), stock());
    expect(await heldUpBy(pair, 20)).toBeGreaterThan(50);
    await closeAll(pair.offerer, pair.answerer);
  });

  test('does not hold a hardened peer up', async () => {
    const pair = await connect(await hardened(), await hardened());
    expect(await heldUpBy(pair, 280)).toBeLessThan(200);
    await stillTalks(pair);
    await closeAll(pair.offerer, pair.answerer);
  });
});

describe('giving up messages of a thousand streams', () => {
  test('makes a thousand streams in stock werift: the defect', async () => {
    const pair = await connect(stock(), stock());
    expect(await streamsAfterSkipping(pair, 1_000)).toBeGreaterThan(900);
    await closeAll(pair.offerer, pair.answerer);
  });

  test('makes no more streams in a hardened peer than data could', async () => {
    const pair = await connect(await hardened(), await hardened());
    expect(await streamsAfterSkipping(pair, 1_000)).toBeLessThanOrEqual(32);
    await closeAll(pair.offerer, pair.answerer);
  });
});

test('what a bad network makes a peer acknowledge is believed: nothing is lost and all arrives in order', async () => {
  const { offerer, answerer, near, far } = await connect(await hardened(), await hardened());
  const received: unknown[] = [];
  far.onMessage.subscribe((message) => received.push(message));
  const { connection } = offerer.iceTransports[0]!;
  const send = connection.send.bind(connection);
  let count = 0;
  connection.send = async (data) => ((count += 1) % 7 === 3 ? undefined : send(data));
  const texts = Array.from({ length: 40 }, (_, index) => `${index} ${'x'.repeat(1_000)}`);
  for (const text of texts) near.send(text);
  const deadline = performance.now() + 20_000;
  while (received.length < texts.length && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(received).toEqual(texts);
  await closeAll(offerer, answerer);
});

async function heldUpBy({ offerer }: Connected, blocks: number): Promise<number> {
  const sctp = associationOf(offerer);
  const everything = Array.from({ length: blocks }, () => [0, 65_535] as const);
  const packet = sctpPacket(sctp.localVerificationTag, sack(sctp.lastSackedTsn, everything));
  const startedAt = performance.now();
  await sctp.handleData(packet);
  return performance.now() - startedAt;
}

async function streamsAfterSkipping({ offerer }: Connected, streams: number): Promise<number> {
  const sctp = associationOf(offerer);
  const ids = Array.from({ length: streams }, (_, index) => index);
  await sctp.handleData(sctpPacket(sctp.localVerificationTag, forwardTsn(sctp.lastReceivedTsn + 1, ids)));
  return Object.keys(sctp.inboundStreams).length;
}

async function stillTalks({ near, far }: Connected): Promise<void> {
  const heard = new Promise((resolve) => far.onMessage.once(resolve));
  near.send('still here');
  expect(await within(2_000, 'the message', heard)).toBe('still here');
}
