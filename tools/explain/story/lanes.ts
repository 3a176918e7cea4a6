import { deviceKey, sameId, type Device } from '../../../src/base/device.ts';
import type { Audience, OfferId } from '../../../src/econn/index.ts';
import { econnOf, type TraceBundle } from '../../../src/trace/index.ts';

/** One vertical line of the diagram. */
export type Lane = {
  readonly index: number;
  readonly name: string;
  /** What its offers are called after: `a1` in `a1.2`. */
  readonly short: string;
  /** False for a device that only shows in what others hear and say. */
  readonly traced: boolean;
  readonly self: Device | undefined;
};

/** Who is in the diagram, by device. */
export class Lanes {
  readonly all: readonly Lane[];
  readonly #byDevice = new Map<string, Lane>();
  readonly #lives: ReadonlyMap<string, readonly string[]>;

  constructor(bundle: TraceBundle) {
    const traced = bundle.devices.map(({ name, parts }) => ({ name, self: parts[0] === undefined ? undefined : econnOf(parts[0].initial).memory.self, traced: parts.length > 0 }));
    const strangers = strangersIn(bundle, traced.flatMap(({ self }) => self ?? []));
    // A device without an engine of ours is in the bundle by its name alone.
    const named = traced.map((lane) => ({ ...lane, self: lane.self ?? strangers.find(({ device }) => device === lane.name) }));
    const known = new Set(named.flatMap(({ self }) => (self === undefined ? [] : [deviceKey(self)])));
    const others = strangers.filter((device) => !known.has(deviceKey(device))).slice(0, MOST_STRANGERS);
    const lanes = [...named, ...others.map((self, at) => ({ name: isToken(self) ? `other device${at === 0 ? '' : ` ${String(at + 1)}`}` : `${self.user}/${self.device}`, self, traced: false }))];
    const shorts = lanes.map(({ name }) => name.split('/').at(-1) ?? name);
    this.all = lanes.map((lane, index) => ({ ...lane, index, short: shorts.filter((short) => short === shorts[index]).length === 1 ? shorts[index]! : lane.name }));
    for (const lane of this.all) if (lane.self !== undefined && !this.#byDevice.has(deviceKey(lane.self))) this.#byDevice.set(deviceKey(lane.self), lane);
    this.#lives = livesIn(bundle);
  }

  of(device: Device): Lane | undefined {
    return this.#byDevice.get(deviceKey(device));
  }

  /** Who was meant, of those in the diagram. */
  addressed(to: Audience, sender: Lane): readonly Lane[] {
    return this.all.filter((lane) => {
      const { self } = lane;
      if (lane === sender || self === undefined) return false;
      if (to.type === 'devices') return to.devices.some((device) => deviceKey(device) === deviceKey(self));
      return to.users.some((user) => sameId(user, self.user)) && !to.except.some((device) => deviceKey(device) === deviceKey(self));
    });
  }

  deviceInWords(device: Device): string {
    return this.of(device)?.short ?? device.device;
  }

  /** `a1.2`: the second offer of a1; `a1′.1`: the first of its second life. */
  offerInWords(offer: OfferId): string {
    const name = this.deviceInWords(offer);
    if (offer.incarnation.startsWith('~')) return `${name}${offer.incarnation}`;
    const life = this.#lives.get(deviceKey(offer))?.indexOf(offer.incarnation) ?? 0;
    return `${name}${'′'.repeat(Math.max(0, life))}.${String(offer.counter)}`;
  }
}

const MOST_STRANGERS = 6;

/** Devices that are heard or addressed and have no trace here. */
function strangersIn({ devices }: TraceBundle, traced: readonly Device[]): readonly Device[] {
  const found = new Map<string, Device>();
  const known = new Set(traced.map(deviceKey));
  for (const { parts } of devices) {
    for (const { entries } of parts) {
      for (const { input } of entries) {
        const met = input.type === 'receive' ? [input.from] : input.type === 'settled' ? input.devices : [];
        for (const device of met) if (!known.has(deviceKey(device))) found.set(deviceKey(device), device);
      }
    }
  }
  return [...found.values()];
}

/** The incarnations of each device's offers, first life first. */
function livesIn({ devices }: TraceBundle): ReadonlyMap<string, readonly string[]> {
  const lives = new Map<string, Set<string>>();
  const note = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('incarnation' in value && typeof value.incarnation === 'string' && 'user' in value && 'device' in value && typeof value.user === 'string' && typeof value.device === 'string') {
      const key = deviceKey({ user: value.user, device: value.device });
      lives.set(key, (lives.get(key) ?? new Set()).add(value.incarnation));
    }
    for (const inner of Object.values(value)) note(inner);
  };
  for (const { parts } of devices) for (const { entries } of parts) for (const { input } of entries) note(input);
  for (const { parts } of devices) {
    for (const { initial } of parts) {
      const { self, ledger } = econnOf(initial).memory;
      lives.set(deviceKey(self), (lives.get(deviceKey(self)) ?? new Set()).add(ledger.own.incarnation));
    }
  }
  return new Map([...lives].map(([key, found]) => [key, [...found].sort()]));
}

function isToken({ user, device }: Device): boolean {
  return /^id\d+$/u.test(user) && /^id\d+$/u.test(device);
}
