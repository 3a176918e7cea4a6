import { joinBytes } from '../../base/join-bytes.ts';
import type { ReceivedAudio } from '../port.ts';
import { lacingOf, writeOggPage } from './ogg-page.ts';
import { opusSamples } from './opus-packet.ts';
import { opusSilence } from './opus-silence.ts';

/**
 * Turns received Opus packets into an Ogg/Opus file, piece by piece. Packets that come a little out of order
 * are put right; what was lost becomes silence of the same length, so that the file plays as long as the call
 * was. Positions come from RTP timestamps.
 */
export class OggOpusWriter {
  readonly #serial: number;
  #sequence = 0;
  #granule = 0n;
  /** The timestamp that comes next, with its wraps. */
  #next: number | undefined;
  #highest = 0;
  readonly #early = new Map<number, Uint8Array>();
  #packets: Uint8Array[] = [];
  #lacing = 0;

  constructor(serial = 1) {
    this.#serial = serial >>> 0;
  }

  /** What begins the file. */
  start(): Uint8Array {
    // Version, channels, pre-skip, input rate, gain, mapping. No pre-skip: nothing that was said is cut off.
    const head = Uint8Array.of(...ascii('OpusHead'), 1, 2, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0);
    const tags = Uint8Array.of(...ascii('OpusTags'), 8, 0, 0, 0, ...ascii('callcore'), 0, 0, 0, 0);
    return joinBytes([this.#page([head], 0n, { first: true }), this.#page([tags], 0n, {})]);
  }

  /** Takes one packet; returns what can be written now, often nothing. Packets that are no Opus are left out. */
  push(frame: ReceivedAudio): Uint8Array {
    if (opusSamples(frame.payload) === undefined || frame.payload.length > MAX_PACKET) return NOTHING;
    const at = this.#extend(frame.timestamp);
    if (this.#next !== undefined && at < this.#next) return NOTHING;
    this.#early.set(at, frame.payload);
    return this.#early.size > PATIENCE ? this.#flush(1) : NOTHING;
  }

  /** What ends the file. */
  finish(): Uint8Array {
    const rest = this.#flush(this.#early.size);
    const packets = this.#packets.length === 0 ? [opusSilence(960)] : this.#packets;
    if (this.#packets.length === 0) this.#granule += 960n;
    return joinBytes([rest, this.#page(packets, this.#granule, { last: true })]);
  }

  #extend(timestamp: number): number {
    if (this.#next === undefined && this.#early.size === 0) this.#highest = timestamp + 0x1_0000_0000;
    const at = this.#highest + ((timestamp - this.#highest) | 0);
    this.#highest = Math.max(this.#highest, at);
    return at;
  }

  #flush(count: number): Uint8Array {
    const pages: Uint8Array[] = [];
    for (const [at, payload] of [...this.#early].sort(([a], [b]) => a - b).slice(0, count)) {
      this.#early.delete(at);
      const gap = this.#next === undefined ? 0 : at - this.#next;
      // Beyond that it is another stream, not a gap.
      if (gap > 0 && gap <= LONGEST_GAP) for (let left = gap; left >= 120; ) left -= this.#append(opusSilence(silenceFor(left)), pages);
      this.#append(payload, pages);
      this.#next = at + (opusSamples(payload) ?? 0);
    }
    return joinBytes(pages);
  }

  #append(packet: Uint8Array, pages: Uint8Array[]): number {
    const lacing = lacingOf(packet.length).length;
    if (this.#packets.length >= PACKETS_PER_PAGE || this.#lacing + lacing > 255) {
      pages.push(this.#page(this.#packets, this.#granule, {}));
      this.#packets = [];
      this.#lacing = 0;
    }
    const samples = opusSamples(packet) ?? 0;
    this.#packets.push(packet);
    this.#lacing += lacing;
    this.#granule += BigInt(samples);
    return samples;
  }

  #page(packets: readonly Uint8Array[], granule: bigint, place: { first?: boolean; last?: boolean }): Uint8Array {
    return writeOggPage({ ...place, granule, serial: this.#serial, sequence: this.#sequence++, packets });
  }
}

/** Packets held back to be put in order: 100 ms of the usual ones. */
const PATIENCE = 5;
/** A page a second, as encoders do. */
const PACKETS_PER_PAGE = 50;
/** 60 s at 48 kHz. */
const LONGEST_GAP = 2_880_000;
/** What 120 ms of Opus can have at most, RFC 7845 §6 rounded up. */
const MAX_PACKET = 7_700;
const NOTHING = new Uint8Array(0);

function silenceFor(samples: number): number {
  return [960, 480, 240, 120].find((length) => length <= samples) ?? 120;
}

function ascii(text: string): number[] {
  return Array.from(text, (letter) => letter.codePointAt(0) ?? 0);
}
