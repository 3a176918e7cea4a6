import { picturesTarget } from '../pictures.ts';

const [keyframe, delta] = [new Uint8Array(1_500).fill(0x10), new Uint8Array(40).fill(0x11)];

export const target = picturesTarget('vp8', 'VP8', [keyframe, delta], [Uint8Array.of(0, 0, 1, 0x10, 0), Uint8Array.of(1, 1, 1, 0x90, 0xf0, 0x80, 0, 0, 0, 1)]);
