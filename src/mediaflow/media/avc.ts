import { joinBytes } from '../../base/join-bytes.ts';
import { nalUnits } from '../rtp/h264.ts';
import { MediaFileError } from './media-file-error.ts';

/**
 * H.264 in files has lengths before its NAL units and the parameter sets apart, in the decoder configuration
 * record (ISO 14496-15 §5.3.3.1). Returns what turns a picture of such a file into Annex B form, the parameter
 * sets before each keyframe. Throws {@link MediaFileError}.
 */
export function annexB(bytes: Uint8Array | undefined): (picture: Uint8Array) => Uint8Array {
  if (bytes === undefined) throw new MediaFileError('corrupt', 'H.264 without its parameter sets');
  const lengthBytes = ((bytes[4] ?? 0) & 0x03) + 1;
  const sets = parameterSets(bytes);
  return (picture) => {
    const units = withLengths(picture, lengthBytes);
    const complete = units.some(isSlice(5)) && !units.some(isSlice(7)) ? [...sets, ...units] : units;
    return joinBytes(complete.flatMap((unit) => [START_CODE, unit]));
  };
}

/** The other way: a picture in Annex B form with lengths of four bytes, parameter sets left out. */
export function withoutStartCodes(picture: Uint8Array): Uint8Array {
  const units = nalUnits(picture).filter((unit) => !isSlice(7)(unit) && !isSlice(8)(unit));
  return joinBytes(units.flatMap((unit) => [Uint8Array.of(unit.length >>> 24, unit.length >>> 16, unit.length >>> 8, unit.length), unit]));
}

/** The decoder configuration record for the parameter sets of a keyframe; `undefined` when it has none. */
export function configurationRecord(keyframe: Uint8Array): Uint8Array | undefined {
  const units = nalUnits(keyframe);
  const [sequence, picture] = [units.find(isSlice(7)), units.find(isSlice(8))];
  if (sequence === undefined || picture === undefined) return undefined;
  const sized = (unit: Uint8Array): Uint8Array[] => [Uint8Array.of(unit.length >> 8, unit.length), unit];
  return joinBytes([Uint8Array.of(1, sequence[1] ?? 0, sequence[2] ?? 0, sequence[3] ?? 0, 0xff, 0xe1), ...sized(sequence), Uint8Array.of(1), ...sized(picture)]);
}

/** `nal_unit_type` (H.264 table 7-1). */
function isSlice(type: number): (unit: Uint8Array) => boolean {
  return (unit) => ((unit[0] ?? 0) & 0x1f) === type;
}

function parameterSets(record: Uint8Array): Uint8Array[] {
  const sets: Uint8Array[] = [];
  let at = 5;
  for (const mask of [0x1f, 0xff]) {
    const count = (record[at++] ?? 0) & mask;
    for (let left = count; left > 0; left--) {
      const length = ((record[at] ?? 0) << 8) | (record[at + 1] ?? 0);
      sets.push(record.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
  if (at > record.length || sets.length === 0) throw new MediaFileError('corrupt', 'H.264 parameter sets that end early');
  return sets;
}

function withLengths(picture: Uint8Array, lengthBytes: number): Uint8Array[] {
  const units: Uint8Array[] = [];
  for (let at = 0; at < picture.length; ) {
    const length = picture.subarray(at, at + lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0);
    at += lengthBytes;
    if (length === 0 || at + length > picture.length) throw new MediaFileError('truncated', 'a picture of H.264 ends early');
    units.push(picture.subarray(at, at + length));
    at += length;
  }
  return units;
}

const START_CODE = Uint8Array.of(0, 0, 0, 1);
