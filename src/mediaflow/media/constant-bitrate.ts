import type { OpusFrame } from '../port.ts';

/**
 * Makes every Opus packet as long as the longest so far, so that an observer of packet sizes learns nothing of
 * the rhythm of speech: by padding, which costs nothing of the sound (RFC 6716 §3.2.5). Lengths rise by the few
 * steps of {@link STEPS} and never fall. A packet that cannot be padded goes as it is.
 */
export class ConstantBitrate {
  #step = 0;

  even({ payload, samples }: OpusFrame): OpusFrame {
    while (this.#step < STEPS.length - 1 && payload.length + MOST_ADDED > this.#length) this.#step += 1;
    return { payload: padded(payload, this.#length) ?? payload, samples };
  }

  get #length(): number {
    return STEPS[this.#step] ?? 0;
  }
}

/** Bytes: 32, 64, 128 and 256 kbit/s at 20 ms, and the longest there is. */
const STEPS = [80, 160, 320, 640, 1275 + 8] as const;

/** The form with padding may be this much longer than the form without. */
const MOST_ADDED = 8;

/** The packet in code 3 form, padded to `length`; `undefined` when it is no packet or does not fit. */
function padded(packet: Uint8Array, length: number): Uint8Array | undefined {
  const form = withFrameCount(packet);
  if (form === undefined) return undefined;
  const { toc, count, frames } = form;
  // One byte says the TOC, one the count; then the padding's own length.
  const room = length - 2 - frames.length;
  if (room < 0) return undefined;
  if (room === 0) return Uint8Array.of(toc, count, ...frames);
  const lengthBytes = paddingLength(room);
  const out = new Uint8Array(length);
  out.set([toc, count | PADDED, ...lengthBytes]);
  out.set(frames, 2 + lengthBytes.length);
  return out;
}

type FrameForm = { readonly toc: number; readonly count: number; readonly frames: Uint8Array };

/** The same frames under a code 3 header (RFC 6716 §3.2.2 to §3.2.5). Padding that was there is left out. */
function withFrameCount(packet: Uint8Array): FrameForm | undefined {
  const [toc, second = 0] = packet;
  if (toc === undefined) return undefined;
  const rest = packet.subarray(1);
  switch (toc & 3) {
    case 0:
      return { toc: toc | 3, count: 1, frames: rest };
    case 1:
      return { toc: toc | 3, count: 2, frames: rest };
    case 2:
      // The length of the first frame stands before it, as code 3 with varying lengths has it.
      return { toc: toc | 3, count: 2 | VARYING, frames: rest };
    default:
      return packet.length < 2 ? undefined : withoutPadding(toc, second, packet.subarray(2));
  }
}

function withoutPadding(toc: number, second: number, rest: Uint8Array): FrameForm | undefined {
  const count = second & ~PADDED;
  if ((second & PADDED) === 0) return { toc, count, frames: rest };
  let [at, padding] = [0, 0];
  for (; rest[at] === 255; at++) padding += 254;
  const last = rest[at];
  if (last === undefined) return undefined;
  const end = rest.length - padding - last;
  return end < at + 1 ? undefined : { toc, count, frames: rest.subarray(at + 1, end) };
}

/** How `room` bytes of length and padding together are written: 255 stands for 254 bytes and says go on. */
function paddingLength(room: number): number[] {
  const full = Math.floor((room - 1) / 255);
  return [...Array.from({ length: full }, () => 255), room - 1 - full * 255];
}

const PADDED = 0x40;
const VARYING = 0x80;
