import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Device } from '../../src/base/device.ts';
import { seconds } from '../../src/base/units.ts';
import { VirtualTime } from '../../src/testing/virtual-time.ts';
import { encodeClientFrame, PROTOCOL_LIMITS, type ClientFrame } from '../../src/transport/index.ts';
import { Replies } from '../../tools/backend/accounts.ts';
import { Relay, RELAY_LIMITS, startRelay } from '../../tools/backend/index.ts';
import { Mailbox, PostOffice, type Mail } from '../../tools/backend/mailbox.ts';
import { FakeLink } from './fake-link.ts';

const [KIB, MIB] = [2 ** 10, 2 ** 20];

describe('a user who floods', () => {
  it("a mailbox loses its own mail and nobody else's", () => {
    const box = new Mailbox(new PostOffice());
    box.put(mail('first', 'alice', 8 * KIB));
    for (let count = 0; count < 5000; count++) box.put(mail(`m${count}`, 'mallory', 1));
    box.put(mail('last', 'alice', 8 * KIB));
    const kept = box.list(0).map(({ id }) => id);
    expect([kept[0], kept.at(-1), kept.length]).toEqual(['first', 'last', RELAY_LIMITS.mailPerDevice]);
    expect(kept).not.toContain('m0');
  });

  it('under many names loses before one who wrote little', () => {
    const box = new Mailbox(new PostOffice());
    box.put(mail('only', 'alice', 8 * KIB));
    for (let count = 0; count < 5000; count++) box.put(mail(`m${count}`, `mallory ${count % 50}`, 8 * KIB));
    expect(box.list(0)[0]?.id).toBe('only');
    expect(box.bytes).toBeLessThanOrEqual(RELAY_LIMITS.mailBytesPerDevice);
  });

  it('many mailboxes loses the oldest of what it wrote, and the relay keeps to its memory', () => {
    const office = new PostOffice();
    const boxes = Array.from({ length: 40 }, () => new Mailbox(office));
    boxes[0]!.put(mail('of Alice', 'alice', 8 * KIB));
    const before = office.bytes;
    for (let count = 0; count < 40_000; count++) boxes[count % 40]!.put(mail(`m${count}`, 'mallory', 32 * KIB));
    expect(office.bytes - before).toBeLessThanOrEqual(RELAY_LIMITS.mailBytesPerSender);
    expect(boxes[0]!.list(0)[0]?.id).toBe('of Alice');
    for (const box of boxes) for (const { id } of box.list(0)) box.remove(id);
    expect(office.bytes).toBe(0);
  });

  it('with a hundred others stays within what the relay keeps in all', () => {
    const office = new PostOffice();
    const boxes = Array.from({ length: 100 }, () => new Mailbox(office));
    boxes[0]!.put(mail('of Alice', 'alice', 8 * KIB));
    for (let count = 0; count < 30_000; count++) boxes[count % 100]!.put(mail(`m${count}`, `mallory ${count % 64}`, 32 * KIB));
    expect(office.bytes).toBeLessThanOrEqual(RELAY_LIMITS.mailBytes);
    expect(boxes[0]!.list(0)[0]?.id).toBe('of Alice');
  });

  it('gets room back when its mail has expired', () => {
    const office = new PostOffice();
    const box = new Mailbox(office);
    box.put(mail('one', 'alice', 8 * KIB));
    expect(box.list(RELAY_LIMITS.mailFor + 1)).toEqual([]);
    expect(office.bytes).toBe(0);
  });
});

describe('what a user may ask of the relay', () => {
  it('is less the larger the frames are', () => {
    const { published } = relayWith();
    const [mallory, to] = [published({ user: 'mallory', device: 'm' }), { user: 'bob', device: 'phone' }];
    published(to);
    const bytes = new Uint8Array(PROTOCOL_LIMITS.parcelBytes);
    const sent = untilDenied(mallory, (request) => ({ type: 'send', request, dispatch: { conversation: 'c', parcels: Array.from({ length: 16 }, () => ({ to, bytes })), complete: [], except: [], urgency: 'normal' } }));
    expect(sent).toBeLessThan(10);
    expect(mallory.last).toEqual({ type: 'denied', because: 'too-fast' });
  });

  it('is less the more devices must be gone through, and none of it takes long', () => {
    const { relay, published } = relayWith();
    const users = Array.from({ length: PROTOCOL_LIMITS.users }, (_, index) => `user number ${index}`);
    for (const user of users) for (let device = 0; device < RELAY_LIMITS.devicesPerUser; device++) relay.closed(published({ user, device: `device ${device}` }));
    const except = Array.from({ length: 256 }, (_, index) => ({ user: 'USER NUMBER x', device: `DEVICE ${index}` }));
    const asked = untilDenied(published({ user: 'mallory', device: '1' }), (request) => ({ type: 'bundles', request, users }));
    const sent = untilDenied(published({ user: 'malvina', device: '2' }), (request) => ({ type: 'send', request, dispatch: { conversation: 'c', parcels: [], complete: users, except, urgency: 'normal' } }));
    expect(asked).toBeLessThan(3);
    expect(sent).toBeLessThan(5);
  });

  it('is shared by its devices and not filled by coming back, only by time', () => {
    const { relay, connect, time } = relayWith();
    const ping = (): ClientFrame => ({ type: 'ping' });
    const first = connect({ user: 'mallory', device: '1' });
    expect(untilDenied(first, ping)).toBeLessThanOrEqual(RELAY_LIMITS.burst);
    expect(connect({ user: 'mallory', device: '1' }).last).toEqual({ type: 'denied', because: 'too-fast' });
    expect(connect({ user: 'Mallory', device: '2' }).last).toEqual({ type: 'denied', because: 'too-fast' });
    expect(connect({ user: 'alice', device: 'phone' }).last.type).toBe('welcome');
    time.now += 60_000;
    expect(connect({ user: 'mallory', device: '1' }).last.type).toBe('welcome');
    expect(relay.connections).toBe(2);
  });

  it('does not shrink by acknowledging mail that is there', () => {
    const { published, connect, time } = relayWith();
    const [alice, bob] = [published({ user: 'alice', device: 'a' }), published({ user: 'bob', device: 'b' })];
    for (let request = 0; request < RELAY_LIMITS.mailPerDevice; request++) {
      time.now += 100;
      alice.say({ type: 'send', request, dispatch: { conversation: 'c', parcels: [{ to: { user: 'bob', device: 'b' }, bytes: Uint8Array.of(1) }], complete: [], except: [], urgency: 'normal' } });
    }
    for (const frame of bob.heard) if (frame.type === 'parcel') bob.say({ type: 'ack', parcels: [frame.id] });
    expect(bob.closed).toBe(false);
    expect(connect({ user: 'bob', device: 'b' }).heard.length).toBe(1);
  });

  it('keeps few replies when they are long', () => {
    const replies = new Replies();
    for (let request = 0; request < 10; request++) replies.keep(request, 'x'.repeat(MIB));
    expect([replies.find(9)?.length, replies.find(8)]).toEqual([MIB, undefined]);
  });
});

describe('connections', () => {
  it('that do not say who they are give way to those that come after', () => {
    const { relay, connect } = relayWith();
    const alice = connect({ user: 'alice', device: 'phone' });
    const silent = Array.from({ length: RELAY_LIMITS.strangers + 10 }, () => {
      const link = new FakeLink(relay);
      relay.opened(link);
      return link;
    });
    expect(silent.map(({ closed }) => closed)).toEqual(silent.map((_, index) => index < 10));
    expect(connect({ user: 'bob', device: 'phone' }).last.type).toBe('welcome');
    expect([alice.closed, relay.connections]).toEqual([false, 2 + RELAY_LIMITS.strangers - 1]);
  });

  it('that say nothing are dropped after ten seconds, and after a minute once they have said who they are', async () => {
    const clock = new VirtualTime();
    const relay = await startRelay({ clock });
    const [silent, known] = [new WebSocket(relay.url), new WebSocket(relay.url)];
    const closed: string[] = [];
    for (const [name, socket] of Object.entries({ silent, known })) {
      socket.on('close', () => closed.push(name));
      await once(socket, 'open');
    }
    known.send(encodeClientFrame({ type: 'hello', version: 1, self: { user: 'u', device: 'd' }, token: 't', session: 's' }));
    await once(known, 'message');
    await clock.advance(seconds(10));
    await once(silent, 'close');
    expect(closed).toEqual(['silent']);
    await clock.advance(seconds(50));
    await once(known, 'close');
    await relay.close();
  });

  it('are no more than the relay has room for', () => {
    const { relay, connect } = relayWith();
    for (let count = 0; count < RELAY_LIMITS.connections; count++) connect({ user: `user ${count}`, device: 'd' });
    expect(connect({ user: 'one', device: 'more' }).heard[0]).toEqual({ type: 'denied', because: 'full' });
    expect(relay.connections).toBe(RELAY_LIMITS.connections);
  });
});

function mail(id: string, user: string, size: number): Mail {
  return { id, parcel: { conversation: 'c', from: { user, device: 'd' }, bytes: new Uint8Array(size) }, at: 0, urgency: 'normal' };
}

/** How many of these frames are answered before the relay has enough. */
function untilDenied(link: FakeLink, frame: (request: number) => ClientFrame): number {
  for (let count = 0; count < 5000; count++) {
    link.say(frame(count));
    if (link.closed) return count;
  }
  throw new Error('it is never enough');
}

function relayWith() {
  const time = { now: 1_800_000_000_000 };
  const relay = new Relay({ now: () => time.now, run: 'run' });
  const connect = (self: Device): FakeLink => {
    const link = new FakeLink(relay);
    relay.opened(link);
    link.say({ type: 'hello', version: 1, self, token: 'token', session: 'session' });
    return link;
  };
  const published = (self: Device): FakeLink => {
    const link = connect(self);
    link.say({ type: 'publish', request: 0, bundle: undefined });
    return link;
  };
  return { relay, time, connect, published };
}
