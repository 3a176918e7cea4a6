import type { Device } from '../base/device.ts';
import type { BackendTimeMs, DurationMs } from '../base/units.ts';

/**
 * Takes bytes to devices. Dumb, and trusted with nothing: it may lose, repeat, delay, reorder, read and
 * forge, because what it carries is sealed. It sees what a backend must: who writes to whom in which
 * conversation, and whether it should wake them.
 */
export interface Carrier {
  readonly self: Device;
  /** Whether its backend keeps last wills. One that does not would send them at once. */
  readonly keepsWills?: true;
  /** Never rejects. Dispatches leave in the order of the calls. */
  send(dispatch: Dispatch): Promise<CarrierResult>;
  /**
   * Exactly one listener; parcels in arrival order, those that came before it was set included. Once the
   * listener says that a parcel was dealt with, the backend may forget it.
   */
  onParcel(listener: ParcelListener): void;
  /**
   * The backend's clock as far as known; our own wall clock until it was learned. Never falls. What a backend
   * says of the time is believed within bounds: a day around our own wall clock.
   */
  backendNow(): BackendTimeMs;
  /** The network came back: whatever waits to connect again may try at once. */
  hurry?(): void;
  /** The machine's network changed: what is open goes over the old one, and is opened anew at once. */
  networkChanged?(): void;
  /** Something else went silent: a connection that does not prove within moments that it lives is opened anew. */
  check?(): void;
  /** Idempotent. Sends under way resolve as refused. */
  close(): Promise<void>;
}

/** `not-now`: it could not be judged; the backend should keep it and deliver it again at the next connection. */
export type ParcelListener = (parcel: Parcel) => Promise<'dealt-with' | 'not-now'>;

export type Dispatch = {
  readonly conversation: string;
  readonly parcels: readonly { readonly to: Device; readonly bytes: Uint8Array }[];
  /** Users every device of which should be among the parcels: the backend names those that are missing. */
  readonly complete: readonly string[];
  /** Devices that are left out on purpose. */
  readonly except: readonly Device[];
  readonly urgency: 'ring' | 'normal';
  readonly ringFor?: DurationMs;
  /** A last will: it goes out after this span, and not at all when its sender has connected anew by then. */
  readonly unlessBackWithin?: DurationMs;
};

export type CarrierResult =
  | { readonly type: 'taken'; readonly outcomes: readonly CarrierOutcome[]; readonly missing: readonly Device[] }
  | { readonly type: 'refused'; readonly because: 'offline' | 'rejected' | 'closed' | 'too-large' };

export type CarrierOutcome = { readonly device: Device; readonly outcome: 'delivered' | 'away' | 'gone' };

export type Parcel = {
  readonly conversation: string;
  /** As the backend says: a claim. */
  readonly from: Device;
  readonly bytes: Uint8Array;
};
