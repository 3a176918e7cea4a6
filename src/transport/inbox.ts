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

/**
 * In ten seconds, at most four replies to one device and 32 in all, whoever asks: who wrote is a claim, and a
 * forger must not use us to flood somebody, nor keep us busy by making up many.
 */
class ReplyLimit {
  #clock: Clock;
  #recent: { readonly at: number; readonly to: string }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  allows(device: Device): boolean {
    const now = this.#clock.now();
    const to = deviceKey(device);
    this.#recent = this.#recent.filter(({ at }) => now - at < seconds(10));
    if (this.#recent.length >= REPLIES_IN_ALL || this.#recent.filter((reply) => reply.to === to).length >= REPLIES_TO_ONE) return false;
    this.#recent.push({ at: now, to });
    return true;
  }
}

const REPLIES_TO_ONE = 4;
const REPLIES_IN_ALL = 32;
