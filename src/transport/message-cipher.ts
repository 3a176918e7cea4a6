import type { Parcel } from './carrier.ts';
import type { DirectoryEntry } from './key-directory.ts';
import type { Letter } from './letter.ts';
import type { BackendChannel } from './port.ts';
import type { Refusal } from './refusal.ts';
import type { BackendTimeMs } from '../base/units.ts';

/**
 * Turns letters into bytes that only one device can read, and back. `SealedCipher` is callcore's own; an app
 * with Signal or MLS sessions implements this over them.
 */
export interface MessageCipher {
  readonly protection: BackendChannel['protection'];
  /**
   * Seals for one device. Called in the order in which messages must arrive, and must allot whatever may be
   * used only once (nonces, ratchet steps) before it first awaits. Never rejects.
   */
  seal(letter: Letter, to: DirectoryEntry, now: BackendTimeMs): Promise<Sealing>;
  /** Total: hostile bytes give a refusal. Never rejects, and reports nobody as `from` it cannot prove. */
  open(parcel: Parcel): Promise<Opening>;
  /** Wipes its secrets. Idempotent. */
  close(): void;
}

export type Sealing =
  /** `reference` is how a notice from the recipient would name these bytes. */
  | { readonly type: 'sealed'; readonly bytes: Uint8Array; readonly reference?: Uint8Array }
  /** The app has not accepted this device (`new-device`) or this key of it (`identity-changed`: a newer look-up may list the one it has). */
  | { readonly type: 'unsealed'; readonly because: 'no-usable-key' | 'identity-changed' | 'new-device' | 'too-large' };

export type Opening =
  /** The parcel's `from` is proved. */
  | { readonly type: 'opened'; readonly letter: Letter }
  /** The recipient of an envelope of ours may have no key for it. Not authenticated. */
  | { readonly type: 'notice'; readonly reference: Uint8Array }
  /** `reply`: what may be sent back so that the sender looks for newer keys. */
  | { readonly type: 'refused'; readonly because: Refusal; readonly reply?: Uint8Array };
