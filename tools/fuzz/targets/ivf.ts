import { readIvf } from '../../../src/mediaflow/media/ivf.ts';
import { MediaFileError } from '../../../src/mediaflow/media/media-file-error.ts';
import { fixture } from '../fixture.ts';
import { spoilBytes } from '../mutate/bytes.ts';
import { demand, type Target } from '../target.ts';

/** An IVF file to be played. */
export const target: Target = {
  name: 'ivf',
  what: 'IVF files with VP8',
  mutator: spoilBytes,
  longest: 4_000,
  prepare: () => {
    const whole = fixture('tools/demo/media/clock-vp8.ivf');
    const file = upTo(whole, 1_500);
    return {
      seeds: [file, header(whole), tiny()],
      feed: (input) => {
        try {
          const frames = readIvf(input);
          demand(frames[0]?.keyframe === true, 'what is played begins with a keyframe');
          demand(frames.every(({ timestamp, payload }) => Number.isFinite(timestamp) && timestamp >= 0 && payload.length > 0), 'each picture has its place in time');
        } catch (problem) {
          if (!(problem instanceof MediaFileError)) throw problem;
        }
      },
      check: () => demand(readIvf(whole).length > 10, 'an honest file plays'),
    };
  },
};

/** The whole frames within the first bytes, and a keyframe that is cut. */
const upTo = (file: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> => {
  const cut = file.slice(0, size);
  new DataView(cut.buffer).setUint32(32, size - 44, true);
  return cut;
};

const header = (file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => file.slice(0, 32);

/** Three pictures of four bytes. */
function tiny(): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(32 + 3 * 16);
  file.set(fixture('tools/demo/media/clock-vp8.ivf').subarray(0, 32));
  const view = new DataView(file.buffer);
  for (let index = 0; index < 3; index++) {
    view.setUint32(32 + index * 16, 4, true);
    view.setUint32(36 + index * 16, index * 3, true);
    file[44 + index * 16] = index === 0 ? 0x10 : 0x11;
  }
  return file;
}
