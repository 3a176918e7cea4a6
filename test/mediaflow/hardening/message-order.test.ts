import { expect, test } from 'vitest';
import type { HandshakeFragment } from '../../../src/mediaflow/werift/hardening/dtls/handshake-message.ts';
import { MessageOrder } from '../../../src/mediaflow/werift/hardening/dtls/message-order.ts';
import { PeerCertificate } from '../../../src/mediaflow/werift/hardening/dtls/proof-of-key.ts';
import { PeerRefusedError } from '../../../src/mediaflow/werift/hardening/refusal.ts';
import { makeCertificate } from '../../../src/mediaflow/werift/hardening/self-signed.ts';

const fragment = (sequence: number, length: number): HandshakeFragment => ({ type: 11, sequence, length, offset: 0, body: Buffer.alloc(Math.min(length, 10)) });

test('a message longer than any certificate of a call is not begun', () => {
  expect(new MessageOrder().accept(fragment(0, 16_384))).toBe('taken');
  expect(new MessageOrder().accept(fragment(0, 16_385))).toBe('dropped');
});

test('a message further ahead than a flight is long is not kept', () => {
  expect(new MessageOrder().accept(fragment(7, 10))).toBe('taken');
  expect(new MessageOrder().accept(fragment(8, 10))).toBe('dropped');
});

test('a certificate is nothing but itself, in the form that is hashed', async () => {
  const { der, werift } = await makeCertificate();
  expect(new PeerCertificate(der).kind).toBe('ecdsa');
  for (const other of [Buffer.concat([der, Buffer.from([0])]), Buffer.concat([der, der]), Buffer.from(werift.certPem), der.subarray(1), Buffer.alloc(0)]) {
    expect(() => new PeerCertificate(other)).toThrow(PeerRefusedError);
  }
});
