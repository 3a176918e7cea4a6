import type { Device } from '../base/device.ts';
import type { BackendTimeMs, DurationMs } from '../base/units.ts';

/**
 * An end-to-end encrypted road between the devices of conversations: what the engine sends SETUP, CANCEL,
 * UPDATE and REJECT over.
 *
 * It may lose, repeat, delay and reorder. It must not forge: `from` is authenticated by the implementation.
 * `SealedChannel` makes one out of any carrier; an app that has encrypted sessions of its own implements this
 * interface over them. `channelConformance` is the test suite an implementation must pass.
 */
export interface BackendChannel {
  /** The device that this channel speaks for. */
  readonly self: Device;
  /**
   * Sends to every addressed device except this one. Messages to one device leave in the order of the calls.
   * Never rejects: what can go wrong is in the result. Resolves when the backend has taken the message, not
   * when a peer has read it.
   */
  send(message: OutgoingMessage): Promise<SendResult>;
  /**
   * Leaves a message with the backend, which sends it when this device has not connected anew after that span:
   * the last will of a page that goes away and may come back. Never waits for anything but the network. Absent
   * where the backend keeps no wills; then nothing is said.
   */
  sendWill?(message: OutgoingMessage, unlessBackWithin: DurationMs): void;
  /** Exactly one listener; messages in arrival order. A message that arrives before is kept. */
  onMessage(listener: (message: IncomingMessage) => void): void;
  /** The backend's clock as far as known; our own wall clock until it was learned. */
  backendNow(): BackendTimeMs;
  /**
   * The long-term public key of a device, as text that every device writes alike: ours, or of one that we have
   * exchanged messages with. Channels without such keys have no short authentication string.
   */
  identityOf?(device: Device): string | undefined;
  /** What is known of how messages are protected; shown to people as `call.security.signalling`. */
  readonly protection: 'sealed' | 'app' | 'plaintext';
  /** The machine's network changed: what is open goes over the old one, and is opened anew at once. */
  networkChanged?(): void;
  /** Something else went silent: a connection that does not prove within moments that it lives is opened anew. */
  check?(): void;
  /** Idempotent. Sends under way resolve as refused. */
  close(): Promise<void>;
}

export type OutgoingMessage = {
  readonly conversation: string;
  readonly to: Audience;
  /** One encoded ECONN message, at most 32,000 bytes of UTF-8. */
  readonly text: string;
  /** `ring` wakes sleeping devices. */
  readonly urgency: 'ring' | 'normal';
  /** After this span the backend need not deliver it as a ring any more (it becomes a missed call). */
  readonly ringFor?: DurationMs;
};

/** Who is addressed. Never includes the sending device itself. */
export type Audience =
  | { readonly type: 'users'; readonly users: readonly string[]; readonly except: readonly Device[] }
  | { readonly type: 'devices'; readonly devices: readonly Device[] };

export type SendResult =
  /** The backend took it. One outcome for each addressed device. */
  | { readonly type: 'taken'; readonly outcomes: readonly DeviceOutcome[] }
  /** Nobody got it. */
  | { readonly type: 'refused'; readonly because: RefusalReason };

export type RefusalReason = 'offline' | 'rejected' | 'closed' | 'too-large' | 'no-keys';

export type DeviceOutcome = {
  readonly device: Device;
  /**
   * `away`: kept for it by the backend. `gone`: no such device any more. `stale-prekey`: it must come online
   * before anything can be sealed for it. `untrusted`: it is new or has another key, and the app has not accepted it.
   */
  readonly outcome: 'delivered' | 'away' | 'gone' | 'stale-prekey' | 'untrusted';
};

export type IncomingMessage = {
  readonly conversation: string;
  /** Authenticated. */
  readonly from: Device;
  readonly text: string;
  /** How long ago it was sent, by the backend's clock, in milliseconds; clamped to at least 0. */
  readonly age: DurationMs;
};
