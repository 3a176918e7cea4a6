import { expect, test } from 'vitest';
import { EXTENSION } from '../../../src/mediaflow/werift/hardening/dtls/hello.ts';
import { GROUPS, makeKeyShare } from '../../../src/mediaflow/werift/hardening/dtls/key-agreement.ts';
import { within } from './pair.ts';
import { trickyClient, trickyServer, type Trick } from './impostors.ts';
import { twoEnds } from './two-ends.ts';

const say = (type: number, body: string) => (honest: Map<number, Buffer>): unknown => honest.set(type, Buffer.from(body, 'hex'));

/** Everything else is right, signature and Finished included. */
const REFUSED: readonly (readonly [what: string, trick: Trick, reason: string, roles: readonly ('client' | 'server')[]])[] = [
  ['speaks DTLS 1.0', { hello: written('feff', 0) }, 'unsupported', ['client', 'server']],
  ['speaks TLS 1.2', { hello: written('0303', 0) }, 'unsupported', ['client', 'server']],
  ['chooses a cipher that nobody offered', { hello: written('c02c', 35) }, 'unsupported', ['server']],
  ['chooses the cipher for another kind of key than its own', { hello: written('c02f', 35) }, 'unsupported', ['server']],
  ['chooses a compression', { hello: written('01', 37) }, 'unsupported', ['server']],
  ['offers only a cipher whose keys its certificate could open later', { hello: written('009c', 38) }, 'unsupported', ['client']],
  ['offers only a compression', { hello: written('01', 41) }, 'unsupported', ['client']],
  ['believes only signatures with SHA-1', { extensions: say(EXTENSION.signatures, '00020203') }, 'unsupported', ['client']],
  ['knows no curve of ours', { extensions: say(EXTENSION.groups, '00020018') }, 'unsupported', ['client']],
  ['says one thing twice in its hello', { hello: (honest) => twice(honest) }, 'malformed', ['client', 'server']],
  ['does not bind the keys to the handshake', { extensions: (honest) => honest.delete(EXTENSION.extendedMasterSecret) }, 'unsupported', ['client', 'server']],
  ['believes to renegotiate', { extensions: say(EXTENSION.renegotiation, '0c000102030405060708090a0b') }, 'unsupported', ['client', 'server']],
  ['agrees on no SRTP profile', { extensions: (honest) => honest.delete(EXTENSION.useSrtp) }, 'unsupported', ['client', 'server']],
  ['knows no SRTP profile of ours', { extensions: say(EXTENSION.useSrtp, '0002000200') }, 'unsupported', ['client', 'server']],
  ['chooses two SRTP profiles', { extensions: say(EXTENSION.useSrtp, '00040007000100') }, 'unsupported', ['server']],
  ['chooses an SRTP key identifier that nobody offered', { extensions: say(EXTENSION.useSrtp, '000200070401020304') }, 'unsupported', ['server']],
  ['cuts its SRTP profiles off', { extensions: say(EXTENSION.useSrtp, '00020007') }, 'malformed', ['client', 'server']],
  ['sends no key', { publicKey: () => Buffer.alloc(0) }, 'malformed', ['client', 'server']],
  ['sends an X25519 key with which every secret is zero', { publicKey: () => Buffer.alloc(32) }, 'malformed', ['client', 'server']],
  ['sends an X25519 key with bytes behind it', { publicKey: (honest) => Buffer.concat([honest, Buffer.from([0])]) }, 'malformed', ['client', 'server']],
  ['sends a point beside the curve', { group: GROUPS.secp256r1, publicKey: beside }, 'malformed', ['client', 'server']],
  ['sends the point at infinity', { group: GROUPS.secp256r1, publicKey: () => Buffer.from([0]) }, 'malformed', ['client', 'server']],
  ['sends a compressed point', { group: GROUPS.secp256r1, publicKey: compressed }, 'malformed', ['client', 'server']],
];

test.each(['client', 'server'] as const)('a %s that does any of it is refused, for what it did', async (role) => {
  const tried = REFUSED.filter(([, , , roles]) => roles.includes(role));
  const outcomes = await Promise.all(tried.map(async ([what, trick]) => `${what}: ${await saysTo(role, trick)}`));
  expect(outcomes).toEqual(tried.map(([what, , reason]) => `${what}: ${reason}`));
});

test.each(['client', 'server'] as const)('a %s that agrees on P-256, and says that it does not renegotiate, is let in', async (role) => {
  expect(await saysTo(role, { group: GROUPS.secp256r1, extensions: say(EXTENSION.renegotiation, '00') })).toBe('established');
});

test('both ends of an agreement have the same secret, on either curve', () => {
  for (const group of Object.values(GROUPS)) {
    const [one, other] = [makeKeyShare(group), makeKeyShare(group)];
    expect(one.agree(other.publicKey)).toEqual(other.agree(one.publicKey));
  }
});

/** What the other end says to a peer in this role that plays the trick. */
async function saysTo(role: 'client' | 'server', trick: Trick): Promise<string> {
  const ends = await twoEnds(role === 'client' ? { client: { begin: trickyClient(trick) } } : { server: { begin: trickyServer(trick) } });
  const outcome = await within(10_000, 'the verdict', role === 'client' ? ends.server.outcome : ends.client.outcome);
  ends.close();
  return outcome;
}

/** Its hello with other bytes at this place. */
function written(bytes: string, at: number): (honest: Buffer) => Buffer {
  return (honest) => {
    const other = Buffer.from(honest);
    other.write(bytes, at, 'hex');
    return other;
  };
}

/** Its hello with its first extension, one without a body, again at the end. */
function twice(honest: Buffer): Buffer {
  const at = honest.indexOf(Buffer.from('00170000', 'hex')) - 2;
  const other = Buffer.concat([honest, honest.subarray(at + 2, at + 6)]);
  other.writeUInt16BE(honest.readUInt16BE(at) + 4, at);
  return other;
}

function beside(point: Buffer): Buffer {
  const other = Buffer.from(point);
  other.writeUInt8(other.readUInt8(64) ^ 1, 64);
  return other;
}

function compressed(point: Buffer): Buffer {
  return Buffer.concat([Buffer.from([2 + (point.readUInt8(64) & 1)]), point.subarray(1, 33)]);
}
