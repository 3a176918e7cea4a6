import { deviceKey, type Device } from '../base/device.ts';
import type { Sodium } from './sodium.ts';

/** A device shows up with another identity key than before: it was reinstalled, or somebody stands in between. */
export type IdentityChange = { readonly device: Device; readonly previous: Uint8Array; readonly current: Uint8Array };

/** The app's word on a changed identity. Asked before anything under the new identity is delivered or sealed. */
export type IdentityPolicy = (change: IdentityChange) => 'accept' | 'refuse';

/** What an app keeps between starts: device and identity key, in a form fit for JSON. */
export type SavedPins = readonly (readonly [device: string, identityKey: readonly number[]])[];

/** Which identity key every device was first seen with, or was last accepted with. */
export class IdentityPins {
  #sodium: Sodium;
  #policy: IdentityPolicy;
  #pins: Map<string, Uint8Array>;

  constructor(sodium: Sodium, policy: IdentityPolicy, saved: SavedPins = []) {
    this.#sodium = sodium;
    this.#policy = policy;
    this.#pins = new Map(saved.map(([device, key]) => [device, Uint8Array.from(key)]));
  }

  judge(device: Device, identityKey: Uint8Array): 'unknown' | 'same' | 'different' {
    const pinned = this.#pins.get(deviceKey(device));
    if (pinned === undefined) return 'unknown';
    return pinned.length === identityKey.length && this.#sodium.memcmp(pinned, identityKey) ? 'same' : 'different';
  }

  /** Pins a key on first use; asks the policy when it differs from the pinned one. */
  admit(device: Device, identityKey: Uint8Array): 'accepted' | 'refused' {
    const key = deviceKey(device);
    const previous = this.#pins.get(key);
    const asked = previous !== undefined && this.judge(device, identityKey) === 'different';
    if (asked && this.#policy({ device, previous, current: identityKey }) === 'refuse') return 'refused';
    this.#pins.set(key, identityKey.slice());
    return 'accepted';
  }

  save(): SavedPins {
    return [...this.#pins].map(([device, key]) => [device, [...key]] as const);
  }
}
