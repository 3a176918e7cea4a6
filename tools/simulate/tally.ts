import type { Lived } from './lived.ts';

/** How often each thing was, in bins that grow by an eighth: as much memory for a million values as for ten. */
export class Spread {
  readonly #bins = new Map<number, number>();
  count = 0;
  most = 0;

  add(value: number): void {
    const bin = binOf(value);
    this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + 1);
    this.count += 1;
    this.most = Math.max(this.most, value);
  }

  /** The value below which `share` of all lie, to within an eighth. */
  quantile(share: number): number {
    let left = Math.max(1, Math.ceil(share * this.count));
    for (const bin of [...this.#bins.keys()].sort((one, other) => one - other)) {
      left -= this.#bins.get(bin) ?? 0;
      if (left <= 0) return Math.min(this.most, valueOf(bin));
    }
    return 0;
  }

  get figures(): { readonly median: number; readonly p95: number; readonly most: number; readonly count: number } {
    return { median: this.quantile(0.5), p95: this.quantile(0.95), most: this.most, count: this.count };
  }
}

/** Whole numbers up to 16 have a bin each; above, eight bins to each doubling. */
function binOf(value: number): number {
  if (value < 16) return Math.max(0, Math.round(value));
  const doublings = 31 - Math.clz32(Math.round(value));
  return 16 + (doublings - 4) * 8 + ((Math.round(value) >>> (doublings - 3)) & 7);
}

function valueOf(bin: number): number {
  if (bin < 16) return bin;
  const doublings = Math.floor((bin - 16) / 8) + 4;
  return 2 ** doublings + ((bin - 16) % 8) * 2 ** (doublings - 3);
}

/** What became of all calls. */
export class Tally {
  placed = 0;
  stories = 0;
  readonly outcomes = { outgoing: new Map<string, number>(), incoming: new Map<string, number>() };
  /** Milliseconds until an incoming call was answered or was over. */
  readonly ring = new Spread();
  /** Milliseconds from the caller's dialling until media and channel stood, people's own time included. */
  readonly total = new Spread();
  /** Milliseconds from answering until media and channel stood. */
  readonly setup = new Spread();
  readonly reconnects = new Spread();
  readonly messages = new Spread();
  /** Changes with everything that happened, and with its order. */
  #digest = 0x811c_9dc5;

  take({ call, handset, startedAt, rangUntil, endedAt, end }: Lived): void {
    if (end === undefined) return;
    const { reason, metrics: { setup, reconnects, messages } } = end;
    const outcomes = this.outcomes[call.direction];
    outcomes.set(reason.type, (outcomes.get(reason.type) ?? 0) + 1);
    if (rangUntil !== undefined) this.ring.add(rangUntil - startedAt);
    if (setup.connected !== undefined) this.setup.add(setup.connected);
    if (setup.total !== undefined && call.direction === 'outgoing') this.total.add(setup.total);
    this.reconnects.add(reconnects);
    this.messages.add(messages.backendSent + messages.channelSent);
    for (const letter of reason.type) this.#mix(letter.charCodeAt(0));
    for (const number of [handset.number, startedAt, rangUntil ?? 0, endedAt ?? 0, messages.backendSent, messages.backendReceived, messages.channelSent, messages.channelReceived]) this.#mix(number);
  }

  get digest(): string {
    return this.#digest.toString(16).padStart(8, '0');
  }

  #mix(number: number): void {
    this.#digest = Math.imul(this.#digest ^ (number >>> 0), 0x0100_0193) >>> 0;
    this.#digest = (this.#digest ^ (this.#digest >>> 13)) >>> 0;
  }
}
