import { SeededEntropy } from '../../../src/base/seeded-entropy.ts';
import { encodeClientFrame, parseClientFrame, type ClientFrame } from '../../../src/transport/websocket/protocol.ts';
import { VirtualTime } from '../../../src/testing/virtual-time.ts';
import { createDeviceKeys } from '../../../src/transport/device-keys.ts';
import { Relay } from '../../backend/relay.ts';
import { spoilJson } from '../mutate/json.ts';
import { demand, type Target } from '../target.ts';

const alice = { user: 'alice', device: 'phone' };
const bob = { user: 'bob', device: 'phone' };

/** What a device says to the relay, which goes on serving the others. */
export const target: Target = {
  name: 'client-frame',
  what: 'WebSocket frames of a device, before and after its hello, in the relay',
  mutator: spoilJson,
  longest: 60_000,
  prepare: async () => {
    const clock = new VirtualTime();
    const entropy = new SeededEntropy(7);
    const keys = await createDeviceKeys({ clock, entropy });
    const hello = (self: typeof alice): ClientFrame => ({ type: 'hello', version: 1, self, token: self.user, session: 's' });
    const send: ClientFrame = { type: 'send', request: 3, dispatch: { conversation: 'c', parcels: [{ to: bob, bytes: entropy.bytes(60) }], complete: ['bob'], except: [alice], urgency: 'ring', ringFor: 60_000 as never } };
    const frames: ClientFrame[] = [
      hello(alice), { type: 'publish', request: 1, bundle: keys.bundle }, { type: 'publish', request: 2, bundle: undefined }, { type: 'bundles', request: 4, users: ['bob', 'alice'] }, send,
      { type: 'ack', parcels: ['run-1', 'x'] }, { type: 'ping' },
    ];
    let now = clock.wallNow() as number;
    let relay = new Relay({ now: () => now, run: 'run' });
    let fed = 0;
    const utf8 = new TextDecoder();
    return {
      seeds: frames.map((frame) => new TextEncoder().encode(encodeClientFrame(frame))),
      feed: (input) => {
        const text = utf8.decode(input);
        // Long enough for no allowance to run out, or most inputs would be refused unread.
        now += 1_000;
        if (++fed % 4_096 === 0) relay = new Relay({ now: () => now, run: 'run' });
        const link = { said: 0, send: (reply: string) => void (link.said += reply.length), close: () => undefined };
        relay.opened(link);
        if (input.length % 4 !== 0) relay.received(link, encodeClientFrame(hello(alice)));
        relay.received(link, text);
        relay.received(link, text);
        relay.closed(link);
        demand(link.said < 2_000_000, 'little is said to one who says little');
        const frame = parseClientFrame(text);
        if (frame !== undefined) demand(encodeClientFrame(parseClientFrame(encodeClientFrame(frame))!) === encodeClientFrame(frame), 'what was read and written reads the same');
      },
      check: () => {
        demand(relay.connections === 0, 'no connection is left behind');
        now += 10_000;
        const heard: string[] = [];
        const link = { send: (reply: string) => void heard.push(reply), close: () => undefined };
        relay.opened(link);
        relay.received(link, encodeClientFrame({ type: 'hello', version: 1, self: { user: 'carol', device: 'phone' }, token: 'carol', session: 's' }));
        relay.received(link, encodeClientFrame({ type: 'ping' }));
        demand(heard.some((reply) => reply.includes('"pong"')), 'another device is served');
        relay.closed(link);
      },
    };
  },
};
