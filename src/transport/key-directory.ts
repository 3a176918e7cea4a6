import type { Device } from '../base/device.ts';
import type { KeyBundle } from './signed-prekey.ts';

/**
 * Says which devices users have, and their public keys. It is believed about both on first contact only; after
 * that {@link IdentityPins} decide, about keys that change as about devices that join.
 */
export interface KeyDirectory {
  /**
   * All devices of these users. Never rejects. A user without devices is no error: nothing is listed for it.
   */
  bundles(users: readonly string[], freshness: Freshness): Promise<DirectoryAnswer>;
}

/**
 * How old an answer may be. `fresh`: from the source itself, now. `recent`: a few seconds, because a stranger's
 * message caused the question and must not cause one to the source each time. `cached`: some minutes. `known`:
 * as old as it may be, since there is no time to ask.
 */
export type Freshness = 'known' | 'cached' | 'recent' | 'fresh';

export type DirectoryAnswer =
  | { readonly type: 'found'; readonly devices: readonly DirectoryEntry[] }
  | { readonly type: 'unavailable' };

export type DirectoryEntry = {
  readonly device: Device;
  /** Absent when the device has published none, or under a cipher that needs none. */
  readonly bundle?: KeyBundle;
};
