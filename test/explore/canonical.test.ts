import { describe, expect, it } from 'vitest';
import { CONFIGURATIONS } from '../../tools/explore/configurations.ts';
import type { Configuration } from '../../tools/explore/configuration.ts';
import { EconnDeviceModel, type EconnDevice } from '../../tools/explore/econn-device.ts';
import { exchange } from '../../tools/explore/exchange.ts';
import { canonicalMessage } from '../../tools/explore/canonical.ts';
import { modelsOf } from '../../tools/explore/models-of.ts';
import type { RuleVariant } from '../../tools/explore/rule-variants.ts';
import { Search } from '../../tools/explore/search.ts';
import { handle } from '../../src/econn/index.ts';

const named = (name: string): Configuration => CONFIGURATIONS.find((each) => each.name === name)!;

describe('what is left out of a world', () => {
  it.each(['1+1', '1+1 quiet', 'renew', 'two callers', 'restart caller'])('hides no outcome: %s', (name) => {
    const whole = explored({ ...named(name), canonical: false, tidy: false, alike: [] });
    expect(explored(named(name))).toEqual(whole);
  }, 60_000);

  it.each(['no 1: ids are not compared', 'no 2: no marks', 'no 3: stray answers stay unanswered', 'like AVS'] satisfies RuleVariant[])('hides nothing wrong: %s', (rules) => {
    const kinds = (configuration: Configuration): string[] => new Search(configuration).run({ stopAt: 'end' }).found.map(({ wrong }) => wrong).toSorted();
    expect(kinds({ ...named('1+1'), rules })).toEqual(kinds({ ...named('1+1'), rules, canonical: false }));
  }, 60_000);

  it.each(['1+1 fifo', '1+1', 'renew'])('decides nothing: what are one have the same ways on, in %s', (name) => {
    const configuration = { ...named(name), canonical: false, tidy: false };
    const search = new Search(configuration);
    search.run({ stopAt: 'end' });
    const keys = new Keys(search);
    const ways = new Map<string, string>();
    let merged = 0;
    const world = new Uint32Array(search.model.width);
    for (let number = 0; number < search.store.size; number++) {
      search.store.read(number, world);
      const next = new Set<string>();
      search.model.successors(world, (successor) => next.add(keys.of(successor)));
      const key = keys.of(world);
      const known = ways.get(key);
      const now = [...next].toSorted().join(' ');
      if (known !== undefined) merged += 1;
      expect(known ?? now).toBe(now);
      ways.set(key, now);
    }
    expect(merged).toBeGreaterThan(name === 'renew' ? -1 : 0);
  }, 60_000);

  it.each(['1+1 L1 D1', 'two callers', 'two callees'])('is without effect for good when it is taken off the road, in %s', (name) => {
    const configuration = { ...named(name), tidy: false };
    const search = new Search(configuration);
    search.run({ stopAt: 'end' });
    const { devices, network } = search.model;
    const models = modelsOf({ ...configuration, tidy: true });
    let inert = 0;
    for (const { who, device } of devices.things) {
      const model = models[who]!;
      const packets = network.packets.things.filter(({ to }) => to === who);
      const gone = packets.filter((packet) => packet.flow === undefined && model.isInert(device, packet));
      if (gone.length === 0) continue;
      inert += gone.length;
      for (const packet of gone) {
        const steps = model.receive(device, packet);
        expect(steps.every(({ next, sent }) => model.keyOf(next) === model.keyOf(device) && sent.length === 0)).toBe(true);
      }
      const nexts = [...model.own(device), ...model.wishes(device), ...model.deadlines(device, false), ...packets.flatMap((packet) => model.receive(device, packet))];
      for (const { next } of nexts) expect(gone.every((packet) => model.isInert(next, packet))).toBe(true);
    }
    expect(inert).toBeGreaterThan(20);
  }, 60_000);
});

/** Every combination in which the devices can come to rest, whoever of those that are alike is who. */
function explored(configuration: Configuration): readonly string[] {
  const { alike } = named(configuration.name);
  const search = new Search(configuration);
  const { found } = search.run({ stopAt: 'end' });
  const world = new Uint32Array(search.model.width);
  const outcomes = new Set<string>(found.map(({ wrong }) => wrong));
  for (let number = 0; number < search.store.size; number++) {
    search.store.read(number, world);
    if (search.model.successors(world, () => undefined) === 'moving') continue;
    const views = search.model.viewsOf(world).map(({ state, call, peer }) => [state, call, peer === undefined ? undefined : configuration.devices[peer]!.self.device]);
    outcomes.add(alike.map(([one, other]) => swapped(views, configuration, one, other)).reduce((least, each) => (each < least ? each : least), JSON.stringify(views)));
  }
  return [...outcomes].toSorted();
}

function swapped(views: readonly unknown[], { devices }: Configuration, one: number, other: number): string {
  const places = views.map((_, at) => views[at === one ? other : at === other ? one : at]);
  return JSON.stringify(exchange(places, devices[one]!.self.device, devices[other]!.self.device));
}

/** The canonical form of worlds that were explored in full. */
class Keys {
  readonly #search: Search;
  readonly #models: readonly EconnDeviceModel[];
  readonly #devices = new Map<number, string>();
  readonly #inboxes = new Map<number, string>();

  constructor(search: Search) {
    this.#search = search;
    const configuration = { ...search.model.configuration, canonical: true };
    this.#models = configuration.devices.map((_, position) => new EconnDeviceModel(configuration, position, handle));
  }

  of(world: Uint32Array): string {
    const count = this.#models.length;
    const devices = this.#models.map((_, at) => this.#device(at, world[at]!));
    const inboxes = this.#models.map((_, at) => this.#inbox(world[count + at]!));
    return [...devices, ...inboxes, String(world[2 * count]!)].join('|');
  }

  #device(at: number, number: number): string {
    const known = this.#devices.get(number);
    if (known !== undefined) return known;
    const model = this.#models[at]!;
    const key = model.keyOf(model.rename(this.#search.model.devices.at(number).device as EconnDevice, '-', '-'));
    this.#devices.set(number, key);
    return key;
  }

  #inbox(number: number): string {
    const known = this.#inboxes.get(number);
    if (known !== undefined) return known;
    const { network, configuration } = this.#search.model;
    const packets = network.inboxes.at(number).map((packet) => network.packets.at(packet)).map((packet) => JSON.stringify({ ...packet, message: sorted(canonicalMessage(packet.message)) }));
    const key = (configuration.order === 'any' ? packets.toSorted() : packets).join();
    this.#inboxes.set(number, key);
    return key;
  }
}

function sorted(data: object): object {
  return Object.fromEntries(Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
