import { describe, expect, it } from 'vitest';
import { ms, seconds, type DurationMs } from '../../src/base/units.ts';
import type { IceLease, IceSource } from '../../src/index.ts';
import type { Resident, Town } from '../../src/testing/index.ts';
import { expectNothingLeft, howEnded, moment, pair, ringing, type Conversation } from './pair.ts';

describe('credentials that expire', () => {
  it('M02 are refreshed before they do; the running flow keeps its own, and the next re-SETUP has the new ones', async () => {
    const office = new Office(seconds(400));
    const { town, alice, bob } = await pair({ ice: office });
    const call = await connected(town, alice, bob);
    expect(serversOf(alice)).toEqual(['1']);

    await town.time.advance(seconds(301));
    expect([office.asked, serversOf(alice)]).toEqual([4, ['1']]);

    call.renew();
    await moment(town);
    expect(serversOf(alice)).toEqual(['3']);
    expect(call.state).toBe('connected');
    await close(town, alice, bob);
  });

  it('M02 are asked for again each minute while nobody gives any, and those that are known stay in use', async () => {
    const office = new Office(seconds(400));
    const { town, alice, bob } = await pair({ ice: office }, {});
    const call = await connected(town, alice, bob);
    office.closed = true;

    await town.time.advance(seconds(300 + 60 + 60 + 1));
    expect(office.asked).toBe(4);
    call.renew();
    await town.time.advance(seconds(6));
    expect(serversOf(alice)).toEqual(['1']);

    office.closed = false;
    await town.time.advance(seconds(60));
    call.renew();
    await moment(town);
    expect(serversOf(alice)).toEqual(['6']);
    await close(town, alice, bob);
  });

  it.each([[0, 45], [Number.NaN, 45], [-5_000, 45], [Number.POSITIVE_INFINITY, 45], [10 ** 12, 18 * 3_600]])('M02 a life of %d ms is believed within bounds: asked again after %d s', async (ttl, after) => {
    const office = new Office(ms(ttl));
    const { town, alice, bob } = await pair({ ice: office }, {});
    await town.time.advance(seconds(after - 1));
    expect(office.asked).toBe(1);
    await town.time.advance(seconds(2));
    expect(office.asked).toBe(2);
    await close(town, alice, bob);
  });

  it('O04 an engine that is closed asks no more', async () => {
    const office = new Office(seconds(400));
    const { town, alice, bob } = await pair({ ice: office });
    await close(town, alice, bob);
    expectNothingLeft(town, alice, bob);
  });
});

describe('L06 a call that comes before the servers are known', () => {
  it('rings, its age counts, and is answered when they are', async () => {
    const { town, alice, bob, call, office } = await ringingWithoutServers();
    bob.ringing.answer();
    await town.time.advance(seconds(3));
    expect([call.state, town.words]).toEqual(['calling', ['SETUP']]);

    office.answer();
    await moment(town);
    expect([call.state, serversOf(bob)]).toEqual(['connected', ['1']]);
    await close(town, alice, bob);
  });

  it('is answered without them when they take too long', async () => {
    const { town, alice, bob, call } = await ringingWithoutServers();
    bob.ringing.answer();
    await town.time.advance(ms(5_100));
    expect([call.state, serversOf(bob)]).toEqual(['connected', []]);
    await close(town, alice, bob);
  });

  it('is withdrawn meanwhile: one missed call, no answer, no flow', async () => {
    const { town, alice, bob, call, office } = await ringingWithoutServers();
    let missed = 0;
    bob.engine.on('missed', () => missed++);
    call.end();
    await moment(town);
    office.answer();
    await moment(town);
    expect([missed, town.words, bob.media.flows.length]).toEqual([1, ['SETUP', 'CANCEL'], 0]);
    await close(town, alice, bob);
  });

  it('M01 with relay-only and no server at all ends with an error that says so, before any SETUP', async () => {
    const { town, alice, bob } = await pair({ ice: { policy: 'relay', servers: [] } });
    const call = alice.call('bob');
    await town.time.advance(seconds(11));
    expect(await howEnded(call)).toBe('media-failed');
    expect((await call.whenEnded()).reason).toEqual({ type: 'media-failed', failure: 'no-relay' });
    expect(town.words).toEqual([]);
    await close(town, alice, bob);
  });
});

/** Gives out numbered servers. */
class Office implements IceSource {
  readonly policy = 'all';
  asked = 0;
  /** Says no. */
  closed = false;
  /** Says nothing until {@link answer}. */
  slow = false;
  readonly #ttl: DurationMs;
  readonly #waiting: ((lease: IceLease) => void)[] = [];

  constructor(ttl: DurationMs) {
    this.#ttl = ttl;
  }

  readonly fetch = (): Promise<IceLease> => {
    this.asked += 1;
    if (this.closed) return Promise.reject(new Error('closed'));
    return this.slow ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(this.#lease);
  };

  answer(): void {
    for (const resolve of this.#waiting.splice(0)) resolve(this.#lease);
  }

  get #lease(): IceLease {
    return { servers: [{ urls: 'turn:relay.example.org', username: String(this.asked), credential: 'c' }], ttl: this.#ttl };
  }
}

/** Alice called, Bob's device rings and does not know its servers yet. */
async function ringingWithoutServers(): Promise<Conversation & { readonly office: Office }> {
  const office = new Office(seconds(400));
  office.slow = true;
  return { ...(await ringing({}, { ice: office })), office };
}

async function connected(town: Town, alice: Resident, bob: Resident): Promise<ReturnType<Resident['call']>> {
  await moment(town);
  const call = alice.call('bob');
  await moment(town);
  bob.ringing.answer();
  await moment(town);
  expect(call.state).toBe('connected');
  return call;
}

/** The users of the servers that the newest flow of a device was made with. */
function serversOf({ media }: Resident): readonly (string | undefined)[] | undefined {
  return [...media.flows].at(-1)?.options.ice.servers.map(({ username }) => username);
}

async function close(town: Town, ...people: readonly Resident[]): Promise<void> {
  const closing = Promise.all(people.map(({ engine }) => engine.close()));
  await town.time.advance(seconds(10));
  await closing;
}
