import type { Clock } from '../base/clock.ts';
import { deviceKey, type Device } from '../base/device.ts';
import { ms, seconds, type BackendTimeMs } from '../base/units.ts';
import type { Parcel, ParcelListener } from './carrier.ts';
import { Fifo } from './fifo.ts';
import type { Letter } from './letter.ts';
import type { MessageCipher } from './message-cipher.ts';
import type { IncomingMessage } from './port.ts';
import type { RefusalListener } from './refusal.ts';
import type { ReplayWindow } from './replay-window.ts';
import { MAIL_RETENTION } from './retention.ts';

export type InboxParts = {
  readonly cipher: Promise<MessageCipher | 'none'>;
  readonly clock: Clock;
  readonly seen: ReplayWindow;
  readonly backendNow: () => BackendTimeMs;
  readonly deliver: (message: IncomingMessage) => void;
  /** Does not throw. */
  readonly refuse: RefusalListener;
  /** A device says it had no key for what we sent. */
  readonly lackedKey: (reference: Uint8Array, claimant: Device) => void;
  readonly reply: (parcel: Parcel, bytes: Uint8Array) => void;
};

/** Opens what arrives, in order of arrival, and lets through what is authentic, new and not older than mail. */
export class Inbox {
  #parts: InboxParts;
  #fifo = new Fifo();
  #replies: ReplyLimit;
  #closed = false;

  constructor(parts: InboxParts) {
    this.#parts = parts;
    this.#replies = new ReplyLimit(parts.clock);
  }

  take(parcel: Parcel): ReturnType<ParcelListener> {
    if (this.#fifo.waiting < PARCELS_WAITING) return this.#fifo.run(() => this.#open(parcel));
    this.#parts.refuse('overloaded');
    return Promise.resolve('not-now');
  }

  close(): void {
    this.#closed = true;
  }

  /** Whatever the app's listener or cipher throws is the app's to know, and not worth the same parcel again. */
  async #open(parcel: Parcel): ReturnType<ParcelListener> {
    try {
      return await this.#judge(parcel);
    } catch (problem) {
      this.#parts.refuse('app-failed', problem);
      return 'dealt-with';
    }
  }

  async #judge(parcel: Parcel): ReturnType<ParcelListener> {
    const cipher = await this.#parts.cipher;
    if (this.#closed || cipher === 'none') return 'not-now';
    const opening = await cipher.open(parcel);
    if (this.#isClosed()) return 'not-now';
    switch (opening.type) {
      case 'opened':
        this.#admit(parcel.from, opening.letter);
        return 'dealt-with';
      case 'notice':
        this.#parts.lackedKey(opening.reference, parcel.from);
        return 'dealt-with';
      case 'refused':
        this.#parts.refuse(opening.because);
        if (opening.reply !== undefined && this.#replies.allows(parcel.from)) this.#parts.reply(parcel, opening.reply);
        return opening.because === 'directory-unavailable' ? 'not-now' : 'dealt-with';
    }
    return opening satisfies never;
  }

  #admit(from: Device, { conversation, id, sentAt, text }: Letter): void {
    const now = this.#parts.backendNow();
    const verdict = this.#parts.seen.admit(deviceKey(from), id, sentAt, now);
    if (verdict !== 'fresh') return this.#parts.refuse(verdict);
    this.#parts.deliver({ conversation, from, text, age: ms(Math.min(MAIL_RETENTION, Math.max(0, now - sentAt))) });
  }

  /** Asked anew after an await, where control flow analysis would still believe the old answer. */
  #isClosed(): boolean {
    return this.#closed;
  }
}

const PARCELS_WAITING = 1000;

/** At most four replies in ten seconds, whoever asks: a forger must not use us to flood somebody. */
class ReplyLimit {
  #clock: Clock;
  #recent = new Map<string, number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  allows(device: Device): boolean {
    const now = this.#clock.now();
    if (this.#recent.size > DEVICES_REMEMBERED) this.#recent.clear();
    const key = deviceKey(device);
    const recent = (this.#recent.get(key) ?? []).filter((at) => now - at < seconds(10));
    if (recent.length >= 4) return false;
    this.#recent.set(key, [...recent, now]);
    return true;
  }
}

const DEVICES_REMEMBERED = 1000;
