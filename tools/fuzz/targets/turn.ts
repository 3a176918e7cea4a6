import { classes, Message, methods, StunOverTurnProtocol, TurnProtocol } from 'werift';
import { endUnreadableStream } from '../../../src/mediaflow/werift/hardening/unreadable-turn-stream.ts';
import { inputOf, packetsOf, spoilPackets } from '../mutate/packets.ts';
import { demand, type Target } from '../target.ts';

/**
 * What a TURN server says, over UDP and in pieces over TCP, while we ask it for a relay. Answers are to the
 * question that is open.
 */
export const target: Target = {
  name: 'turn',
  what: 'answers, indications and channel data of a TURN server, over UDP and TCP',
  mutator: spoilPackets(),
  longest: 3_000,
  prepare: () => ({
    seeds: [0, 1].flatMap((road) => [
      ...honest().map((message) => inputOf([Uint8Array.of(road), message])), inputOf([Uint8Array.of(road), ...honest()]), inputOf([Uint8Array.of(road), Buffer.concat(honest())]),
    ]),
    feed: async (input) => {
      const [road, ...packets] = packetsOf(input);
      const asked: Buffer[] = [];
      const type = (road?.[0] ?? 0) % 2 === 0 ? 'udp' : 'tcp';
      const transport = { type, closed: false, onData: (_data: Buffer, _from: [string, number]): void => undefined, address: {}, send: async (data: Buffer) => void asked.push(data), close: async () => void (transport.closed = true) };
      const turn = new TurnProtocol(SERVER, 'user', 'secret', 600, transport as unknown as TurnProtocol['transport']);
      const inside = turn as unknown as { tcpBuffer: Buffer; refresh(): void; addrByChannel: Record<number, [string, number]> };
      endUnreadableStream(turn);
      inside.refresh = () => undefined;
      inside.addrByChannel[0x4000] = ['10.0.0.1', 5_000];
      const peer = new StunOverTurnProtocol(turn);
      let relayed = 0;
      peer.onDataReceived.subscribe((data) => void (relayed += data.length));
      turn.connectionMade().catch(() => undefined);
      await settled();
      for (const packet of packets) {
        // Two bytes of type and length, the cookie, and then the number of the question.
        const open = Object.keys(turn.transactions)[0];
        if (open !== undefined && packet.length >= 20 && packet[0]! < 4) packet.write(open, 8, 'hex');
        transport.onData(packet, SERVER);
        await settled();
      }
      demand(asked.length <= 3 + packets.length, 'one answer makes for one question');
      demand(relayed <= input.length, 'no more comes out than went in');
      demand(inside.tcpBuffer.length <= input.length, 'no more is kept than came');
      for (const transaction of Object.values(turn.transactions)) transaction.cancel();
    },
  }),
};

const SERVER: [string, number] = ['127.0.0.1', 3_478];

async function settled(): Promise<void> {
  for (let step = 0; step < 12; step++) await Promise.resolve();
}

function honest(): Buffer[] {
  const message = (method: methods, cls: classes): Message => new Message(method, cls, Buffer.alloc(12, 1));
  return [
    message(methods.ALLOCATE, classes.ERROR).setAttribute('ERROR-CODE', [401, 'Unauthorized']).setAttribute('REALM', 'realm').setAttribute('NONCE', Buffer.from('nonce')).bytes,
    message(methods.ALLOCATE, classes.ERROR).setAttribute('ERROR-CODE', [438, 'Stale Nonce']).setAttribute('REALM', 'realm').setAttribute('NONCE', Buffer.from('other')).bytes,
    message(methods.ALLOCATE, classes.RESPONSE).setAttribute('XOR-RELAYED-ADDRESS', ['10.0.0.2', 6_000]).setAttribute('XOR-MAPPED-ADDRESS', ['10.0.0.3', 7_000]).setAttribute('LIFETIME', 600).bytes,
    message(methods.DATA, classes.INDICATION).setAttribute('DATA', Buffer.from('\u0017hello')).setAttribute('XOR-PEER-ADDRESS', ['10.0.0.1', 5_000]).bytes,
    Buffer.concat([Buffer.from('40000008', 'hex'), Buffer.from('\u0017goodbye')]),
    message(methods.ALLOCATE, classes.ERROR).setAttribute('ERROR-CODE', [300, 'Try Alternate']).setAttribute('ALTERNATE-SERVER', ['10.0.0.9', 3_478]).bytes,
  ];
}
