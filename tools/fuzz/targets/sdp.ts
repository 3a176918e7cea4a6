import { RTCSessionDescription, SessionDescription } from 'werift';
import { FlowError } from '../../../src/mediaflow/port.ts';
import { readDescription } from '../../../src/mediaflow/sdp/read-description.ts';
import { writeForEngine } from '../../../src/mediaflow/sdp/write-for-engine.ts';
import { NATIVE_ABILITIES } from '../../../src/mediaflow/native/native-abilities.ts';
import { WERIFT_ABILITIES } from '../../../src/mediaflow/werift/werift-abilities.ts';
import { recordedDescriptions } from '../fixture.ts';
import { spoilLines } from '../mutate/lines.ts';
import { demand, type Target } from '../target.ts';

/** A peer's description, through our reader, as it is written for werift, into werift's parser. */
export const target: Target = {
  name: 'sdp',
  what: 'session descriptions, and what werift reads of what we pass on of them',
  mutator: spoilLines,
  longest: 70_000,
  prepare: () => ({
    seeds: shortest(recordedDescriptions()).map((sdp) => new Uint8Array(Buffer.from(sdp, 'latin1'))),
    feed: (input) => {
      const sdp = Buffer.from(input).toString('latin1');
      const written = understood(sdp);
      if (written === undefined) return;
      demand((understood(sdp, NATIVE_ABILITIES)?.length ?? 0) <= 2 * sdp.length + 2_000, 'libwebrtc is shown no more than there was');
      const again = understood(written);
      demand(again !== undefined, 'what we write of a description can be read again');
      demand(again === written, 'what we write of what we wrote is the same');
      const parsed = SessionDescription.parse(written);
      demand(parsed.media.length > 0 && parsed.media.length <= 3, 'werift is shown each kind once');
      demand(new RTCSessionDescription(parsed.string, 'offer').sdp.length < 3 * written.length + 2_000, 'werift makes nothing long of it');
    },
  }),
};

function understood(sdp: string, stack = WERIFT_ABILITIES): string | undefined {
  try {
    return writeForEngine(readDescription(sdp), 'offer', 'all', stack);
  } catch (problem) {
    if (problem instanceof FlowError && problem.failure === 'bad-description') return undefined;
    throw problem;
  }
}

/** With and without video, offer and answer; most candidates left out, one is like the other. */
function shortest(descriptions: readonly string[]): string[] {
  const cut = descriptions.map((sdp) => sdp.split('\r\n').filter((line, index, lines) => !line.startsWith('a=candidate:') || lines.slice(0, index).filter((other) => other.startsWith('a=candidate:')).length < 3).join('\r\n'));
  return cut.sort((one, other) => one.length - other.length).filter((_, index) => index % 8 === 0).slice(0, 8);
}
