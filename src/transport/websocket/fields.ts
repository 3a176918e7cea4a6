import type { Device } from '../../base/device.ts';
import { backendTime } from '../../base/units.ts';
import type { DirectoryEntry } from '../key-directory.ts';
import type { KeyBundle } from '../signed-prekey.ts';
import { fromBase64, toBase64 } from './base64.ts';

/** An object of parsed JSON, nothing of which is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** The object that a text holds. Total. */
export function parseFields(text: unknown): Fields | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    return asFields(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** A name of a user, device, conversation or request: any text of 1 to 256 characters. */
export function asName(value: unknown): string | undefined {
  return typeof value === 'string' && value.length > 0 && value.length <= 256 ? value : undefined;
}

/** A whole number from 0 to 2^53 − 1. */
export function asCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** At most `limit` things, each of which `read` understands; otherwise `undefined`. */
export function asList<Thing>(value: unknown, limit: number, read: (one: unknown) => Thing | undefined): readonly Thing[] | undefined {
  if (!Array.isArray(value) || value.length > limit) return undefined;
  const things: Thing[] = [];
  for (const one of value) {
    const thing = read(one);
    if (thing === undefined) return undefined;
    things.push(thing);
  }
  return things;
}

export function asDevice(value: unknown): Device | undefined {
  const fields = asFields(value);
  const user = asName(fields?.['user']);
  const device = asName(fields?.['device']);
  return user === undefined || device === undefined ? undefined : { user, device };
}

export function asBundle(value: unknown): KeyBundle | undefined {
  const fields = asFields(value);
  const identityKey = fromBase64(fields?.['identityKey'], 32);
  const publicKey = fromBase64(fields?.['prekey'], 32);
  const signature = fromBase64(fields?.['signature'], 64);
  const validFrom = asCount(fields?.['validFrom']);
  const validUntil = asCount(fields?.['validUntil']);
  if (identityKey === undefined || publicKey === undefined || signature === undefined) return undefined;
  if (validFrom === undefined || validUntil === undefined) return undefined;
  return { identityKey, prekey: { publicKey, signature, validFrom: backendTime(validFrom), validUntil: backendTime(validUntil) } };
}

export function asEntry(value: unknown): DirectoryEntry | undefined {
  const fields = asFields(value);
  const device = asDevice(fields?.['device']);
  if (fields === undefined || device === undefined) return undefined;
  if (fields['bundle'] === undefined) return { device };
  const bundle = asBundle(fields['bundle']);
  return bundle === undefined ? undefined : { device, bundle };
}

/** A bundle as JSON has it. */
export function bundleFields({ identityKey, prekey }: KeyBundle): Fields {
  const { validFrom, validUntil } = prekey;
  return { identityKey: toBase64(identityKey), prekey: toBase64(prekey.publicKey), signature: toBase64(prekey.signature), validFrom, validUntil };
}

export function entryFields({ device, bundle }: DirectoryEntry): Fields {
  return bundle === undefined ? { device } : { device, bundle: bundleFields(bundle) };
}
