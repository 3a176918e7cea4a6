import type { OpusFrame } from '../port.ts';
import { MediaFileError } from './media-file-error.ts';
import { readOggPackets } from './ogg-page.ts';
import { opusSamples } from './opus-packet.ts';

/** The Opus packets of an Ogg file (RFC 7845), in order, without the headers. Throws {@link MediaFileError}. */
export function readOggOpus(file: Uint8Array): OpusFrame[] {
  const frames: OpusFrame[] = [];
  let number = 0;
  for (const packet of readOggPackets(file)) {
    if (number === 0) checkHead(packet);
    else if (number === 1 && !startsWith(packet, 'OpusTags')) throw new MediaFileError('corrupt', 'the comment header of the Opus stream is missing');
    else if (number > 1) {
      const samples = opusSamples(packet);
      if (samples === undefined) throw new MediaFileError('corrupt', `packet ${number} is no Opus packet`);
      frames.push({ payload: packet, samples });
    }
    number += 1;
  }
  if (frames.length === 0) throw new MediaFileError('empty', 'no sound in the file');
  return frames;
}

function checkHead(packet: Uint8Array): void {
  if (!startsWith(packet, 'OpusHead') || packet.length < 19) throw new MediaFileError('not-this-format', 'not an Ogg/Opus file');
  if ((packet[8] ?? 0) >> 4 !== 0) throw new MediaFileError('unsupported', 'an Opus stream of a later version');
  if (packet[18] !== 0) throw new MediaFileError('unsupported', 'more than two channels');
}

function startsWith(packet: Uint8Array, text: string): boolean {
  return String.fromCodePoint(...packet.subarray(0, text.length)) === text;
}
