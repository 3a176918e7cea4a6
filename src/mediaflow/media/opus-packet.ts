/**
 * The length of an Opus packet in samples at 48 kHz, from its TOC byte (RFC 6716 §3.1). `undefined` for what is
 * no Opus packet: empty, without its frame count, or longer than the 120 ms a packet may have.
 */
export function opusSamples(packet: Uint8Array): number | undefined {
  const toc = packet[0];
  if (toc === undefined) return undefined;
  const frames = frameCount(toc & 3, packet[1]);
  const samples = frames === undefined ? 0 : frames * frameSamples(toc >> 3);
  return samples > 0 && samples <= MAX_PACKET_SAMPLES ? samples : undefined;
}

const MAX_PACKET_SAMPLES = 5760;

function frameCount(code: number, second: number | undefined): number | undefined {
  if (code === 0) return 1;
  if (code < 3) return 2;
  return second === undefined ? undefined : second & 0x3f;
}

/** SILK has 10, 20, 40, 60 ms; hybrid 10, 20; CELT 2.5, 5, 10, 20. */
function frameSamples(configuration: number): number {
  if (configuration < 12) return [480, 960, 1920, 2880][configuration & 3] ?? 0;
  if (configuration < 16) return [480, 960][configuration & 1] ?? 0;
  return [120, 240, 480, 960][configuration & 3] ?? 0;
}
