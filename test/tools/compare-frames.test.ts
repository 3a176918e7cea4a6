import { describe, expect, it } from 'vitest';
import { opusSilence } from '../../src/mediaflow/index.ts';
import { digest } from '../../tools/commands/frame-ledger.ts';
import type { PlayedFrame, ReceivedFrame } from '../../tools/commands/peer-events.ts';
import { compareFrames, countRecorded } from '../../tools/demo/compare-frames.ts';

describe('comparing what arrived with what was played', () => {
  it('finds all of a perfect stream, whose RTP numbers start anywhere and wrap', () => {
    const played = file(100);
    expect(compareFrames(played, carried(played))).toEqual({
      played: 100, identical: 100, share: 1, muted: 0, mutedAsSilence: 0, received: 100, outOfOrder: 0, timestampBreaks: 0, altered: 0,
    });
  });

  it('counts frames held back while muted apart, and only silence in their place', () => {
    const played = file(100).map((frame, index) => ({ ...frame, muted: index >= 40 && index < 50 }));
    expect(compareFrames(played, carried(played))).toMatchObject({ played: 90, identical: 90, muted: 10, mutedAsSilence: 10, altered: 0 });
    const leaking = carried(played).map((packet, index) => (index === 45 ? { ...packet, digest: played[45]!.digest } : packet));
    expect(compareFrames(played, leaking)).toMatchObject({ identical: 90, mutedAsSilence: 9, altered: 1 });
  });

  it('misses what was lost, at the beginning as well', () => {
    const played = file(100);
    const arrived = carried(played).filter((_, index) => index > 2 && index !== 50);
    expect(compareFrames(played, arrived)).toMatchObject({ identical: 96, share: 0.96, outOfOrder: 0, timestampBreaks: 0, altered: 0 });
  });

  it('counts a packet that comes late or twice once', () => {
    const played = file(100);
    const packets = carried(played);
    const late = [...packets.slice(0, 10), ...packets.slice(11, 13), packets[10]!, ...packets.slice(13)];
    expect(compareFrames(played, late)).toMatchObject({ identical: 99, outOfOrder: 1 });
    expect(compareFrames(played, [...packets.slice(0, 10), packets[9]!, ...packets.slice(10)])).toMatchObject({ identical: 100, outOfOrder: 1 });
  });

  it('does not take altered bytes or a jump of the timestamps for the frame', () => {
    const played = file(100);
    const packets = carried(played);
    expect(compareFrames(played, packets.map((packet, index) => (index === 7 ? { ...packet, digest: 'x' } : packet)))).toMatchObject({ identical: 99, altered: 1 });
    expect(compareFrames(played, packets.map((packet, index) => (index >= 90 ? { ...packet, timestamp: packet.timestamp + 1 } : packet)))).toMatchObject({ identical: 90, timestampBreaks: 10 });
  });

  it('finds nothing where nothing arrived or nothing was played', () => {
    expect(compareFrames(file(10), [])).toMatchObject({ identical: 0, share: 0, received: 0 });
    expect(compareFrames([], carried(file(3)))).toMatchObject({ identical: 0, share: 0, altered: 3 });
  });

  it('counts the frames in place of a recording', () => {
    const played = file(100).map((frame, index) => ({ ...frame, muted: index < 10 }));
    const recorded = carried(played).map(({ digest: frame }) => frame);
    expect(countRecorded(played, recorded)).toBe(90);
    expect(countRecorded(played, recorded.map((frame, index) => (index === 60 ? 'silence' : frame)))).toBe(89);
    expect(countRecorded(played, recorded.slice(2))).toBe(90);
  });
});

function file(length: number): PlayedFrame[] {
  return Array.from({ length }, (_, index) => ({ digest: `frame ${index}`, samples: 960, muted: false }));
}

/** As a road that loses nothing brings them; both RTP numbers wrap on the way. */
function carried(played: readonly PlayedFrame[]): ReceivedFrame[] {
  return played.map((frame, index) => ({
    digest: frame.muted ? digest(opusSilence(960)) : frame.digest,
    timestamp: (0xffff_ff00 + index * 960) >>> 0,
    sequence: (65_530 + index) & 0xffff,
  }));
}
