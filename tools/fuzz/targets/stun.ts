import { classes, Message, methods, parseMessage } from 'werift';
import type { Address } from '../../../src/mediaflow/werift/hardening/werift-internals.ts';
import { inputOf, packetsOf, spoilPackets } from '../mutate/packets.ts';
import { realPair, type RealPair } from '../real-pair.ts';
import { demand, type Target } from '../target.ts';

/**
 * Connectivity checks of somebody who has our password, as every peer does: signed as they must be, and with
 * anything in them. What the peer does to its own call is its affair; our process goes on and stays small.
 */
export const target: Target = {
  name: 'stun',
  what: 'signed STUN messages of a peer at the ICE agent of a connected call',
  mutator: spoilPackets(),
  longest: 1_200,
  prepare: async () => {
    let pair = await realPair();
    let fed = 0;
    const feed = (input: Uint8Array): void => {
      const [from, ...datagrams] = packetsOf(input);
      const { near } = pair;
      const sender: Address = (from?.[0] ?? 0) % 3 === 0 ? near.farAddress : ['127.0.0.1', 1 + ((from?.[0] ?? 0) % 64)];
      const before = near.strayedBytes;
      for (const datagram of datagrams) near.hear(signed(datagram, pair), sender);
      demand(near.strayedBytes - before <= 4 * input.length + 2_000 * datagrams.length, 'checks are answered with about as much');
      fed += 1;
    };
    return {
      seeds: honest().map((datagram, index) => inputOf([Uint8Array.of(index), datagram])),
      feed,
      check: async () => {
        const { checkList, remoteCandidates } = pair.near.ice as unknown as { checkList: unknown[]; remoteCandidates: unknown[] };
        demand(checkList.length <= 120 && remoteCandidates.length <= 120, 'few paths are kept');
        if (fed < 20_000) return;
        fed = 0;
        const former = pair;
        pair = await realPair();
        await pair.exchange();
        await former.close();
      },
      close: () => pair.close(),
    };
  },
};

/** With the right user name, integrity and fingerprint around whatever attributes can be read; otherwise as it is. */
function signed(datagram: Buffer, { near }: RealPair): Buffer {
  const message = parseMessage(datagram);
  if (message === undefined) return datagram;
  const { localUsername, localPassword, remoteUsername } = near.ice as unknown as { localUsername: string; localPassword: string; remoteUsername: string };
  const attributes = message.getAttributes().filter(([name]) => name !== 'FINGERPRINT' && name !== 'MESSAGE-INTEGRITY' && name !== 'USERNAME');
  try {
    const again = new Message(message.messageMethod, message.messageClass, message.transactionId, attributes, message.rawAttributes);
    return again.setAttribute('USERNAME', `${localUsername}:${remoteUsername}`).addMessageIntegrity(Buffer.from(localPassword)).addFingerprint().bytes;
  } catch {
    // Attributes that werift reads and cannot write.
    return datagram;
  }
}

function honest(): Buffer[] {
  const make = (cls: classes): Message => new Message(methods.BINDING, cls, Buffer.alloc(12, 1));
  return [
    make(classes.REQUEST).setAttribute('USERNAME', 'a:b').setAttribute('PRIORITY', 1).setAttribute('ICE-CONTROLLED', 1n).setAttribute('USE-CANDIDATE', null),
    make(classes.REQUEST).setAttribute('PRIORITY', 0xffff_ffff).setAttribute('ICE-CONTROLLING', 0xffff_ffff_ffffn).setAttribute('USE-CANDIDATE', null),
    make(classes.REQUEST).setAttribute('PRIORITY', 5).setAttribute('SOFTWARE', 'x'),
    make(classes.RESPONSE).setAttribute('XOR-MAPPED-ADDRESS', ['10.0.0.1', 5_000]),
    make(classes.ERROR).setAttribute('ERROR-CODE', [487, 'Role Conflict']),
    make(classes.INDICATION).setAttribute('DATA', Buffer.from('x')).setAttribute('XOR-PEER-ADDRESS', ['10.0.0.1', 5_000]),
  ].map(({ bytes }) => bytes);
}
