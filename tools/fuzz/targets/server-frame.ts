import { SeededEntropy } from '../../../src/base/seeded-entropy.ts';
import { backendTime } from '../../../src/base/units.ts';
import { VirtualTime } from '../../../src/testing/virtual-time.ts';
import { createDeviceKeys } from '../../../src/transport/device-keys.ts';
import { PrekeyJudge } from '../../../src/transport/signed-prekey.ts';
import { encodeServerFrame, parseServerFrame, type ServerFrame } from '../../../src/transport/websocket/protocol.ts';
import { Requests } from '../../../src/transport/websocket/requests.ts';
import { WebSocketConnection } from '../../../src/transport/websocket/websocket-connection.ts';
import { FakeSocket } from '../fake-socket.ts';
import { spoilJson } from '../mutate/json.ts';
import { demand, type Target } from '../target.ts';

const self = { user: 'alice', device: 'phone' };

/** What a backend says: to the parser, to a connection that lives on, and to the judge of other people's keys. */
export const target: Target = {
  name: 'server-frame',
  what: 'WebSocket frames of a backend, key bundles among them',
  mutator: spoilJson,
  longest: 60_000,
  prepare: async () => {
    const clock = new VirtualTime();
    const entropy = new SeededEntropy(7);
    const keys = await createDeviceKeys({ clock, entropy });
    const judge = new PrekeyJudge(keys.sodium);
    const now = clock.wallNow();
    const device = { user: 'bob', device: 'phone' };
    const bundles: ServerFrame = { type: 'bundles', request: 1, devices: [{ device, bundle: keys.bundle }, { device: self }] };
    const frames: ServerFrame[] = [
      { type: 'welcome', now }, { type: 'denied', because: 'too-fast' }, { type: 'published', request: 1 }, bundles,
      { type: 'sent', request: 1, result: { type: 'taken', outcomes: [{ device, outcome: 'delivered' }], missing: [self] } },
      { type: 'sent', request: 1, result: { type: 'refused', because: 'too-large' } },
      { type: 'parcel', id: 'p1', parcel: { conversation: 'c', from: device, bytes: entropy.bytes(60) } }, { type: 'pong', now },
    ];
    const socket = new FakeSocket();
    const connection = new WebSocketConnection({ url: 'wss://backend.example', self, token: 't', clock, entropy, socket: () => socket.renewed() });
    const requests = new Requests(connection, clock);
    connection.open();
    await Promise.resolve();
    socket.opens();
    socket.says(encodeServerFrame(frames[0]!));
    const utf8 = new TextDecoder();
    return {
      seeds: frames.map((frame) => new TextEncoder().encode(encodeServerFrame(frame))),
      feed: (input) => {
        const text = utf8.decode(input);
        const frame = parseServerFrame(text);
        if (connection.phase.type === 'connected') socket.says(text);
        if (frame === undefined) return;
        demand(encodeServerFrame(parseServerFrame(encodeServerFrame(frame))!) === encodeServerFrame(frame), 'what was read and written reads the same');
        if (frame.type === 'bundles') for (const { bundle } of frame.devices.slice(0, 3)) if (bundle !== undefined) judge.isGood(bundle, backendTime(now));
      },
      check: async () => {
        // Only a denial ends a connection for good; whatever else it was told it comes back from.
        if (connection.phase.type === 'denied' || connection.phase.type === 'closed') return;
        if (connection.phase.type !== 'connected') {
          connection.hurry();
          await Promise.resolve();
          socket.opens();
          socket.says(encodeServerFrame(frames[0]!));
        }
        const asked = requests.ask((request) => ({ type: 'bundles', request, users: ['bob'] }));
        socket.says(encodeServerFrame({ ...bundles, request: socket.lastRequest }));
        demand((await asked).type === 'bundles', 'an honest answer is heard');
        demand(judge.isGood(keys.bundle, now), 'an honest bundle is good');
        demand(Math.abs(connection.backendNow() - now) <= 2 * 86_400_000, 'the backend cannot move our clock by more than a day or two');
      },
      close: () => connection.close(),
    };
  },
};
