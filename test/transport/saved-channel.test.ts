import { describe, expect, it } from 'vitest';
import { connectBackend, LoopbackHub, openSealedChannel, createDeviceKeys, SavedChannelError, type SavedChannel } from '../../src/transport/index.ts';
import { ALICE, BOB, ring } from './people.ts';
import { world } from './world.ts';

describe('what a channel had saved', () => {
  it('is refused when it is damaged, instead of trusting every key anew', async () => {
    const saved = await kept();
    const hub = new LoopbackHub();
    const [[device, key]] = saved.pins as [SavedChannel['pins'][number]];
    const [[sender, floor, ids]] = saved.seen as [SavedChannel['seen'][number]];
    const damaged: readonly unknown[] = [
      null, 'saved', [], {}, { pins: saved.pins }, { seen: saved.seen }, { ...saved, pins: 'x' },
      { ...saved, pins: [[device]] }, { ...saved, pins: [[device, key.slice(1)]] }, { ...saved, pins: [[device, key.with(3, 256)]] }, { ...saved, pins: [[device, key.with(3, null as never)]] },
      { ...saved, pins: [['alice', key]] }, { ...saved, pins: [['9999:alice', key]] }, { ...saved, pins: [[7, key]] },
      { ...saved, seen: [[sender, floor]] }, { ...saved, seen: [[sender, null, ids]] }, { ...saved, seen: [[sender, floor, [['id']]]] }, { ...saved, seen: [[sender, floor, [['id', 'yesterday']]]] }, { ...saved, seen: [null] },
    ];
    const keys = await createDeviceKeys();
    for (const broken of damaged as SavedChannel[]) {
      expect(() => openSealedChannel({ self: BOB, keys, carrier: hub.carrier(BOB), directory: hub.directory, saved: broken })).toThrow(SavedChannelError);
    }
    keys.close();
  });

  it('is refused before a backend is asked for anything', async () => {
    const saved = { pins: 'damaged' } as unknown as SavedChannel;
    await expect(connectBackend({ url: 'ws://127.0.0.1:9', self: BOB, token: 'a token of some length', saved })).rejects.toThrow(SavedChannelError);
    await expect(new LoopbackHub({ cipher: 'plaintext' }).channel(BOB, { saved: { pins: [], seen: 'damaged' } as unknown as SavedChannel })).rejects.toThrow(SavedChannelError);
  });

  it('is taken back as JSON, from one that has met nobody as well', async () => {
    const saved = JSON.parse(JSON.stringify(await kept())) as SavedChannel;
    const hub = new LoopbackHub();
    for (const whole of [saved, { pins: [], seen: [] }]) {
      const channel = await hub.channel(BOB, { saved: whole });
      expect(channel.save()).toEqual(whole);
      await channel.close();
    }
  });
});

/** What Bob knows after Alice has written to him. */
async function kept(): Promise<SavedChannel> {
  const { alice, bob, clock } = await world();
  await alice.send(ring('SETUP'));
  await clock.settle();
  const saved = bob.save();
  expect([saved.pins.length, saved.seen.length]).toEqual([1, 1]);
  expect(saved.pins[0]?.[0]).toContain(ALICE.user.toLowerCase());
  return saved;
}
