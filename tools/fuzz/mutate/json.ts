import type { SeededEntropy } from '../../../src/base/seeded-entropy.ts';
import type { Mutator } from '../target.ts';
import { spoilBytes } from './bytes.ts';

/** Spoils values inside a JSON text, keeping it one; one time in four its bytes instead. */
export const spoilJson: Mutator = (input, other, dice, longest) => {
  const root = dice.below(4) === 0 ? undefined : parsed(input);
  if (root === undefined) return spoilBytes(input, other, dice, longest);
  const holder = { root };
  for (let times = 1 + dice.below(3); times > 0; times--) once(holder, () => parsed(other), dice);
  const bytes = new TextEncoder().encode(JSON.stringify(holder.root) ?? 'null');
  return bytes.length > longest ? bytes.subarray(0, longest) : bytes;
};

type Place = { readonly holder: Record<string, unknown>; readonly key: string };

function once(top: { root: unknown }, other: () => unknown, dice: SeededEntropy): void {
  const places = placesIn(top);
  const { holder, key } = places[dice.below(places.length)]!;
  switch (dice.below(9)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else if (holder !== top) Reflect.deleteProperty(holder, key);
      return;
    case 1: {
      const from = placesIn({ other: other() });
      const taken = from[dice.below(from.length)]!;
      return put(holder, key, structuredClone(taken.holder[taken.key]));
    }
    case 2: {
      const taken = places[dice.below(places.length)]!;
      return put(holder, key, structuredClone(taken.holder[taken.key]));
    }
    case 3:
      if (Array.isArray(holder)) holder.splice(Number(key), 0, structuredClone(holder[Number(key)]));
      else put(holder, KEYS[dice.below(KEYS.length)]!, VALUES[dice.below(VALUES.length)]!());
      return;
    case 4:
      return put(holder, key, spoilt(holder[key], dice));
    case 5:
      return put(holder, key, [holder[key]]);
    default:
      return put(holder, key, VALUES[dice.below(VALUES.length)]!());
  }
}

function spoilt(value: unknown, dice: SeededEntropy): unknown {
  if (typeof value === 'number') return value + [1, -1, 0.5, 2 ** 31, -(2 ** 53), Number.NaN][dice.below(6)]!;
  if (typeof value === 'boolean') return !value;
  if (typeof value !== 'string') return value;
  const at = dice.below(value.length + 1);
  switch (dice.below(4)) {
    case 0:
      return value.slice(0, at);
    case 1:
      return value.slice(0, at) + String.fromCharCode(dice.below(dice.below(3) === 0 ? 0x1_0000 : 0x80)) + value.slice(at + 1);
    case 2:
      return value.slice(0, at) + value.slice(at, at + 8).repeat(1 + dice.below(200)) + value.slice(at);
    default:
      return value.toUpperCase() === value ? value.toLowerCase() : value.toUpperCase();
  }
}

/** As JSON.parse would, also for `__proto__`. */
function put(holder: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function placesIn(top: Record<string, unknown>): Place[] {
  const places: Place[] = [];
  const walk = (holder: Record<string, unknown>): void => {
    for (const [key, value] of Object.entries(holder)) {
      places.push({ holder, key });
      if (typeof value === 'object' && value !== null && places.length < 2_000) walk(value as Record<string, unknown>);
    }
  };
  walk(top);
  return places;
}

function parsed(input: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(input));
  } catch {
    return undefined;
  }
}

const KEYS = ['__proto__', 'constructor', 'toString', 'then', 'length', 'type', 'call', 'version', ''];
const VALUES: readonly (() => unknown)[] = [
  () => null, () => true, () => false, () => 0, () => -1, () => 1, () => 2 ** 53, () => 1e308, () => 0.5, () => '', () => 'x', () => '__proto__', () => [], () => ({}),
  () => [[[[[[[[[[1]]]]]]]]]], () => JSON.parse('{"__proto__":{"polluted":true}}') as unknown, () => ({ constructor: { prototype: { polluted: true } } }),
  () => '\u0000', () => '\ud800', () => 'é'.repeat(300), () => Array.from({ length: 300 }, () => 0),
];
