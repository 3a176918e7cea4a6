import type { Clock, StopTimer } from '../../base/clock.ts';
import { deviceKey, type Device } from '../../base/device.ts';
import type { Entropy } from '../../base/entropy.ts';
import { SeededEntropy } from '../../base/seeded-entropy.ts';
import { systemClock } from '../../base/system-clock.ts';
import { systemEntropy } from '../../base/system-entropy.ts';
import { createDeviceKeys, type DeviceKeys } from '../device-keys.ts';
import type { IdentityPolicy } from '../identity-pins.ts';
import { MemoryDirectory } from '../memory-directory.ts';
import { PlaintextCipher } from '../plaintext-cipher.ts';
import type { RefusalListener } from '../refusal.ts';
import type { SavedChannel } from '../saved-channel.ts';
import { channelOver, openSealedChannel, type SealedChannel } from '../sealed-channel.ts';
import type { Dispatch, Parcel } from '../carrier.ts';
import { LoopbackCarrier } from './loopback-carrier.ts';
import { LoopbackLine } from './loopback-line.ts';
import { CALM, type Weather } from './weather.ts';

export type LoopbackOptions = {
  readonly clock?: Clock;
  /** Randomness of keys and message ids. */
  readonly entropy?: Entropy;
  readonly weather?: Weather;
  /** Of the weather's dice. */
  readonly seed?: number;
  /** The weather's dice themselves, to be shared with others. */
  readonly dice?: SeededEntropy;
  /** Default: sealed. */
  readonly cipher?: 'sealed' | 'plaintext';
};

export type LoopbackChannelOptions = {
  readonly keys?: DeviceKeys;
  readonly saved?: SavedChannel;
  readonly onIdentityChange?: IdentityPolicy;
  readonly onRefused?: RefusalListener;
};

/**
 * A whole backend in this process: directory, mailboxes, and weather on every way. With a `VirtualTime` and a
 * seed, every run is the same run.
 */
export class LoopbackHub {
  readonly directory = new MemoryDirectory();
  readonly clock: Clock;
  #entropy: Entropy;
  #cipher: 'sealed' | 'plaintext';
  #chance: SeededEntropy;
  #weather: Weather;
  /** Last wills by their sender. */
  #wills = new Map<string, StopTimer[]>();
  #lines = new Map<string, LoopbackLine>();
  #taps: ((parcel: Parcel, to: Device) => void)[] = [];

  constructor({ clock = systemClock, entropy = systemEntropy, weather = CALM, seed = 1, dice = new SeededEntropy(seed), cipher = 'sealed' }: LoopbackOptions = {}) {
    this.clock = clock;
    this.#entropy = entropy;
    this.#weather = weather;
    this.#cipher = cipher;
    this.#chance = dice;
  }

  /** A channel for a device, registered with new keys unless some are given. A second one for the same device takes the first one's place. */
  async channel(self: Device, options: LoopbackChannelOptions = {}): Promise<SealedChannel> {
    const { clock } = this;
    const entropy = this.#entropy;
    const parts = { directory: this.directory, clock, entropy, onRefused: options.onRefused };
    if (this.#cipher === 'plaintext') {
      this.directory.publish(self);
      return channelOver({ ...parts, carrier: this.carrier(self), cipher: new PlaintextCipher(), protection: 'plaintext', seen: options.saved?.seen });
    }
    const keys = options.keys ?? (await createDeviceKeys({ clock, entropy }));
    this.directory.publish(self, keys.bundle);
    return openSealedChannel({ ...parts, self, keys, carrier: this.carrier(self), saved: options.saved, onIdentityChange: options.onIdentityChange });
  }

  /** The bare carrier of a device: for a channel of one's own making, or for an attacker. */
  carrier(self: Device): LoopbackCarrier {
    const line = this.#line(self);
    return new LoopbackCarrier(self, this, line);
  }

  setWeather(weather: Weather): void {
    this.#weather = weather;
  }

  /** Cuts a device off: it cannot send, and what is for it waits in its mailbox until {@link heal}. */
  partition(device: Device): void {
    this.#line(device).partition(true);
  }

  heal(device: Device): void {
    this.#line(device).partition(false);
  }

  /** The device is no more: unlisted, and `gone` to whoever sends to it. */
  remove(device: Device): void {
    this.directory.remove(device);
    this.#lines.get(deviceKey(device))?.discard();
    this.#lines.delete(deviceKey(device));
  }

  /** Shows everything that any observer of the backend sees. */
  tap(observer: (parcel: Parcel, to: Device) => void): void {
    this.#taps.push(observer);
  }

  /** Puts a parcel on a device's way, as a hostile backend can: with any sender, conversation and bytes. */
  inject(parcel: Parcel, to: Device): void {
    this.#line(to).accept(parcel, this.#weather);
  }

  /** @internal The backend's side of {@link LoopbackCarrier.send}. */
  take(from: Device, dispatch: Dispatch): TakenByHub {
    const { unlessBackWithin, ...now } = dispatch;
    if (unlessBackWithin !== undefined) {
      const key = deviceKey(from);
      this.#wills.set(key, [...(this.#wills.get(key) ?? []), this.clock.schedule(unlessBackWithin, () => void this.take(from, now))]);
      return { type: 'taken', outcomes: [], missing: [] };
    }
    const outcomes = dispatch.parcels.map(({ to, bytes }) => {
      if (!this.directory.has(to)) return { device: to, outcome: 'gone' as const };
      const parcel = { conversation: dispatch.conversation, from, bytes };
      for (const tap of this.#taps) tap(parcel, to);
      const line = this.#line(to);
      line.accept(parcel, this.#weather);
      return { device: to, outcome: line.away ? ('away' as const) : ('delivered' as const) };
    });
    const known = [from, ...dispatch.except, ...dispatch.parcels.map(({ to }) => to)];
    return { type: 'taken', outcomes, missing: dispatch.complete.flatMap((user) => this.directory.devicesOf(user, known)) };
  }

  /** @internal A device connected anew: its last wills are void. */
  back(device: Device): void {
    for (const stop of this.#wills.get(deviceKey(device)) ?? []) stop();
    this.#wills.delete(deviceKey(device));
  }

  #line(device: Device): LoopbackLine {
    const key = deviceKey(device);
    const line = this.#lines.get(key) ?? new LoopbackLine(this.clock, this.#chance);
    this.#lines.set(key, line);
    return line;
  }
}

type TakenByHub = {
  readonly type: 'taken';
  readonly outcomes: readonly { readonly device: Device; readonly outcome: 'delivered' | 'away' | 'gone' }[];
  readonly missing: readonly Device[];
};
