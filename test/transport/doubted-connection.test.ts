import { describe, expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import { VirtualTime } from '../../src/testing/index.ts';
import { connectWebSocket } from '../../src/transport/index.ts';
import { fakeNetwork } from './fake-sockets.ts';
import { ALICE } from './people.ts';

describe('a connection', () => {
  it('is made anew at once when the network changed, and what was open goes right behind the hello', async () => {
    const clock = new VirtualTime();
    let welcomes = true;
    const network = fakeNetwork((text) => (welcomes && text.includes('"hello"') ? '{"type":"welcome","now":1800000000000}' : 'silence'));
    const { carrier } = await connectWebSocket({ url: 'ws://fake', self: ALICE, token: 't', clock, socket: network.socket });
    const sending = carrier.send({ conversation: 'c', parcels: [], complete: ['bob'], except: [], urgency: 'normal' });
    welcomes = false;

    carrier.networkChanged();
    await clock.advance(ms(10));

    expect(network.dialled()).toBe(2);
    expect(network.said().map((text) => /"type":"(\w+)"/.exec(text)?.[1])).toEqual(['hello', 'send', 'hello', 'send']);
    await carrier.close();
    await sending;
    expect(clock.pending).toBe(0);
  });

  it('that is in doubt proves within two seconds that it lives, or is made anew', async () => {
    const clock = new VirtualTime();
    let dead = false;
    const network = fakeNetwork((text) => {
      if (dead) return 'silence';
      return text.includes('"hello"') ? '{"type":"welcome","now":1800000000000}' : '{"type":"pong","now":1800000000000}';
    });
    const { carrier } = await connectWebSocket({ url: 'ws://fake', self: ALICE, token: 't', clock, socket: network.socket });
    carrier.check();
    await clock.advance(seconds(3));
    expect(network.dialled()).toBe(1);

    dead = true;
    for (let second = 0; second < 3; second++) {
      carrier.check();
      await clock.advance(seconds(1));
    }
    expect(network.dialled()).toBe(2);
    await carrier.close();
    expect(clock.pending).toBe(0);
  });

  it('that is being made in doubt is not waited for longer than three seconds', async () => {
    const clock = new VirtualTime();
    let welcomes = true;
    const network = fakeNetwork((text) => (welcomes && text.includes('"hello"') ? '{"type":"welcome","now":1800000000000}' : 'silence'));
    const { carrier } = await connectWebSocket({ url: 'ws://fake', self: ALICE, token: 't', clock, socket: network.socket });
    welcomes = false;
    carrier.networkChanged();
    for (let second = 0; second < 7; second++) {
      await clock.advance(seconds(1));
      carrier.check();
    }
    expect(network.dialled()).toBe(4);
    await carrier.close();
    expect(clock.pending).toBe(0);
  });
});
