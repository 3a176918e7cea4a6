import type { Dispatch, Parcel } from '../../src/transport/index.ts';
import { RELAY_LIMITS } from './relay-limits.ts';
import { Shares } from './shares.ts';

export type Mail = {
  readonly id: string;
  readonly parcel: Parcel;
  /** When it came, in milliseconds since 1970. */
  readonly at: number;
  readonly urgency: Dispatch['urgency'];
  /** Until then it rings; afterwards it tells of a missed call. Absent: it never rings. */
  readonly ringUntil?: number;
};

/** All mail of all devices, within one budget. */
export class PostOffice {
  #shares = new Shares<{ readonly box: Mailbox; readonly mail: Mail }>();

  get bytes(): number {
    return this.#shares.bytes;
  }

  /** @internal */
  took(box: Mailbox, mail: Mail): void {
    const sender = senderOf(mail);
    this.#shares.add(sender, mail.id, { box, mail }, sizeOf(mail));
    while (this.#shares.bytesOf(sender) > RELAY_LIMITS.mailBytesPerSender) this.#drop(this.#shares.oldestOf(sender));
    while (this.#shares.bytes > RELAY_LIMITS.mailBytes) this.#drop(this.#shares.oldestOfGreatest());
  }

  /** @internal */
  lost(mail: Mail): void {
    this.#shares.remove(senderOf(mail), mail.id, sizeOf(mail));
  }

  #drop(held: { readonly box: Mailbox; readonly mail: Mail } | undefined): void {
    held?.box.remove(held.mail.id);
  }
}

/** What waits for one device until it says that it has it. Who floods it loses its own mail first. */
export class Mailbox {
  #office: PostOffice;
  #mail = new Map<string, Mail>();
  #shares = new Shares<Mail>();

  constructor(office: PostOffice) {
    this.#office = office;
  }

  get size(): number {
    return this.#mail.size;
  }

  get bytes(): number {
    return this.#shares.bytes;
  }

  put(mail: Mail): void {
    this.#mail.set(mail.id, mail);
    this.#shares.add(senderOf(mail), mail.id, mail, sizeOf(mail));
    this.#office.took(this, mail);
    while (this.#mail.size > RELAY_LIMITS.mailPerDevice || this.#shares.bytes > RELAY_LIMITS.mailBytesPerDevice) {
      const surplus = this.#shares.oldestOfGreatest();
      if (surplus === undefined) return;
      this.remove(surplus.id);
    }
  }

  /** Oldest first. Mail that was kept for longer than seven days is no more. */
  list(now: number): readonly Mail[] {
    this.#expire(now);
    return [...this.#mail.values()];
  }

  /** Whether it was there. */
  remove(id: string): boolean {
    const mail = this.#mail.get(id);
    if (mail === undefined) return false;
    this.#mail.delete(id);
    this.#shares.remove(senderOf(mail), id, sizeOf(mail));
    this.#office.lost(mail);
    return true;
  }

  #expire(now: number): void {
    for (const { id, at } of this.#mail.values()) {
      if (now - at <= RELAY_LIMITS.mailFor) return;
      this.remove(id);
    }
  }
}

/** A user, not a device: of those, one can have many. */
function senderOf({ parcel }: Mail): string {
  return parcel.from.user.toLowerCase();
}

/** The smallest envelope is 4 KiB: what is smaller than that is no mail, and is not kept for less. */
function sizeOf({ parcel }: Mail): number {
  return Math.max(4096, parcel.bytes.length) + 512;
}
