import { Octets, number } from './octets.ts';

/** One whole handshake message. `sequence` counts the sender's messages and orders them. */
export type HandshakeMessage = { readonly type: number; readonly sequence: number; readonly body: Buffer };

export type HandshakeFragment = HandshakeMessage & { readonly length: number; readonly offset: number };

export const MESSAGE = Object.freeze({
  clientHello: 1,
  serverHello: 2,
  helloVerifyRequest: 3,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverHelloDone: 14,
  certificateVerify: 15,
  clientKeyExchange: 16,
  finished: 20,
});

/** A message as it is sent when it fits one record, which is also how it counts in the transcript. */
export function encodeMessage({ type, sequence, body }: HandshakeMessage): Buffer {
  const length = number(3, body.length);
  return Buffer.concat([number(1, type), length, number(2, sequence), number(3, 0), length, body]);
}

/** The fragments in a record. Stops silently at one that is not whole or contradicts itself. */
export function* fragmentsOf(record: Buffer): Generator<HandshakeFragment> {
  for (let rest = record; rest.length >= FRAGMENT_HEADER; ) {
    const octets = new Octets(rest);
    const type = octets.number(1);
    const length = octets.number(3);
    const sequence = octets.number(2);
    const offset = octets.number(3);
    const size = octets.number(3);
    if (size > octets.left || offset + size > length) return;
    yield { type, length, sequence, offset, body: octets.take(size) };
    rest = rest.subarray(FRAGMENT_HEADER + size);
  }
}

const FRAGMENT_HEADER = 12;
