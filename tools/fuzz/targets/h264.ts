import { readIvf } from '../../../src/mediaflow/media/ivf.ts';
import { fixture } from '../fixture.ts';
import { picturesTarget } from '../pictures.ts';

const [keyframe, delta] = readIvf(fixture('test/fixtures/video/clock-h264.ivf')).map(({ payload }) => payload);
/** Two units in one packet; a fragment. */
const strange = [Uint8Array.of(0, 0, 1, 24, 0, 2, 0x67, 1, 0, 2, 0x68, 2), Uint8Array.of(0, 0, 0, 0x7c, 0x85, 1, 2, 3)];

export const target = picturesTarget('h264', 'H264', [keyframe, delta].flatMap((picture) => picture ?? []), strange);
