import type { Device } from '../../../src/base/device.ts';
import type { Message, OfferId, Props } from '../../../src/econn/index.ts';
import type { Lanes } from '../story/lanes.ts';
import { messageInWords, propsInWords } from '../story/words.ts';

/** A value of a state, in as few words as say it. */
export function valueInWords(value: unknown, lanes: Lanes): string {
  if (value === undefined) return '—';
  if (typeof value === 'string' && value.startsWith('v=0')) return `a description of ${String(value.length)} letters`;
  if (typeof value === 'string') return value.length > 80 ? `${value.slice(0, 60)}… (${String(value.length)} letters)` : value === '' ? '“”' : value;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map((entry: unknown) => valueInWords(entry, lanes)).join(', ');
  if ('sessid' in value) return messageInWords(value as unknown as Message, lanes);
  if ('incarnation' in value && 'user' in value) return lanes.offerInWords(value as unknown as OfferId);
  if ('incarnation' in value && 'counter' in value) return `up to ${String(value.counter)}`;
  if ('device' in value && 'user' in value) return lanes.deviceInWords(value as Device);
  if ('muted' in value && 'video' in value) return propsInWords(value as Props);
  const fields = Object.entries(value).map(([name, inner]) => `${name} ${valueInWords(inner, lanes)}`).join(', ');
  return fields.length > 70 ? `${fields.slice(0, 60)}…` : fields;
}

/** Where in a state: without what is the same for all. */
export function pathInWords(path: readonly string[]): string {
  const short = path.filter((name, at) => !(at < 2 && (name === 'econn' || name === 'memory')));
  return short.join('.');
}

/** JSON to look at, long texts cut. */
export function prettyJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'string' && inner.length > 240 ? `${inner.slice(0, 200)}… (${String(inner.length)} letters)` : inner), 2);
}
