/**
 * An Opus packet of `samples` (at 48 kHz) that decodes to silence: CELT full band with the silence flag of
 * RFC 6716 §4.3 set, three bytes for the usual 20 ms. Lengths Opus does not have are rounded to 20 ms.
 */
export function opusSilence(samples: number): Uint8Array {
  const single = CELT_FULL_BAND.get(samples);
  if (single !== undefined) return Uint8Array.of(single, ...SILENT_FRAME);
  const count = Math.min(Math.max(Math.round(samples / 960), 1), 6);
  if (count === 1) return Uint8Array.of(0xf8, ...SILENT_FRAME);
  // Code 3: `count` frames of one size (RFC 6716 §3.2.5).
  return Uint8Array.of(0xfb, count, ...Array.from({ length: count }, () => SILENT_FRAME).flat());
}

/** TOC bytes of configurations 28–31, mono, one frame. */
const CELT_FULL_BAND: ReadonlyMap<number, number> = new Map([
  [120, 0xe0],
  [240, 0xe8],
  [480, 0xf0],
  [960, 0xf8],
]);
const SILENT_FRAME = [0xff, 0xfe] as const;
