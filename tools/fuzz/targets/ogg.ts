import { MediaFileError } from '../../../src/mediaflow/media/media-file-error.ts';
import { readOggOpus } from '../../../src/mediaflow/media/ogg-opus.ts';
import { lacingOf, readOggPages, writeOggPage } from '../../../src/mediaflow/media/ogg-page.ts';
import { fixture } from '../fixture.ts';
import { joined, spoilBytes } from '../mutate/bytes.ts';
import { demand, type Mutator, type Target } from '../target.ts';

/** An Ogg/Opus file to be played. */
export const target: Target = {
  name: 'ogg',
  what: 'Ogg/Opus files, their checksums put right half of the time',
  mutator: (input, other, dice, longest) => (dice.below(2) === 0 ? spoilBytes : spoilPages)(input, other, dice, longest),
  longest: 20_000,
  prepare: () => {
    const pages = [...readOggPages(fixture('tools/demo/media/alice.opus'))].slice(0, 3);
    const file = joined(...pages.map(({ parts, first, granule, serial, sequence }) => writeOggPage({ first, granule, serial, sequence, packets: parts.slice(0, 8) })));
    return {
      seeds: [file, joined(...pages.slice(0, 2).map(({ parts, first, granule, serial, sequence }) => writeOggPage({ first, granule, serial, sequence, packets: parts })))],
      feed: (input) => {
        try {
          const frames = readOggOpus(input);
          demand(frames.every(({ samples }) => samples > 0 && samples <= 5_760), 'each packet lasts up to 120 ms');
          demand(frames.reduce((sum, { payload }) => sum + payload.length, 0) <= input.length, 'no more comes out than went in');
        } catch (problem) {
          if (!(problem instanceof MediaFileError)) throw problem;
        }
      },
      check: () => demand(readOggOpus(file).length > 0, 'an honest file plays'),
    };
  },
};

/** Spoils what is inside pages that stay whole. */
const spoilPages: Mutator = (input, other, dice, longest) => {
  let pages;
  try {
    pages = [...readOggPages(input)];
  } catch {
    return spoilBytes(input, other, dice, longest);
  }
  const at = dice.below(pages.length);
  const written = pages.map((page, index) => {
    const packets = page.parts.map((part) => (index === at && dice.below(3) === 0 ? spoilBytes(part, other.subarray(0, 300), dice, 600) : part));
    let lacing = 0;
    const fitting = packets.filter(({ length }) => (lacing += lacingOf(length).length) <= 255);
    const bytes = writeOggPage({ first: page.first, granule: page.granule, serial: index === at && dice.below(8) === 0 ? 7 : page.serial, sequence: page.sequence, packets: fitting });
    return bytes;
  });
  if (dice.below(4) === 0) written.splice(at, dice.below(2), written[dice.below(written.length)]!);
  return joined(...written).subarray(0, longest);
};
