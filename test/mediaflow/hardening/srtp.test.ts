import { assert, integer, pre, property, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MediaStreamTrack, RtpHeader, RtpPacket, SrtcpSession, SrtpSession } from 'werift';
import { guardSrtp } from '../../../src/mediaflow/werift/hardening/srtp/guard-srtp.ts';
import { estimateRollover, packetIndex } from '../../../src/mediaflow/werift/hardening/srtp/rollover.ts';
import { closeAll, connect, hardened, until } from './pair.ts';

const PROFILES = [['AES-CM with HMAC-SHA1', 1, 14], ['AES-GCM', 7, 12]] as const;

describe.each(PROFILES)('%s', (_, profile, saltLength) => {
  const stockPair = (): Pair => pair(profile, saltLength);
  const guardedPair = (): Pair => {
    const made = pair(profile, saltLength);
    guardSrtp(made.sender, made.senderControl);
    guardSrtp(made.receiver, made.receiverControl);
    return made;
  };

  test('stock werift is deaf for ever after a gap of 400 packets across the sequence wrap: the defect', () => {
    expect(heardAfterGap(stockPair(), 400)).toBe(0);
  });

  test.each([0, 50, 400, 5_000, 32_000])('after a gap of %i packets across the wrap every packet is heard', (gap) => {
    expect(heardAfterGap(guardedPair(), gap)).toBe(200);
  });

  test('a source whose packets before the wrap were all lost is heard', () => {
    const { sender, receiver } = guardedPair();
    for (const sequence of numbers(65_530, 10)) seal(sender, sequence);
    expect(numbers(4, 50).filter((sequence) => opens(receiver, seal(sender, sequence))).length).toBe(50);
  });

  test('packets around the wrap are heard in any order', () => {
    const { sender, receiver } = guardedPair();
    const packets = numbers(65_400, 300).map((sequence) => seal(sender, sequence));
    const shuffled = packets.slice(0, 20).concat(packets.slice(20).toReversed());
    expect(shuffled.filter((packet) => opens(receiver, packet)).length).toBe(300);
  });

  test('stock werift plays a recorded packet again: the defect', () => {
    const { sender, receiver } = stockPair();
    const packet = seal(sender, 10);
    expect([opens(receiver, packet), opens(receiver, packet)]).toEqual([true, true]);
  });

  test('a packet is heard once', () => {
    const { sender, receiver } = guardedPair();
    const packets = numbers(1, 50).map((sequence) => seal(sender, sequence));
    expect(packets.filter((packet) => opens(receiver, packet)).length).toBe(50);
    expect(packets.filter((packet) => opens(receiver, packet)).length).toBe(0);
  });

  test('a packet older than the window is not heard', () => {
    const { sender, receiver } = guardedPair();
    const [old, ...others] = numbers(1, 1_100).map((sequence) => seal(sender, sequence));
    for (const packet of others) opens(receiver, packet);
    expect(opens(receiver, old!)).toBe(false);
  });

  test('forged packets move neither counter nor window', () => {
    const { sender, receiver } = guardedPair();
    opens(receiver, seal(sender, 1_000));
    for (const sequence of [33_000, 40_000, 65_000, 5]) expect(opens(receiver, forged(seal(sender, 1_001), sequence))).toBe(false);
    expect(numbers(1_002, 20).filter((sequence) => opens(receiver, seal(sender, sequence))).length).toBe(20);
  });

  test('a control packet is taken once, and forged ones change nothing', () => {
    const stocks = stockPair();
    const report = stocks.senderControl.encrypt(REPORT);
    expect([takes(stocks.receiverControl, report), takes(stocks.receiverControl, report)]).toEqual([true, true]);
    const { senderControl, receiverControl } = guardedPair();
    const reports = numbers(1, 40).map(() => senderControl.encrypt(REPORT));
    const broken = Buffer.from(reports[20]!);
    broken.writeUInt8(broken.readUInt8(12) ^ 1, 12);
    expect(takes(receiverControl, broken)).toBe(false);
    expect(reports.toReversed().filter((one) => takes(receiverControl, one)).length).toBe(40);
    expect(reports.filter((one) => takes(receiverControl, one)).length).toBe(0);
  });

  test('what is no packet at all is refused like a forgery', () => {
    const { receiver, receiverControl } = guardedPair();
    assert(
      property(uint8Array({ maxLength: 64 }), (bytes) => {
        expect(opens(receiver, Buffer.from(bytes))).toBe(false);
        expect(takes(receiverControl, Buffer.from(bytes))).toBe(false);
      }),
    );
  });
});

test('the rollover counter is right for any gap below half the sequence space', () => {
  assert(
    property(integer({ min: 0, max: 2 ** 40 }), integer({ min: -0x7fff, max: 0x7fff }), (highest, step) => {
      const index = highest + step;
      pre(index >= 0);
      expect(packetIndex(estimateRollover(index % 0x1_0000, highest), index % 0x1_0000)).toBe(index);
    }),
  );
});

test('eight seconds of tunnel do not end the audio of a call', async () => {
  const [offerer, answerer] = [await hardened(), await hardened()];
  const track = new MediaStreamTrack({ kind: 'audio' });
  const { sender } = offerer.addTransceiver(track, { direction: 'sendonly' });
  let heard = 0;
  answerer.onTrack.subscribe((remote) => remote.onReceiveRtp.subscribe(() => (heard += 1)));
  await connect(offerer, answerer);
  const offset = (sender as unknown as { seqOffset?: number }).seqOffset ?? 0;
  const { connection } = offerer.iceTransports[0]!;
  const send = connection.send.bind(connection);
  let tunnel = false;
  connection.send = async (data) => (tunnel ? undefined : send(data));
  const say = async (from: number, count: number): Promise<void> => {
    for (const sequence of numbers(from - offset, count)) {
      track.writeRtp(new RtpPacket(new RtpHeader({ version: 2, payloadType: 96, sequenceNumber: sequence, timestamp: 0, ssrc: 1 }), Buffer.alloc(80)));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await say(65_200, 100);
  await until(2_000, 'the first packets', () => heard === 100);
  tunnel = true;
  await say(65_300, 400);
  tunnel = false;
  await say(65_700, 100);
  await until(2_000, 'the packets after the tunnel', () => heard === 200);
  await closeAll(offerer, answerer);
});

type Pair = { readonly sender: SrtpSession; readonly receiver: SrtpSession; readonly senderControl: SrtcpSession; readonly receiverControl: SrtcpSession };

function pair(profile: 1 | 7, saltLength: number): Pair {
  const key = { near: Buffer.alloc(16, 1), far: Buffer.alloc(16, 2) };
  const salt = { near: Buffer.alloc(saltLength, 3), far: Buffer.alloc(saltLength, 4) };
  const near = { localMasterKey: key.near, localMasterSalt: salt.near, remoteMasterKey: key.far, remoteMasterSalt: salt.far };
  const far = { localMasterKey: key.far, localMasterSalt: salt.far, remoteMasterKey: key.near, remoteMasterSalt: salt.near };
  return {
    sender: new SrtpSession({ keys: near, profile }),
    receiver: new SrtpSession({ keys: far, profile }),
    senderControl: new SrtcpSession({ keys: near, profile }),
    receiverControl: new SrtcpSession({ keys: far, profile }),
  };
}

/** How many of the 200 packets after the gap are heard. */
function heardAfterGap({ sender, receiver }: Pair, gap: number): number {
  const before = 65_536 - Math.ceil(gap / 2);
  for (const sequence of numbers(before - 200, 200)) opens(receiver, seal(sender, sequence));
  for (const sequence of numbers(before, gap)) seal(sender, sequence);
  return numbers(before + gap, 200).filter((sequence) => opens(receiver, seal(sender, sequence))).length;
}

function seal(session: SrtpSession, sequenceNumber: number): Buffer {
  return session.encrypt(Buffer.from('twenty milliseconds'), new RtpHeader({ version: 2, payloadType: 111, sequenceNumber, timestamp: 1, ssrc: 7 }));
}

function forged(packet: Buffer, sequence: number): Buffer {
  const copy = Buffer.from(packet);
  copy.writeUInt16BE(sequence, 2);
  return copy;
}

const opens = (session: SrtpSession, packet: Buffer): boolean => succeeds(() => session.decrypt(packet));
const takes = (session: SrtcpSession, packet: Buffer): boolean => succeeds(() => session.decrypt(packet));

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

const numbers = (from: number, count: number): number[] => Array.from({ length: count }, (_, index) => (from + index) & 0xffff);
const REPORT = Buffer.from('80c9000100000007000000000000000000000000', 'hex');
