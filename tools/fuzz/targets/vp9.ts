import { readIvf } from '../../../src/mediaflow/media/ivf.ts';
import { fixture } from '../fixture.ts';
import { picturesTarget } from '../pictures.ts';

const [keyframe, delta] = readIvf(fixture('test/fixtures/video/clock-vp9.ivf')).map(({ payload }) => payload.slice(0, 1_500));
/** Layers, not flexible; a scalability structure; three references. */
const strange = [[0xa8, 0x85, 0x01, 0x00, 0x07], [0x8a, 0x05, 0x18, 0, 160, 0, 90, 2, 0x04, 1, 0x00], [0xd8, 0x05, 0x03, 0x05, 0x06]].map((descriptor) => Uint8Array.of(0, 0, 1, ...descriptor, 0x82, 0x49, 0x83, 0x42, 0, 0x10, 0x05));

export const target = picturesTarget('vp9', 'VP9', [keyframe, delta].flatMap((picture) => picture ?? []), strange);
