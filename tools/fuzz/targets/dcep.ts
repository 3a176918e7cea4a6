import { LoneAssociation } from '../lone-association.ts';
import { inputOf, packetsOf, spoilPackets } from '../mutate/packets.ts';
import { demand, type Target } from '../target.ts';

/** Whole SCTP messages of a peer: the ones that open channels, texts, and what is neither. First bytes: stream and kind. */
export const target: Target = {
  name: 'dcep',
  what: 'data channel messages of a peer: DCEP, texts, binary, unknown kinds',
  mutator: spoilPackets(),
  longest: 2_000,
  prepare: () => ({
    seeds: [inputOf([open('calling-3.0', 1), Buffer.from('\u0001\u0033{"type":"HANGUP"}')]), inputOf([open('other', 3), open('calling-3.0', 1), open('calling-3.0', 5)]), inputOf([Buffer.of(1, 50, 2)]), inputOf([open('calling-3.0', 1), Buffer.of(1, 53, 1, 2, 3), Buffer.of(1, 56), Buffer.of(1, 57)])],
    feed: async (input) => {
      const end = new LoneAssociation('established');
      const messages = packetsOf(input).filter(({ length }) => length >= 2);
      for (const message of messages) end.message(message.readUInt8(0), message.readUInt8(1), message.subarray(2));
      end.channel.send('ours');
      for (let step = 0; step < 12; step++) await Promise.resolve();
      demand(end.events.length <= 2 * messages.length + 2, 'each message is told once');
      demand(end.events.filter(({ type }) => type === 'channel-opened').length <= 1, 'one channel is ours');
      demand(end.kept <= 4 * messages.length + 8, 'little is kept');
      end.end();
    },
    check: async () => {
      const end = new LoneAssociation('established');
      end.message(1, 50, open('calling-3.0', 1).subarray(2));
      end.message(1, 51, Buffer.from('hello'));
      await new Promise((resolve) => setImmediate(resolve));
      demand(end.events.some((event) => event.type === 'channel-message' && event.text === 'hello'), 'an honest message arrives');
      demand(end.channel.send('hello') === 'sent', 'and one can be sent');
      end.end();
    },
  }),
};

function open(label: string, stream: number): Buffer {
  return Buffer.concat([Buffer.of(stream, 50, 3, 0, 0, 0, 0, 0, 0, 0, 0, label.length, 0, 0), Buffer.from(label)]);
}
