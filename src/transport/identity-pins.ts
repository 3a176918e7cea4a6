import { deviceKey, type Device } from '../base/device.ts';
import type { DirectoryEntry } from './key-directory.ts';
import type { Sodium } from './sodium.ts';

/** What the directory says of a user whom we know, and did not say before. */
export type IdentityChange =
  /** A device has another identity key than before: it was reinstalled, or somebody stands in between. */
  | { readonly type: 'identity-changed'; readonly device: Device; readonly previous: Uint8Array; readonly current: Uint8Array }
  /** A user has a device that was not there when we met: it was bought since, or the backend made it up to listen in. */
  | { readonly type: 'new-device'; readonly device: Device; readonly previous: undefined; readonly current: Uint8Array };

/**
 * The app's word on a change. Asked before anything under the new identity is delivered or sealed, and again
 * for each message until it accepts; one that throws has refused.
 */
export type IdentityPolicy = (change: IdentityChange) => 'accept' | 'refuse';

/** What an app keeps between starts: device and identity key, in a form fit for JSON. */
export type SavedPins = readonly (readonly [device: string, identityKey: readonly number[]])[];

type User = { readonly pins: Map<string, Uint8Array>; regard: 'stranger' | 'known' };

/** Beyond this, users who wrote to us and whom we never answered are forgotten first, those longest silent before others. */
const USERS_KEPT = 10_000;
/** Nobody has more; a directory that lists more is not believed. */
const DEVICES_KEPT = 64;

/**
 * Which identity keys the devices of every user have. All that the directory lists when we first meet a user
 * is believed; whatever changes or joins later is the policy's to decide.
 */
export class IdentityPins {
  #sodium: Sodium;
  #policy: IdentityPolicy;
  /** By folded name, the least recently used first. */
  #users = new Map<string, User>();

  constructor(sodium: Sodium, policy: IdentityPolicy, saved: SavedPins = []) {
    this.#sodium = sodium;
    this.#policy = policy;
    for (const [device, key] of saved) this.#use(userOf(device), 'known').pins.set(device, Uint8Array.from(key));
  }

  /** Whether any device of this user is pinned. */
  knows(user: string): boolean {
    return (this.#users.get(user.toLowerCase())?.pins.size ?? 0) > 0;
  }

  judge(device: Device, identityKey: Uint8Array): 'unknown' | 'same' | 'different' {
    const pinned = this.#users.get(device.user.toLowerCase())?.pins.get(deviceKey(device));
    if (pinned === undefined) return 'unknown';
    return pinned.length === identityKey.length && this.#sodium.memcmp(pinned, identityKey) ? 'same' : 'different';
  }

  /** The identity key that a device is believed to have; `undefined` for one we never met. */
  keyOf(device: Device): Uint8Array | undefined {
    return this.#users.get(device.user.toLowerCase())?.pins.get(deviceKey(device));
  }

  /** First contact: every listed device of a user of whom none is pinned. Does nothing for a user whom we know. */
  meet(user: string, listed: readonly DirectoryEntry[]): void {
    if (this.knows(user)) return;
    for (const { device, bundle } of listed) {
      if (bundle !== undefined && device.user.toLowerCase() === user.toLowerCase()) this.#pin(device, bundle.identityKey, 'stranger');
    }
  }

  /** Lets a key through that is pinned, pins the first of a user, and asks the policy about any other. */
  admit(device: Device, identityKey: Uint8Array, because: 'we-write' | 'they-write'): 'accepted' | IdentityChange['type'] {
    const change = this.#change(device, identityKey);
    const regard = because === 'we-write' || change !== undefined ? 'known' : 'stranger';
    if (change !== undefined && this.#ask(change) === 'refuse') return change.type;
    return this.#pin(device, identityKey, regard) ? 'accepted' : 'new-device';
  }

  /** The app's word, given unasked: this is that device's key. */
  trust(device: Device, identityKey: Uint8Array): void {
    this.#pin(device, identityKey, 'known');
  }

  save(): SavedPins {
    return [...this.#users.values()].flatMap(({ pins }) => [...pins].map(([device, key]) => [device, [...key]] as const));
  }

  #change(device: Device, current: Uint8Array): IdentityChange | undefined {
    const previous = this.#users.get(device.user.toLowerCase())?.pins.get(deviceKey(device));
    if (previous !== undefined) return this.judge(device, current) === 'same' ? undefined : { type: 'identity-changed', device, previous, current };
    return this.knows(device.user) ? { type: 'new-device', device, previous, current } : undefined;
  }

  #ask(change: IdentityChange): 'accept' | 'refuse' {
    try {
      return this.#policy(change) === 'accept' ? 'accept' : 'refuse';
    } catch {
      return 'refuse';
    }
  }

  #pin(device: Device, identityKey: Uint8Array, regard: User['regard']): boolean {
    const { pins } = this.#use(device.user.toLowerCase(), regard);
    const key = deviceKey(device);
    if (pins.size >= DEVICES_KEPT && !pins.has(key)) return false;
    pins.set(key, identityKey.slice());
    return true;
  }

  /** The user, who is now the most recently used one. To whom we once wrote stays known. */
  #use(name: string, regard: User['regard']): User {
    const user = this.#users.get(name) ?? { pins: new Map<string, Uint8Array>(), regard };
    if (regard === 'known') user.regard = regard;
    this.#users.delete(name);
    this.#users.set(name, user);
    if (this.#users.size > USERS_KEPT) this.#forgetOne(name);
    return user;
  }

  /** A flood of strangers drives out strangers: whoever could drive out a friend could take the friend's place. */
  #forgetOne(except: string): void {
    let longestSilent: string | undefined;
    for (const [name, { regard }] of this.#users) {
      if (name === except) continue;
      longestSilent ??= name;
      if (regard === 'known') continue;
      this.#users.delete(name);
      return;
    }
    if (longestSilent !== undefined) this.#users.delete(longestSilent);
  }
}

/** The folded user's name within what `deviceKey` made. */
function userOf(key: string): string {
  const colon = key.indexOf(':');
  return key.slice(colon + 1, colon + 1 + Number(key.slice(0, colon)));
}
