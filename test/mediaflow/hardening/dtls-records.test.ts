import { describe, expect, test } from 'vitest';
import { encodeMessage, MESSAGE } from '../../../src/mediaflow/werift/hardening/dtls/handshake-message.ts';
import { prf } from '../../../src/mediaflow/werift/hardening/dtls/key-schedule.ts';
import { CONTENT, encodeRecord, recordsOf } from '../../../src/mediaflow/werift/hardening/dtls/record.ts';
import { trickyServer, type Trick } from './impostors.ts';
import { until, within } from './pair.ts';
import { twoEnds, type End, type EndPlan } from './two-ends.ts';

test('over a bad network no end seals two records under one nonce', async () => {
  await Promise.all(
    Array.from({ length: 6 }, async (_, seed) => {
      const nonces = { client: [] as string[], server: [] as string[] };
      const tap = (from: 'client' | 'server', datagram: Buffer): Buffer[] => {
        for (const { epoch, fragment } of recordsOf(datagram)) if (epoch === 1) nonces[from].push(fragment.toString('hex', 0, 8));
        return [datagram];
      };
      const { client, server, close } = await twoEnds({ seed, tap, faults: { lose: 0.4, repeat: 0.3, lateMs: 20 } });
      await within(10_000, 'the handshake', Promise.all([client.outcome, server.outcome]));
      for (const { endpoint } of [client, server]) for (let count = 0; count < 50; count += 1) endpoint.send(Buffer.from('x'));
      close();
      for (const used of Object.values(nonces)) {
        expect(used.length).toBeGreaterThan(50);
        expect(new Set(used).size).toBe(used.length);
      }
    }),
  );
});

describe('data that a server seals before its Finished', () => {
  test('is heard when the Finished is right, once', async () => {
    const { client, say, close } = await hasty({});
    expect(await within(5_000, 'the verdict', client.outcome)).toBe('established');
    await until(1_000, 'what was said', () => client.received.length > 0);
    say();
    expect(client.received).toEqual(['too soon']);
    close();
  });

  test('is never heard when it is not', async () => {
    const { client, close } = await hasty({ finished: (honest) => Buffer.alloc(honest.length) });
    expect(await within(5_000, 'the verdict', client.outcome)).toBe('forged-finished');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(client.received).toEqual([]);
    close();
  });
});

test('of a flood of data before the Finished no more is kept than a few first packets', async () => {
  const { client, close } = await hasty({}, { records: 100 });
  await within(5_000, 'the verdict', client.outcome);
  await until(1_000, 'what was kept', () => client.received.length > 0);
  expect(client.received.length).toBe(16);
  close();
});

test('data under an epoch that was never agreed on is not heard', async () => {
  const { client, say, close } = await hasty({}, { epoch: 2 });
  expect(await within(5_000, 'the verdict', client.outcome)).toBe('established');
  await new Promise((resolve) => setTimeout(resolve, 20));
  say();
  expect(client.received).toEqual([]);
  close();
});

test('a right Finished in plain text ends no handshake', async () => {
  let finished = 0;
  const tap = (from: string, datagram: Buffer): Buffer[] => {
    if (from === 'server') finished += [...recordsOf(datagram)].filter(({ type, epoch, fragment }) => type === CONTENT.handshake && epoch === 0 && fragment[0] === MESSAGE.finished).length;
    return [datagram];
  };
  const { client, close } = await twoEnds({ tap, server: { begin: trickyServer({ plainFinished: true }) } });
  await until(5_000, 'two of them', () => finished >= 2);
  expect(client.decided).toBeUndefined();
  close();
});

test('after the handshake nobody has it answered once more by saying it in plain text', async () => {
  const said = { client: [] as Buffer[], server: [] as Buffer[] };
  const { client, server, close } = await twoEnds({ tap: (from, datagram) => (said[from].push(Buffer.from(datagram)), [datagram]) });
  await within(5_000, 'the handshake', Promise.all([client.outcome, server.outcome]));
  await new Promise((resolve) => setTimeout(resolve, 30));
  const [ofClient, ofServer] = [plainOf(said.client), plainOf(said.server)];
  const before = said.client.length + said.server.length;
  for (const datagram of ofServer) client.endpoint.receive(datagram);
  for (const datagram of ofClient) server.endpoint.receive(datagram);
  expect(ofClient.length * ofServer.length).toBeGreaterThan(0);
  expect(said.client.length + said.server.length).toBe(before);
  close();
});

test('a hello is said again for a cookie once, not for each that asks', async () => {
  let hellos = 0;
  const { client, close } = await twoEnds({ tap: (from) => ((hellos += from === 'client' ? 1 : 0), []) });
  for (let sequence = 0; sequence < 5; sequence += 1) {
    client.endpoint.receive(encodeRecord(CONTENT.handshake, 0, sequence, encodeMessage({ type: MESSAGE.helloVerifyRequest, sequence, body: Buffer.from('feff0101', 'hex') })));
  }
  expect(hellos).toBe(2);
  close();
});

describe('a record sealed by the peer', () => {
  test.each([['another kind', 0, 21], ['another version', 2, 0xff], ['another number', 10, 9], ['another end', 20, 1]] as const)('of which an outsider has made one of %s is not opened', async (_, at, value) => {
    const { record, server, close } = await lastRecord();
    const changed = Buffer.from(record);
    const place = at === 20 ? changed.length - 1 : at;
    changed.writeUInt8(changed.readUInt8(place) === value ? value ^ 1 : value, place);
    server.endpoint.receive(changed);
    expect([server.received, server.closedByPeer]).toEqual([[], false]);
    server.endpoint.receive(record);
    expect(server.received).toEqual(['only once']);
    close();
  });

  test('is opened once', async () => {
    const { record, server, close } = await lastRecord();
    server.endpoint.receive(Buffer.concat([record, record]));
    server.endpoint.receive(record);
    expect(server.received).toEqual(['only once']);
    close();
  });
});

test('data in plain text is heard neither before the handshake is over nor after it', async () => {
  const plain = encodeRecord(CONTENT.applicationData, 0, 5, Buffer.from('anybody'));
  const { client, server, close } = await twoEnds({ tap: (_, datagram) => [plain, datagram] });
  await within(5_000, 'the handshake', Promise.all([client.outcome, server.outcome]));
  for (const { endpoint } of [client, server]) endpoint.receive(plain);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([...client.received, ...server.received]).toEqual([]);
  close();
});

test('a Finished said again and again is answered at the pace of a peer that did not hear ours', async () => {
  const flights: Buffer[] = [];
  let answers = 0;
  const { client, server, close } = await twoEnds({ tap: (from, datagram) => (from === 'client' ? flights.push(Buffer.from(datagram)) : (answers += 1), [datagram]) });
  await within(5_000, 'the handshake', Promise.all([client.outcome, server.outcome]));
  await new Promise((resolve) => setTimeout(resolve, 30));
  const before = answers;
  for (let count = 0; count < 1_000; count += 1) server.endpoint.receive(flights.at(-1)!);
  expect(answers - before).toBeGreaterThan(0);
  expect(answers - before).toBeLessThan(100);
  close();
});

test('keys are derived as TLS 1.2 derives them', () => {
  // The vector for SHA-256 that was published on the list of the TLS working group.
  const expected = 'e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66';
  const output = prf(Buffer.from('9bbe436ba940f017b17652849a71db35', 'hex'), 'test label', Buffer.from('a0ba9f936cda311827a6f796ffd5198c', 'hex'), 100);
  expect(output.toString('hex')).toBe(expected);
});

/** A client, and a server that speaks as soon as it has keys. */
async function hasty(trick: Trick, { epoch = 1, records = 1 } = {}): Promise<{ client: End; say: () => void; close: () => void }> {
  let say = (): void => {};
  const server: EndPlan = {
    begin: (options, lane) =>
      trickyServer(trick)(options, {
        sendFlight: (flight) => lane.sendFlight(flight),
        established: (session) => lane.established(session),
        useKeys: (cipher) => {
          lane.useKeys(cipher);
          say = () => {
            for (let number = 99; number < 99 + records; number += 1) ends.client.endpoint.receive(encodeRecord(CONTENT.applicationData, epoch, number, cipher.seal(CONTENT.applicationData, epoch, number, Buffer.from('too soon'))));
          };
          say();
        },
      }),
  };
  const ends = await twoEnds({ server });
  return { client: ends.client, say: () => say(), close: ends.close };
}

/** Those with nothing sealed in them. */
const plainOf = (datagrams: readonly Buffer[]): Buffer[] => datagrams.flatMap((datagram) => [...recordsOf(datagram)].filter(({ epoch }) => epoch === 0).map(({ type, sequence, fragment }) => encodeRecord(type, 0, sequence, fragment)));

/** What a client has sealed and the server not received. */
async function lastRecord(): Promise<{ record: Buffer; server: End; close: () => void }> {
  let held: Buffer | undefined;
  let hold = false;
  const tap = (_: string, datagram: Buffer): Buffer[] => (hold ? ((held = Buffer.from(datagram)), []) : [datagram]);
  const { client, server, close } = await twoEnds({ tap });
  await within(5_000, 'the handshake', Promise.all([client.outcome, server.outcome]));
  hold = true;
  client.endpoint.send(Buffer.from('only once'));
  hold = false;
  return { record: held!, server, close };
}
