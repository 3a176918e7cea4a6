import type { Clock } from '../base/clock.ts';
import { sameDevice, type Device } from '../base/device.ts';
import type { Entropy } from '../base/entropy.ts';
import { systemClock } from '../base/system-clock.ts';
import { systemEntropy } from '../base/system-entropy.ts';
import type { BackendTimeMs, DurationMs } from '../base/units.ts';
import { CachedDirectory } from './cached-directory.ts';
import type { Carrier } from './carrier.ts';
import type { DeviceKeys } from './device-keys.ts';
import { IdentityPins, type IdentityPolicy } from './identity-pins.ts';
import { Inbox } from './inbox.ts';
import type { KeyDirectory } from './key-directory.ts';
import type { MessageCipher } from './message-cipher.ts';
import { Outbox } from './outbox.ts';
import type { BackendChannel, IncomingMessage, OutgoingMessage, SendResult } from './port.ts';
import type { Refusal, RefusalListener } from './refusal.ts';
import { ReplayWindow, type SavedReplayWindow } from './replay-window.ts';
import { readSavedChannel, readSavedWindow, type SavedChannel } from './saved-channel.ts';
import { SealedCipher } from './sealed-cipher.ts';

export type ChannelParts = {
  readonly carrier: Carrier;
  /** While it is only promised, messages wait. When the promise fails, sends are refused with `no-keys`. */
  readonly cipher: MessageCipher | Promise<MessageCipher>;
  readonly protection: BackendChannel['protection'];
  readonly directory: KeyDirectory;
  readonly clock?: Clock;
  readonly entropy?: Entropy;
  readonly seen?: SavedReplayWindow | undefined;
  readonly onRefused?: RefusalListener | undefined;
  /** Told once, when the channel is closed. */
  readonly onClose?: (() => void) | undefined;
};

/** A channel over any carrier, with any cipher. It owns both: closing it closes them. */
export function channelOver(parts: ChannelParts): SealedChannel {
  return new SealedChannel({ ...parts, seen: readSavedWindow(parts.seen) });
}

export type SealedChannelOptions = {
  readonly self: Device;
  /** Owned from here on and wiped on close; `keys.save()` first to use them again. May still be in the making. */
  readonly keys: DeviceKeys | Promise<DeviceKeys>;
  readonly carrier: Carrier;
  readonly directory: KeyDirectory;
  readonly clock?: Clock;
  readonly entropy?: Entropy;
  /** What {@link SealedChannel.save} gave at the last stop. */
  readonly saved?: SavedChannel | undefined;
  /**
   * Asked when a known device shows another key, and when a known user shows another device. Default: both are
   * refused until the app says otherwise, here or with {@link SealedChannel.trust}.
   */
  readonly onIdentityChange?: IdentityPolicy | undefined;
  readonly onRefused?: RefusalListener | undefined;
  /** Told once, when the channel is closed. */
  readonly onClose?: (() => void) | undefined;
};

/** callcore's own end-to-end encryption over a carrier. Throws {@link SavedChannelError} when `saved` is damaged. */
export function openSealedChannel(options: SealedChannelOptions): SealedChannel {
  const clock = options.clock ?? systemClock;
  const entropy = options.entropy ?? systemEntropy;
  const { self, carrier, onRefused, onClose } = options;
  const saved = readSavedChannel(options.saved);
  const directory = new CachedDirectory(options.directory, clock);
  let pins: IdentityPins | undefined;
  let own: Uint8Array | undefined;
  const trusted: Parameters<IdentityPins['trust']>[] = [];
  const cipher = Promise.resolve(options.keys).then((keys) => {
    pins = new IdentityPins(keys.sodium, options.onIdentityChange ?? (() => 'refuse'), saved?.pins);
    own = keys.identityKey;
    for (const [device, identityKey] of trusted) pins.trust(device, identityKey);
    return new SealedCipher({ self, keys, directory, pins, entropy });
  });
  return new SealedChannel({ carrier, cipher, protection: 'sealed', directory, clock, entropy, seen: saved?.seen, onRefused, onClose }, {
    save: () => pins?.save() ?? saved?.pins ?? [],
    trust: (device, identityKey) => {
      // Or the policy would be asked about the key that was there before.
      directory.forget(device.user);
      if (pins === undefined) trusted.push([device, identityKey]);
      else pins.trust(device, identityKey);
    },
    keyOf: (device) => (sameDevice(device, self) ? own : pins?.keyOf(device)),
  });
}

type PinKeeper = Pick<IdentityPins, 'save' | 'trust' | 'keyOf'>;

const NO_PINS: PinKeeper = { save: () => [], trust: () => undefined, keyOf: () => undefined };

/** A hostile carrier made into a {@link BackendChannel}. Made by {@link channelOver} and {@link openSealedChannel}. */
export class SealedChannel implements BackendChannel {
  readonly self: Device;
  readonly protection: BackendChannel['protection'];
  #carrier: Carrier;
  #cipher: Promise<MessageCipher | 'none'>;
  #outbox: Outbox;
  #inbox: Inbox;
  #seen: ReplayWindow;
  #pins: PinKeeper;
  #onClose: (() => void) | undefined;
  #onRefused: RefusalListener | undefined;
  #listener: ((message: IncomingMessage) => void) | undefined;
  #early: IncomingMessage[] = [];
  #refusals = new Map<Refusal, number>();
  #underWay = new Set<(result: SendResult) => void>();
  #closed: Promise<void> | undefined;

  /** @internal */
  constructor(parts: ChannelParts, pins: PinKeeper = NO_PINS) {
    const { carrier, directory, clock = systemClock, entropy = systemEntropy } = parts;
    this.self = carrier.self;
    this.protection = parts.protection;
    this.#carrier = carrier;
    this.#pins = pins;
    this.#onRefused = parts.onRefused;
    this.#onClose = parts.onClose;
    this.#seen = new ReplayWindow(parts.seen);
    const cipher = Promise.resolve(parts.cipher).catch(() => 'none' as const);
    this.#cipher = cipher;
    this.#outbox = new Outbox({ carrier, cipher, directory, clock, entropy });
    this.#inbox = new Inbox({
      cipher,
      clock,
      seen: this.#seen,
      backendNow: () => carrier.backendNow(),
      deliver: (message) => this.#deliver(message),
      refuse: (because, problem) => this.#refuse(because, problem),
      lackedKey: (reference, claimant) => void this.#outbox.sendAgain(reference, claimant).catch(ignore),
      reply: ({ conversation, from }, bytes) => void this.#outbox.reply(conversation, from, bytes).catch(ignore),
    });
    carrier.onParcel((parcel) => this.#inbox.take(parcel));
  }

  /** How many parcels were refused, by reason. */
  get refusals(): ReadonlyMap<Refusal, number> {
    return this.#refusals;
  }

  send(message: OutgoingMessage): Promise<SendResult> {
    if (this.#closed !== undefined) return Promise.resolve(CLOSED);
    return new Promise((resolve) => {
      this.#underWay.add(resolve);
      const settle = (result: SendResult): void => {
        this.#underWay.delete(resolve);
        resolve(result);
      };
      this.#outbox.send(message).then(settle, () => settle(UNSEALED));
    });
  }

  sendWill(message: OutgoingMessage, unlessBackWithin: DurationMs): void {
    if (this.#closed === undefined && this.#carrier.keepsWills === true) void this.#outbox.send(message, unlessBackWithin).catch(ignore);
  }

  onMessage(listener: (message: IncomingMessage) => void): void {
    if (this.#listener !== undefined) throw new SecondListenerError();
    this.#listener = listener;
    for (const message of this.#early.splice(0)) {
      try {
        listener(message);
      } catch (problem) {
        this.#refuse('app-failed', problem);
      }
    }
  }

  backendNow(): BackendTimeMs {
    return this.#carrier.backendNow();
  }

  /** The network came back: a connection that waits to be made again is tried at once. */
  hurry(): void {
    this.#carrier.hurry?.();
  }

  networkChanged(): void {
    this.#carrier.networkChanged?.();
  }

  check(): void {
    this.#carrier.check?.();
  }

  /** What to pass as `saved` at the next start. */
  save(): SavedChannel {
    return { pins: this.#pins.save(), seen: this.#seen.save() };
  }

  /**
   * From now on this is that device's identity key: for a device that was refused as new or changed, once its
   * user has vouched for it. Pass what the policy was shown: `trust(change.device, change.current)`. A channel
   * whose cipher is the app's own keeps no pins, and this does nothing.
   */
  trust(device: Device, identityKey: Uint8Array): void {
    this.#pins.trust(device, identityKey);
  }

  identityOf(device: Device): string | undefined {
    const key = this.#pins.keyOf(device);
    return key === undefined ? undefined : Array.from(key, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#onClose?.();
    this.#outbox.close();
    this.#inbox.close();
    for (const resolve of this.#underWay) resolve(CLOSED);
    this.#underWay.clear();
    // A cipher still in the making is wiped when it is made: closing does not wait for it.
    void this.#cipher.then((cipher) => (cipher === 'none' ? undefined : cipher.close()));
    await this.#carrier.close();
  }

  #deliver(message: IncomingMessage): void {
    if (this.#listener === undefined) this.#early.push(message);
    else this.#listener(message);
  }

  #refuse(because: Refusal, problem?: unknown): void {
    this.#refusals.set(because, (this.#refusals.get(because) ?? 0) + 1);
    try {
      this.#onRefused?.(because, problem);
    } catch {
      // There is nobody left to tell.
    }
  }
}

/** A channel was given a second listener. */
export class SecondListenerError extends Error {
  override readonly name = 'SecondListenerError' as const;

  constructor() {
    super('this channel already has its listener: one channel serves one engine; open another channel, or fan out in your listener');
  }
}

const CLOSED: SendResult = { type: 'refused', because: 'closed' };
/** A cipher or carrier of the app's broke its promise and rejected. */
const UNSEALED: SendResult = { type: 'refused', because: 'no-keys' };

function ignore(): void {}
