import { classes, Message, methods } from 'werift';
import type { Address } from '../../../src/mediaflow/werift/hardening/werift-internals.ts';
import { inputOf, packetsOf, spoilPackets } from '../mutate/packets.ts';
import { realPair } from '../real-pair.ts';
import { demand, type Target } from '../target.ts';

/**
 * Datagrams of anybody at the socket of a call that is going on: STUN, DTLS, SRTP, TURN's channels and what is
 * none of them; from strangers, and under the address of the peer. The call must not notice.
 */
export const target: Target = {
  name: 'udp',
  what: 'datagrams at the UDP socket of a connected call, from strangers and in the name of the peer',
  mutator: spoilPackets(),
  longest: 1_500,
  prepare: async () => {
    const pair = await realPair();
    const senders: readonly Address[] = [pair.near.farAddress, pair.near.farAddress, ['127.0.0.1', 9], ['127.0.0.1', 1_023]];
    return {
      seeds: honest().map((datagram, index) => inputOf([Uint8Array.of(index), datagram])),
      feed: (input) => {
        const [from, ...datagrams] = packetsOf(input);
        const before = pair.near.strayedBytes;
        for (const datagram of datagrams) pair.near.hear(datagram, senders[(from?.[0] ?? 0) % senders.length]!);
        demand(pair.near.strayedBytes - before <= input.length + 200, 'strangers are not answered with more than they sent');
      },
      check: () => pair.exchange(),
      close: () => pair.close(),
    };
  },
};

function honest(): Buffer[] {
  const check = new Message(methods.BINDING, classes.REQUEST, Buffer.alloc(12, 1));
  check.setAttribute('USERNAME', 'abcd:efgh').setAttribute('PRIORITY', 1).setAttribute('ICE-CONTROLLED', 1n).setAttribute('USE-CANDIDATE', null);
  check.addMessageIntegrity(Buffer.from('not the password')).addFingerprint();
  const answer = new Message(methods.BINDING, classes.RESPONSE, Buffer.alloc(12, 1)).setAttribute('XOR-MAPPED-ADDRESS', ['127.0.0.1', 5_000]).addFingerprint();
  const error = new Message(methods.BINDING, classes.ERROR, Buffer.alloc(12, 1)).setAttribute('ERROR-CODE', [487, 'Role Conflict']).addFingerprint();
  const rtp = Buffer.concat([Buffer.of(0x90, 111, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9, 0xbe, 0xde, 0, 1, 0x10, 0x30, 0, 0), Buffer.alloc(40, 7)]);
  const rtcp = Buffer.concat([Buffer.of(0x80, 200, 0, 6, 0, 0, 0, 9), Buffer.alloc(40, 3), Buffer.of(0x80, 0, 0, 1), Buffer.alloc(10)]);
  return [
    check.bytes, answer.bytes, error.bytes, rtp, rtcp, Buffer.from('40000004deadbeef', 'hex'),
    Buffer.from('16fefd0000000000000001000e0e0000020001000000000002abcd', 'hex'), Buffer.from('15fefd00010000000000ff00020100', 'hex'), Buffer.from('17fefd0001000000000002001900000000000000020102030405060708090a0b0c0d0e0f1011', 'hex'),
    Buffer.from('14fefd0000000000000001000101', 'hex'),
  ];
}
