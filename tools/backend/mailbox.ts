import type { Dispatch, Parcel } from '../../src/transport/index.ts';
import { RELAY_LIMITS } from './relay-limits.ts';

export type Mail = {
  readonly id: string;
  readonly parcel: Parcel;
  /** When it came, in milliseconds since 1970. */
  readonly at: number;
  readonly urgency: Dispatch['urgency'];
  /** Until then it rings; afterwards it tells of a missed call. Absent: it never rings. */
  readonly ringUntil?: number;
};

/** What waits for one device until it says that it has it. */
export class Mailbox {
  #mail = new Map<string, Mail>();

  get size(): number {
    return this.#mail.size;
  }

  put(mail: Mail): void {
    this.#mail.set(mail.id, mail);
    for (const id of this.#mail.keys()) {
      if (this.#mail.size <= RELAY_LIMITS.mailPerDevice) return;
      this.#mail.delete(id);
    }
  }

  /** Oldest first. Mail that was kept for longer than seven days is no more. */
  list(now: number): readonly Mail[] {
    this.#expire(now);
    return [...this.#mail.values()];
  }

  remove(id: string): void {
    this.#mail.delete(id);
  }

  #expire(now: number): void {
    for (const [id, { at }] of this.#mail) {
      if (now - at <= RELAY_LIMITS.mailFor) return;
      this.#mail.delete(id);
    }
  }
}
