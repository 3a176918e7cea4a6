import { opusSilence } from '../../src/mediaflow/index.ts';
import { digest } from '../commands/frame-ledger.ts';
import type { FrameReport, PlayedFrame, ReceivedFrame } from '../commands/peer-events.ts';

/** How what arrived compares with what was played. */
export type Comparison = {
  /** Frames of the file that were to be heard. */
  readonly played: number;
  /** Of those, how many arrived byte-identical, after the one before, with the timestamp of their place. */
  readonly identical: number;
  /** `identical` of `played`, 0 to 1. */
  readonly share: number;
  /** Frames held back while muted, and how many arrived as the silence that was to leave instead. */
  readonly muted: number;
  readonly mutedAsSilence: number;
  readonly received: number;
  /** Packets that came after a later one, or twice. */
  readonly outOfOrder: number;
  /** Packets whose RTP timestamp is not the one of their place in the stream. */
  readonly timestampBreaks: number;
  /** Packets that arrived with other bytes than left. */
  readonly altered: number;
};

/**
 * Compares frame by frame. The place of a packet follows from its sequence number; RTP numbers start anywhere,
 * so the first one is placed where most payloads fit.
 */
export function compareFrames(played: FrameReport['played'], received: FrameReport['received']): Comparison {
  const expected = expectedPackets(played);
  const start = bestStart(expected, received);
  const first = received[0];
  const seen = new Set<number>();
  let count: Omit<Comparison, 'played' | 'share' | 'muted' | 'received'> = { identical: 0, mutedAsSilence: 0, outOfOrder: 0, timestampBreaks: 0, altered: 0 };
  let latest = -1;
  for (const { packet, place } of placed(received, start)) {
    const due = expected[place];
    const base = expected[start];
    if (due === undefined || base === undefined || first === undefined || packet.digest !== due.digest) {
      count = { ...count, altered: count.altered + 1 };
      continue;
    }
    const inOrder = place > latest && !seen.has(place);
    const inTime = packet.timestamp === (first.timestamp + due.at - base.at) >>> 0;
    if (!inOrder) count = { ...count, outOfOrder: count.outOfOrder + 1 };
    if (!inTime) count = { ...count, timestampBreaks: count.timestampBreaks + 1 };
    if (inOrder && inTime) count = due.muted ? { ...count, mutedAsSilence: count.mutedAsSilence + 1 } : { ...count, identical: count.identical + 1 };
    seen.add(place);
    latest = Math.max(latest, place);
  }
  const audible = played.filter(({ muted }) => !muted).length;
  return { ...count, played: audible, share: audible === 0 ? 0 : count.identical / audible, muted: played.length - audible, received: received.length };
}

/** How many of the frames that were to be heard a recording holds, in order, with nothing else between. */
export function countRecorded(played: FrameReport['played'], recorded: readonly string[]): number {
  const expected = expectedPackets(played);
  const asReceived = recorded.map((frame, index) => ({ digest: frame, timestamp: 0, sequence: index & 0xffff }));
  const start = bestStart(expected, asReceived);
  return recorded.filter((frame, index) => expected[start + index]?.digest === frame && expected[start + index]?.muted === false).length;
}

type Expected = { readonly digest: string; readonly muted: boolean; /** Samples before it. */ readonly at: number };

function expectedPackets(played: FrameReport['played']): readonly Expected[] {
  let at = 0;
  return played.map((frame: PlayedFrame) => {
    const expected = { digest: frame.muted ? digest(opusSilence(frame.samples)) : frame.digest, muted: frame.muted, at };
    at += frame.samples;
    return expected;
  });
}

/** The places of packets by their sequence numbers, which wrap. */
function placed(received: readonly ReceivedFrame[], start: number): readonly { readonly packet: ReceivedFrame; readonly place: number }[] {
  let place = start;
  let sequence = received[0]?.sequence ?? 0;
  return received.map((packet) => {
    place += ((packet.sequence - sequence) << 16) >> 16;
    ({ sequence } = packet);
    return { packet, place };
  });
}

/** The first packets of a stream may be lost, as many as a second has. */
function bestStart(expected: readonly Expected[], received: readonly ReceivedFrame[]): number {
  const fits = (start: number): number => placed(received, start).filter(({ packet, place }) => expected[place]?.digest === packet.digest).length;
  let best = { start: 0, fits: fits(0) };
  for (let start = 1; start <= 50 && best.fits < received.length; start++) {
    const here = fits(start);
    if (here > best.fits) best = { start, fits: here };
  }
  return best.start;
}
