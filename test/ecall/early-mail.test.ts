import { expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import { CallEngine } from '../../src/index.ts';
import { FakeMediaEngine } from '../../src/mediaflow/index.ts';
import { Town } from '../../src/testing/index.ts';

it('rings for a call that came before the engine was made', async () => {
  const town = new Town();
  const alice = await town.resident('alice', 'a1');
  const channel = await town.hub.channel({ user: 'bob', device: 'b1' });
  alice.call('bob');
  await town.time.advance(seconds(5));

  const engine = new CallEngine({ channel, media: new FakeMediaEngine({ clock: town.time, network: town.network, place: 'bob/b1' }), clock: town.time });
  const rang: string[] = [];
  engine.on('incoming', (call) => rang.push(call.state));
  await town.time.advance(ms(100));

  expect(rang).toEqual(['ringing']);
});
