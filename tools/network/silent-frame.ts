import { opusSilence } from '../../src/mediaflow/media/opus-silence.ts';

const SILENT = Buffer.from(opusSilence(960));

/** Whether it is what leaves in place of sound while muted. */
export function isSilent(payload: Uint8Array): boolean {
  return SILENT.equals(payload);
}
