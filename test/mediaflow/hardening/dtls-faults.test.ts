import { describe, expect, test, vi } from 'vitest';
import { SeededEntropy } from '../../../src/base/seeded-entropy.ts';
import { makeCertificate } from '../../../src/mediaflow/werift/hardening/self-signed.ts';
import type { FaultPlan } from './faults.ts';
import { trickyClient, trickyServer, type Trick } from './impostors.ts';
import { until, within } from './pair.ts';
import { twoEnds, type TwoEndsPlan } from './two-ends.ts';

const BASE = Number(process.env['CALLCORE_SEED']) % 100_000;
const NETWORKS: Record<string, FaultPlan> = {
  'a good network': { lose: 0, repeat: 0, lateMs: 0 },
  'a network that loses a third': { lose: 0.33, repeat: 0, lateMs: 2 },
  'a network that repeats and reorders': { lose: 0, repeat: 0.6, lateMs: 30 },
  'a network that cuts messages into pieces': { lose: 0, repeat: 0, lateMs: 20, pieces: 40 },
  'a network that does all of it': { lose: 0.2, repeat: 0.3, lateMs: 40, pieces: 90 },
};

describe.each(Object.entries(NETWORKS))('over %s', (_, faults) => {
  test('two honest ends agree and talk', async () => {
    await Promise.all(seeds(12).map((seed) => talk({ seed, faults })));
  });

  test('a server without the key of its certificate is refused, always', async () => {
    const [x, y] = await Promise.all([makeCertificate(), makeCertificate()]);
    const impostor = { certificate: { ...x, key: y.key } };
    await Promise.all(seeds(8).map(async (seed) => expect(await clientSays({ seed, faults, server: impostor })).toBe('bad-signature')));
  });

  test('a client without the key of its certificate is refused, always', async () => {
    const [x, y] = await Promise.all([makeCertificate(), makeCertificate()]);
    const impostor = { certificate: { ...x, key: y.key } };
    await Promise.all(seeds(8).map(async (seed) => expect(await serverSays({ seed, faults, client: impostor })).toBe('bad-signature')));
  });

  test('a server that asks for a second hello is let in, and refused when it is an impostor', async () => {
    const [x, y] = await Promise.all([makeCertificate(), makeCertificate()]);
    const begin = trickyServer({ cookie: Buffer.from('say it again') });
    await Promise.all(seeds(6).map(async (seed) => expect(await clientSays({ seed, faults, server: { begin } })).toBe('established')));
    const impostor = { begin, certificate: { ...x, key: y.key } };
    await Promise.all(seeds(6).map(async (seed) => expect(await clientSays({ seed, faults, server: impostor })).toBe('bad-signature')));
  });

  test.each(['client', 'server'] as const)('a %s that shows another certificate than the described one is refused, always', async (role) => {
    const described = await makeCertificate();
    const says = role === 'client' ? serverSays : clientSays;
    await Promise.all(seeds(4).map(async (seed) => expect(await says({ seed, faults, [role]: { described } })).toBe('fingerprint-mismatch')));
  });
});

/** Each is refused by the victim with the reason named, by a client and by a server. */
const TRICKS: readonly (readonly [what: string, trick: () => Promise<Trick> | Trick, asServer: string, asClient: string])[] = [
  ['leaves out the proof', () => ({ skipProof: true }), 'proof-skipped', 'proof-skipped'],
  ['leaves out the certificate', () => ({ skipCertificate: true }), 'proof-skipped', 'proof-skipped'],
  ['leaves out both', () => ({ skipCertificate: true, skipProof: true }), 'proof-skipped', 'proof-skipped'],
  ['presents an empty list', () => ({ list: () => [] }), 'no-certificate', 'no-certificate'],
  ['puts another certificate first', () => withOther((own, other) => [other, own]), 'fingerprint-mismatch', 'fingerprint-mismatch'],
  ['signs with the key of a certificate further down its list', async () => {
    const other = await makeCertificate();
    return { list: (own) => [own.der, other.der], signature: () => Buffer.from('3006020101020101', 'hex') };
  }, 'bad-signature', 'bad-signature'],
  ['appends bytes to the certificate', () => ({ list: (own) => [Buffer.concat([own.der, Buffer.from([0])])] }), 'fingerprint-mismatch', 'fingerprint-mismatch'],
  ['sends an empty signature', () => ({ signature: () => Buffer.alloc(0) }), 'bad-signature', 'bad-signature'],
  ['names another algorithm for a good signature', () => ({ algorithm: 0x0401 }), 'bad-signature', 'bad-signature'],
  ['names SHA-1', () => ({ algorithm: 0x0203 }), 'bad-signature', 'bad-signature'],
  ['forges its Finished', () => ({ finished: (honest) => Buffer.alloc(honest.length, 7) }), 'forged-finished', 'forged-finished'],
  ['sends an empty Finished', () => ({ finished: () => Buffer.alloc(0) }), 'forged-finished', 'forged-finished'],
];

describe.each(TRICKS)('a peer that %s', (_, trick, asServer, asClient) => {
  test('as a server is refused', async () => {
    expect(await clientSays({ server: { begin: trickyServer(await trick()) } })).toBe(asServer);
  });

  test('as a client is refused', async () => {
    expect(await serverSays({ client: { begin: trickyClient(await trick()) } })).toBe(asClient);
  });
});

test('the tricky peers of these tests are accepted when they play no trick', async () => {
  expect(await clientSays({ server: { begin: trickyServer({}) } })).toBe('established');
  expect(await serverSays({ client: { begin: trickyClient({}) } })).toBe('established');
});

describe('what an outsider injects', () => {
  const alert = Buffer.from('15fefd00000000000000630002', 'hex');
  const forgeries: Record<string, Buffer> = {
    'a fatal alert': Buffer.concat([alert, Buffer.from([2, 40])]),
    'a goodbye': Buffer.concat([alert, Buffer.from([1, 0])]),
    'a record of an unknown kind': Buffer.from('63fefd0000000000000064000101', 'hex'),
    'a goodbye sealed with no key': Buffer.concat([Buffer.from('15fefd0001000000000063001a', 'hex'), Buffer.alloc(26, 9)]),
    'rubbish': Buffer.from('16fefd00', 'hex'),
  };

  test.each(Object.entries(forgeries))('%s changes nothing, in the handshake or after it', async (_, forged) => {
    const { client, server, close } = await twoEnds({ tap: (__, datagram) => [forged, datagram, forged] });
    await within(5_000, 'the handshake', Promise.all([client.outcome, server.outcome]));
    client.endpoint.receive(forged);
    server.endpoint.receive(forged);
    client.endpoint.send(Buffer.from('still here'));
    await until(2_000, 'the message', () => server.received.includes('still here'));
    expect([client.closedByPeer, server.closedByPeer]).toEqual([false, false]);
    close();
  });

  test('a handshake begun anew after the handshake changes nothing', async () => {
    const hellos: Buffer[] = [];
    const { client, server, close } = await twoEnds({ tap: (from, datagram) => (from === 'client' && hellos.push(Buffer.from(datagram)), [datagram]) });
    await within(5_000, 'the handshake', Promise.all([client.outcome, server.outcome]));
    const again = Buffer.from(hellos[0]!);
    again.writeUInt16BE(9, 17);
    for (const hello of [hellos[0]!, again]) server.endpoint.receive(hello);
    client.endpoint.send(Buffer.from('same keys'));
    await until(2_000, 'the message', () => server.received.includes('same keys'));
    close();
  });

  test('a message sent again by an outsider is received once', async () => {
    const { client, server, close } = await twoEnds({ faults: { lose: 0, repeat: 1, lateMs: 5 } });
    await within(5_000, 'the handshake', Promise.all([client.outcome, server.outcome]));
    for (const text of ['one', 'two', 'three']) client.endpoint.send(Buffer.from(text));
    await until(2_000, 'the messages', () => server.received.length >= 3);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(server.received.toSorted()).toEqual(['one', 'three', 'two']);
    close();
  });
});

describe('what cannot be read', () => {
  test('never throws and never ends a handshake in anything but a verdict', async () => {
    const random = new SeededEntropy(BASE);
    await Promise.all(
      seeds(60).map(async (seed) => {
        const victim = random.below(4);
        let count = 0;
        const tap = (_: string, datagram: Buffer): Buffer[] => {
          const broken = Buffer.from(datagram);
          const at = random.below(broken.length);
          if (count++ === victim) broken.writeUInt8(broken.readUInt8(at) ^ (1 + random.below(255)), at);
          return [broken];
        };
        const { client, server, close } = await twoEnds({ seed, tap });
        await within(20_000, `a verdict of seed ${seed}`, Promise.race([client.outcome, server.outcome]));
        const both = [client.decided, server.decided];
        // One end alone may be done: the last flight can be broken, or the other end be the one to refuse.
        expect(both.includes('established') || both.some((one) => one !== undefined)).toBe(true);
        close();
      }),
    );
  });

  test('rubbish in any form is no verdict', async () => {
    const { client, server, close } = await twoEnds({ faults: { lose: 1, repeat: 0, lateMs: 0 } });
    const random = new SeededEntropy(BASE);
    for (let round = 0; round < 3_000; round += 1) {
      const body = Buffer.from(random.bytes(random.below(80)));
      const header = Buffer.from([[20, 21, 22, 23, 99][random.below(5)]!, 0xfe, 0xfd, 0, random.below(3), 0, 0, 0, 0, 0, round & 0xff, 0, random.below(2) === 0 ? body.length : random.below(90)]);
      // Its number is far ahead, or it would be taken for the first message of a peer that cannot speak.
      if (body.length > 5) body.writeUInt16BE(500, 4);
      for (const { endpoint } of [client, server]) endpoint.receive(Buffer.concat([header, body]));
    }
    expect([client.decided, server.decided]).toEqual([undefined, undefined]);
    close();
  });
});

test('the peer hears a goodbye, and only from its peer', async () => {
  const { client, server, close } = await twoEnds();
  await within(5_000, 'the handshake', Promise.all([client.outcome, server.outcome]));
  client.endpoint.close();
  await until(2_000, 'the goodbye', () => server.closedByPeer);
  close();
});

test('a first flight that is lost costs a tenth of a second, not half of one', async () => {
  let lost = false;
  const timers = vi.spyOn(globalThis, 'setTimeout');
  const { client, server, close } = await twoEnds({ tap: (_, datagram) => (lost ? [datagram] : ((lost = true), [])) });
  await within(5_000, 'the handshake', Promise.all([client.outcome, server.outcome]));
  const waits = timers.mock.calls.map(([, span]) => span);
  timers.mockRestore();
  expect(waits).toContain(100);
  expect(waits).not.toContain(500);
  close();
});

async function withOther(list: (own: Buffer, other: Buffer) => readonly Buffer[]): Promise<Trick> {
  const other = await makeCertificate();
  return { list: (own) => list(own.der, other.der) };
}

async function talk(plan: TwoEndsPlan): Promise<void> {
  const { client, server, close } = await twoEnds(plan);
  const outcomes = await within(20_000, `the handshake of seed ${plan.seed}`, Promise.all([client.outcome, server.outcome]));
  expect(outcomes, `seed ${plan.seed}`).toEqual(['established', 'established']);
  const repeat = setInterval(() => (client.endpoint.send(Buffer.from('from client')), server.endpoint.send(Buffer.from('from server'))), 20);
  await until(10_000, 'both messages', () => server.received.length > 0 && client.received.length > 0).finally(() => clearInterval(repeat));
  close();
}

const clientSays = async (plan: TwoEndsPlan): Promise<string> => outcomeOf('client', plan);
const serverSays = async (plan: TwoEndsPlan): Promise<string> => outcomeOf('server', plan);

async function outcomeOf(victim: 'client' | 'server', plan: TwoEndsPlan): Promise<string> {
  const ends = await twoEnds(plan);
  const outcome = await within(20_000, `the verdict of seed ${plan.seed}`, ends[victim].outcome);
  ends.close();
  return outcome;
}

const seeds = (count: number): number[] => Array.from({ length: count }, (_, index) => BASE + index);
