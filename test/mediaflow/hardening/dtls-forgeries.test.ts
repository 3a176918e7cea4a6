import { describe, expect, test } from 'vitest';
import { encodeMessage, MESSAGE } from '../../../src/mediaflow/werift/hardening/dtls/handshake-message.ts';
import { encodeRecord } from '../../../src/mediaflow/werift/hardening/dtls/record.ts';
import { until, within } from './pair.ts';
import { trickyServer } from './impostors.ts';
import { twoEnds } from './two-ends.ts';

const UNFIT: readonly (readonly [what: string, type: number, body: Buffer])[] = [
  ['a HelloRequest', 0, Buffer.alloc(0)],
  ['a message of an unknown type', 99, Buffer.alloc(3)],
  ['an empty ClientHello', MESSAGE.clientHello, Buffer.alloc(0)],
  ['a ClientHello that offers nothing', MESSAGE.clientHello, Buffer.concat([Buffer.from('fefd', 'hex'), Buffer.alloc(32), Buffer.from('000000000100', 'hex')])],
  ['a ServerHello of another version', MESSAGE.serverHello, Buffer.concat([Buffer.from('fefc', 'hex'), Buffer.alloc(32), Buffer.from('00c02b00', 'hex')])],
  ['half a HelloVerifyRequest', MESSAGE.helloVerifyRequest, Buffer.from('fefd20', 'hex')],
  ['a Certificate cut off', MESSAGE.certificate, Buffer.from('000100', 'hex')],
  ['a ServerKeyExchange on no curve', MESSAGE.serverKeyExchange, Buffer.from('01', 'hex')],
  ['a ServerHelloDone that goes on', MESSAGE.serverHelloDone, Buffer.alloc(2)],
  ['a ClientKeyExchange with no point', MESSAGE.clientKeyExchange, Buffer.from('0104', 'hex')],
  ['half a CertificateVerify', MESSAGE.certificateVerify, Buffer.from('040300ff', 'hex')],
];

describe.each(UNFIT)('%s, sent by an outsider before and after all that is sent', (_, type, body) => {
  test('does not end the handshake, in whichever place', async () => {
    await Promise.all(
      Array.from({ length: 8 }, async (__, sequence) => {
        const forged = encodeRecord(22, 0, 99, encodeMessage({ type, sequence, body }));
        const { client, server, close } = await twoEnds({ tap: (___, datagram) => [forged, datagram, forged] });
        client.endpoint.receive(forged);
        server.endpoint.receive(forged);
        const outcomes = await within(10_000, `the handshake with a forgery in place ${sequence}`, Promise.all([client.outcome, server.outcome]));
        expect(outcomes).toEqual(['established', 'established']);
        client.endpoint.send(Buffer.from('from client'));
        await until(2_000, 'the message', () => server.received.includes('from client'));
        close();
      }),
    );
  });
});

test('a peer that goes on sending what does not fit is refused for it, not for silence', async () => {
  const { client, close } = await twoEnds({ server: { begin: trickyServer({ skipCertificate: true }) } });
  expect(await within(10_000, 'the verdict', client.outcome)).toBe('proof-skipped');
  close();
});

test('a handshake that was closed in doubt has no verdict any more', async () => {
  const { client, close } = await twoEnds({ server: { begin: trickyServer({ skipCertificate: true }) } });
  await new Promise((resolve) => setTimeout(resolve, 50));
  close();
  await new Promise((resolve) => setTimeout(resolve, 3_100));
  expect(client.decided).toBeUndefined();
});
