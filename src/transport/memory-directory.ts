import { deviceKey, sameDevice, sameId, type Device } from '../base/device.ts';
import type { DirectoryAnswer, DirectoryEntry, Freshness, KeyDirectory } from './key-directory.ts';
import type { KeyBundle } from './signed-prekey.ts';

/** A directory within this process. */
export class MemoryDirectory implements KeyDirectory {
  #entries = new Map<string, DirectoryEntry>();
  #reachable = true;

  /** Adds a device or replaces what was published for it. */
  publish(device: Device, bundle?: KeyBundle): void {
    this.#entries.set(deviceKey(device), bundle === undefined ? { device } : { device, bundle });
  }

  remove(device: Device): void {
    this.#entries.delete(deviceKey(device));
  }

  /** Makes every look-up `unavailable` until it is called with true. */
  setReachable(reachable: boolean): void {
    this.#reachable = reachable;
  }

  has(device: Device): boolean {
    return this.#entries.has(deviceKey(device));
  }

  devicesOf(user: string, except: readonly Device[] = []): readonly Device[] {
    return this.#list([user])
      .map((entry) => entry.device)
      .filter((device) => !except.some((other) => sameDevice(other, device)));
  }

  bundles(users: readonly string[], _freshness: Freshness): Promise<DirectoryAnswer> {
    return Promise.resolve(this.#reachable ? { type: 'found', devices: this.#list(users) } : { type: 'unavailable' });
  }

  #list(users: readonly string[]): readonly DirectoryEntry[] {
    return [...this.#entries.values()].filter((entry) => users.some((user) => sameId(user, entry.device.user)));
  }
}
