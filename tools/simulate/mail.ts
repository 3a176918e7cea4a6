import type { Device } from '../../src/base/device.ts';
import { isBeyond, parseMessage, sameOffer, type OfferId } from '../../src/econn/index.ts';

/** The offers of one device in one conversation: of this story, the newest, and the newest of the stories before. */
type Row = { made: OfferId[]; newest: OfferId | undefined; before: OfferId | undefined };

/** What devices of a circle give to the backend: each offer newer than all before it, none withdrawn before it was made. */
export class Mail {
  readonly #rows = new Map<string, Row>();

  sent(self: Device, conversation: string, text: string, wrong: (fault: string) => void): void {
    const parsed = parseMessage(text);
    if (!parsed.ok) return wrong(`broke: ${self.device} cannot read what it sent: ${parsed.failure}`);
    const { message } = parsed;
    const row = this.#row(`${self.device} ${conversation}`);
    if ((message.type === 'SETUP' || message.type === 'UPDATE') && !message.resp && message.offer !== undefined) {
      const { offer } = message;
      if (row.made.some((made) => sameOffer(made, offer))) return;
      if (row.newest !== undefined && !isBeyond(offer, row.newest)) wrong(`P10 ${self.device} made an offer that is not newer`);
      row.newest = offer;
      row.made.push(offer);
    } else if (message.type === 'CANCEL' && message.call?.device === self.device) {
      const { call } = message;
      // A device may come back with what it remembers of another story.
      const known = row.made.some((made) => sameOffer(made, call)) || (row.before !== undefined && !isBeyond(call, row.before));
      if (!known) wrong(`P11 ${self.device} withdrew what it had not offered`);
    }
  }

  /** The story is over. */
  forget(): void {
    for (const row of this.#rows.values()) {
      row.before = row.newest;
      row.made = [];
    }
  }

  #row(key: string): Row {
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    const row: Row = { made: [], newest: undefined, before: undefined };
    this.#rows.set(key, row);
    return row;
  }
}
