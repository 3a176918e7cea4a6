import { describe, expect, it, vi } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import { tone } from '../../src/mediaflow/index.ts';
import { count, expectNothingLeft, moment, talking, type Conversation } from './pair.ts';

/** Alice and Bob talk, and one hears what the other says. */
async function speaking(): Promise<Conversation & { readonly heard: { alice: number; bob: number } }> {
  const pair = await talking();
  const heard = { alice: 0, bob: 0 };
  for (const call of [pair.call, pair.answered]) call.provide({ audio: tone({ clock: pair.town.time }) });
  pair.call.on('audio', () => (heard.alice += 1));
  pair.answered.on('audio', () => (heard.bob += 1));
  await moment(pair.town);
  expect(Math.min(heard.alice, heard.bob)).toBeGreaterThan(0);
  return { ...pair, heard };
}

/** Alice's device has another address: nothing gets through any more from or to the old one. */
function readdress({ town, alice, bob }: Conversation): void {
  alice.media.moveTo('alice/elsewhere');
  town.cut(alice, bob);
}

describe('a call whose device gets another network', () => {
  it('I01 goes on over the flow that stands at once when that is told, with or without a backend', async () => {
    const world = await speaking();
    const { town, alice, bob, call, answered, heard } = world;
    const failures = count(call, 'renewal-failed');
    town.fate = () => 'lose';
    readdress(world);
    await moment(town);
    const before = { ...heard };
    await moment(town);
    expect(heard).toEqual(before);

    alice.engine.networkChanged();
    await moment(town);

    expect(heard.alice).toBeGreaterThan(before.alice);
    expect(heard.bob).toBeGreaterThan(before.bob);
    await town.time.advance(seconds(60));
    expect([call.state, answered.state]).toEqual(['connected', 'connected']);
    expect(failures()).toBe(1);
    call.end();
    await town.time.settle();
    expectNothingLeft(town, alice, bob);
  });

  it('I02 goes on over the flow that stands when sound just stops, before anybody gives it up', async () => {
    const world = await speaking();
    const { town, alice, bob, call, heard } = world;
    const states: string[] = [];
    call.on('state', (state) => states.push(state));
    readdress(world);
    const before = { ...heard };

    await town.time.advance(seconds(2));

    expect(heard.alice).toBeGreaterThan(before.alice);
    expect(heard.bob).toBeGreaterThan(before.bob);
    await town.time.advance(seconds(30));
    expect(states).toEqual([]);
    expect([alice.media.created, bob.media.created]).toEqual([1, 1]);
  });

  it('I02 has the flow look again when it is given up for lost', async () => {
    const { town, alice, bob, call } = await talking();
    const moved = vi.spyOn(alice.media.flows[0]!, 'moved');
    town.cut(alice, bob);
    town.fate = () => 'lose';
    await town.time.advance(seconds(4));
    expect([call.state, moved.mock.calls.length]).toEqual(['connected', 0]);
    await town.time.advance(seconds(2));
    expect([call.state, moved.mock.calls.length]).toEqual(['reconnecting', 1]);
  });

  it('looks nowhere else while it is well, though nobody says anything', async () => {
    const { town, alice, bob } = await talking();
    const moved = [alice, bob].map(({ media }) => vi.spyOn(media.flows[0]!, 'moved'));
    await town.time.advance(seconds(60));
    expect(moved.map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
  });

  it('does not move a flow because the peer makes another', async () => {
    const { town, alice, bob, call } = await talking();
    const moved = [alice, bob].map(({ media }) => vi.spyOn(media.flows[0]!, 'moved'));
    call.renew();
    await town.time.advance(ms(500));
    expect(moved.map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
  });
});
