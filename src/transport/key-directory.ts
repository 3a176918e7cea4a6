import type { Device } from '../base/device.ts';
import type { KeyBundle } from './signed-prekey.ts';

/**
 * Says which devices users have, and their public keys. It is believed about which devices exist and, on
 * first contact only, about their identity keys; after that {@link IdentityPins} decide.
 */
export interface KeyDirectory {
  /**
   * All devices of these users. `fresh` asks the source itself; `cached` may answer from memory. Never
   * rejects. A user without devices is no error: nothing is listed for it.
   */
  bundles(users: readonly string[], freshness: 'cached' | 'fresh'): Promise<DirectoryAnswer>;
}

export type DirectoryAnswer =
  | { readonly type: 'found'; readonly devices: readonly DirectoryEntry[] }
  | { readonly type: 'unavailable' };

export type DirectoryEntry = {
  readonly device: Device;
  /** Absent when the device has published none, or under a cipher that needs none. */
  readonly bundle?: KeyBundle;
};
