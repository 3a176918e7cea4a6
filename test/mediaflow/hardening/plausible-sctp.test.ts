import { describe, expect, test, vi } from 'vitest';
import { FIRST_TSN, LOCAL_TAG, LoneAssociation } from '../../../tools/fuzz/lone-association.ts';
import { closeAll, connect, hardened, stock, within, type Connected } from './pair.ts';
import { associationOf, data, forwardTsn, sack, sctpPacket } from './sctp-packets.ts';

describe('an acknowledgement of far more than was ever sent', () => {
  test('has stock werift count through all of it: the defect', async () => {
    const pair = await connect(stock(), stock());
    expect(await countedFor(pair, 20)).toBeGreaterThan(1_000_000);
    await closeAll(pair.offerer, pair.answerer);
  });

  test('is not counted through by a hardened peer', async () => {
    const pair = await connect(await hardened(), await hardened());
    expect(await countedFor(pair, 280)).toBeLessThan(1_000);
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

describe('giving up messages of one stream, named ten thousand times', () => {
  test('has stock werift go through what it keeps of that stream each time: the defect', async () => {
    expect(await readingsOfStream(new LoneAssociation('established', () => {}))).toBe(10_000);
  });

  test('has a hardened peer go through it once, up to the last message named', async () => {
    const end = new LoneAssociation('established');
    expect(await readingsOfStream(end)).toBe(1);
    expect(streamOf(end).streamSequenceNumber).toBe(10_000);
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

/** How many numbers the association took note of while it read the acknowledgement. */
async function countedFor({ offerer }: Connected, blocks: number): Promise<number> {
  const sctp = associationOf(offerer);
  const everything = Array.from({ length: blocks }, () => [0, 65_535] as const);
  const packet = sctpPacket(sctp.localVerificationTag, sack(sctp.lastSackedTsn, everything));
  const add = vi.spyOn(Set.prototype, 'add');
  await sctp.handleData(packet);
  const { length } = add.mock.calls;
  add.mockRestore();
  return length;
}

async function streamsAfterSkipping({ offerer }: Connected, streams: number): Promise<number> {
  const sctp = associationOf(offerer);
  const ids = Array.from({ length: streams }, (_, index) => index);
  await sctp.handleData(sctpPacket(sctp.localVerificationTag, forwardTsn(sctp.lastReceivedTsn + 1, ids)));
  return Object.keys(sctp.inboundStreams).length;
}

async function readingsOfStream(end: LoneAssociation): Promise<number> {
  end.hear(sctpPacket(LOCAL_TAG, data(FIRST_TSN + 10)));
  await new Promise((resolve) => setImmediate(resolve));
  const reading = vi.spyOn(streamOf(end), 'popMessages');
  const skipped = forwardTsn(FIRST_TSN, Array.from({ length: 10_000 }, () => 1));
  for (let message = 0; message < 10_000; message += 1) skipped.writeUInt16BE(message, 10 + 4 * message);
  end.hear(sctpPacket(LOCAL_TAG, skipped));
  await new Promise((resolve) => setImmediate(resolve));
  end.end();
  return reading.mock.calls.length;
}

type Stream = { readonly streamSequenceNumber: number; popMessages(): unknown };

const streamOf = (end: LoneAssociation): Stream => (end.transport.sctp as unknown as { inboundStreams: Record<number, Stream> }).inboundStreams[1]!;

async function stillTalks({ near, far }: Connected): Promise<void> {
  const heard = new Promise((resolve) => far.onMessage.once(resolve));
  near.send('still here');
  expect(await within(2_000, 'the message', heard)).toBe('still here');
}
