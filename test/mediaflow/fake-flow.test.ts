import { describe, expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import { FakeMediaEngine, FakeNetwork, FlowError, type FakeBehaviour, type FlowEvent, type FlowOptions } from '../../src/mediaflow/index.ts';
import { VirtualTime } from '../../src/testing/virtual-time.ts';

const ANY: FlowOptions = { video: false, ice: { servers: [], policy: 'all' } };

describe('two fake flows', () => {
  it('connect when the answer to an offer is applied, and carry messages in order (B02)', async () => {
    const world = new World();
    await world.connect();
    for (const text of ['one', 'two', 'three']) world.a.send(text);
    await world.time.advance(ms(100));
    expect(world.heardBy('b', 'channel-message').map((event) => event.text)).toEqual(['one', 'two', 'three']);
    expect(world.types('a')).toEqual(['link', 'link', 'channel-opened']);
    expect(world.a.stats().phases).toMatchObject({ gathered: 0, 'channel-opened': 20 });
  });

  it('say that the peer is not authentic when the fingerprint in a description was altered (H07)', async () => {
    const world = new World();
    await world.connect((sdp) => sdp.replace(/sha-256 ../, 'sha-256 FF'));
    expect(world.heardBy('b', 'failed')).toEqual([{ type: 'failed', failure: 'peer-not-authentic' }]);
    expect([...world.types('a'), ...world.types('b')]).not.toContain('channel-opened');
  });

  it('keep what is sent over a cut path and deliver it when the path is back', async () => {
    const world = new World();
    await world.connect();
    world.network.cut('alice', 'bob');
    world.a.send('late');
    let drained = false;
    void world.a.drain(seconds(60)).then(() => (drained = true));
    await world.time.advance(seconds(40));
    expect(world.heardBy('b', 'link').at(-1)).toEqual({ type: 'link', link: 'disconnected' });
    expect(world.heardBy('b', 'channel-message')).toEqual([]);
    expect(drained).toBe(false);
    world.network.heal('alice', 'bob');
    await world.time.advance(ms(100));
    expect(world.heardBy('b', 'channel-message')).toHaveLength(1);
    expect(world.heardBy('b', 'link').at(-1)).toEqual({ type: 'link', link: 'connected' });
    expect(drained).toBe(true);
  });

  it('find no path when one of them cannot be reached (H08)', async () => {
    const world = new World({ ice: 'fails' });
    await world.connect();
    await world.time.advance(seconds(31));
    expect(world.heardBy('a', 'failed')).toEqual([{ type: 'failed', failure: 'no-path' }]);
    expect(world.heardBy('b', 'failed')).toEqual([{ type: 'failed', failure: 'no-path' }]);
  });

  it('notice when the peer closes, report nothing after their own end and leave no timer (O04)', async () => {
    const world = new World();
    await world.connect();
    await world.a.close();
    const before = world.events.a.length;
    world.a.pretend({ type: 'channel-opened' });
    await world.time.advance(ms(100));
    expect(world.events.a).toHaveLength(before);
    expect(world.types('b').at(-1)).toBe('channel-closed');
    await world.b.close();
    expect([world.time.pending, world.network.openFlows, world.alice.flows.length]).toEqual([0, 0, 0]);
  });

  it('describe themselves when gathering is done, however long that takes (H01)', async () => {
    const world = new World({ gather: ms(700) });
    let describedAt = -1;
    void world.a.createOffer().then(() => (describedAt = world.time.now()));
    await world.time.settle();
    expect(describedAt).toBe(700);
  });

  it('reject a description that is none (H06)', async () => {
    const world = new World();
    await expect(world.b.createAnswer('rubbish')).rejects.toMatchObject({ name: 'FlowError', failure: 'bad-description' });
  });

  it('stop making an offer when closed meanwhile (H04)', async () => {
    const world = new World({ gather: seconds(5) });
    const offer = world.a.createOffer().catch((error: unknown) => error);
    await world.a.close();
    expect(await offer).toBeInstanceOf(FlowError);
    expect(world.time.pending).toBe(0);
  });
});

it('a fake flow closed by whoever hears that it is connected leaves no timer', async () => {
  const time = new VirtualTime();
  const network = new FakeNetwork(time);
  const [alice, bob] = ['alice', 'bob'].map((place) => new FakeMediaEngine({ clock: time, network, place }));
  const a = alice!.createFlow(ANY, (event) => {
    if (event.type === 'link' && event.link === 'connected') void a.close();
  });
  const b = bob!.createFlow(ANY, () => {});
  await a.acceptAnswer((await b.createAnswer((await a.createOffer()).sdp)).sdp);
  await time.advance(ms(10));
  await b.close();
  expect([time.pending, network.openFlows]).toEqual([0, 0]);
});

class World {
  readonly time = new VirtualTime();
  readonly network = new FakeNetwork(this.time, ms(10));
  readonly events: { a: FlowEvent[]; b: FlowEvent[] } = { a: [], b: [] };
  readonly alice: FakeMediaEngine;
  readonly a;
  readonly b;

  constructor(behaviour: Partial<FakeBehaviour> = {}) {
    const { time: clock, network } = this;
    this.alice = new FakeMediaEngine({ clock, network, place: 'alice', behaviour: { channelOpensAfter: ms(10), ...behaviour } });
    const bob = new FakeMediaEngine({ clock, network, place: 'bob' });
    this.a = this.alice.createFlow(ANY, (event) => this.events.a.push(event));
    this.b = bob.createFlow(ANY, (event) => this.events.b.push(event));
  }

  async connect(onTheWay: (sdp: string) => string = (sdp) => sdp): Promise<void> {
    const offer = await this.a.createOffer();
    const answer = await this.b.createAnswer(onTheWay(offer.sdp));
    await this.a.acceptAnswer(answer.sdp);
    await this.time.advance(ms(50));
  }

  types(who: 'a' | 'b'): string[] {
    return this.events[who].map((event) => event.type);
  }

  heardBy<T extends FlowEvent['type']>(who: 'a' | 'b', type: T): Extract<FlowEvent, { type: T }>[] {
    return this.events[who].filter((event): event is Extract<FlowEvent, { type: T }> => event.type === type);
  }
}
