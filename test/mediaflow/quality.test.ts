import { describe, expect, it } from 'vitest';
import { instant, ms, seconds } from '../../src/base/units.ts';
import { adapt, gradeOf, intervalOf, openLadder, openPathWatch, RUNGS, scoreOf, watchPath, type Interval, type Ladder, type StreamInterval, type StreamStats } from '../../src/mediaflow/index.ts';
import { StreamMeter } from '../../src/mediaflow/rtp/stream-meter.ts';
import { ReceiveEstimate } from '../../src/mediaflow/rtp/receive-estimate.ts';

const TALK: StreamInterval = { sent: 150, received: 150, sendBitrate: 32_000, receiveBitrate: 32_000, lossIn: 0, lossOut: 0 };
const FILM: StreamInterval = { ...TALK, sendBitrate: 700_000, receiveBitrate: 700_000 };
const NO_VIDEO: StreamInterval = { sent: 0, received: 0, sendBitrate: 0, receiveBitrate: 0, lossIn: 0 };

describe('how a call is', () => {
  const grade = (change: Partial<Interval>): string => gradeOf(interval(change));

  it('is good below 100 ms, fair to 300 ms, poor beyond', () => {
    expect([20, 99.9, 100, 300, 301].map((roundTripMs) => grade({ roundTripMs }))).toEqual(['good', 'good', 'fair', 'fair', 'poor']);
  });

  it('is good below 2 % of loss, fair to 5 %, poor beyond, whichever way it goes and whatever is lost', () => {
    for (const lose of [lossIn, lossOut, (part: number) => ({ video: { ...FILM, lossOut: part } })]) {
      expect([0.019, 0.02, 0.05, 0.051].map((part) => grade(lose(part)))).toEqual(['good', 'fair', 'fair', 'poor']);
    }
  });

  it('is good above 500 kbit/s, fair to 200, poor below, when there is a picture to carry', () => {
    const filmed = (availableBitrate: number): string => grade({ video: FILM, availableBitrate });
    expect([501_000, 500_000, 200_000, 199_000].map(filmed)).toEqual(['good', 'fair', 'fair', 'poor']);
    expect(grade({ availableBitrate: 100_000 })).toBe('good');
  });

  it('is as bad as the worst of it, and poor when nothing is heard', () => {
    expect(grade({ roundTripMs: 150, ...lossIn(0.2) })).toBe('poor');
    expect(grade({ audio: { ...TALK, received: 0 } })).toBe('poor');
  });

  it('has a score that falls with loss and delay and never leaves its scale', () => {
    expect(scoreOf(interval({}))).toBeGreaterThan(4.3);
    const worse = [0, 0.01, 0.05, 0.1, 0.3, 1].map((part) => scoreOf(interval(lossOut(part))));
    expect(worse).toEqual([...worse].sort((a, b) => b - a));
    const later = [0, 100, 400, 1000, 5000].map((roundTripMs) => scoreOf(interval({ roundTripMs })));
    expect(later).toEqual([...later].sort((a, b) => b - a));
    expect([worse.at(-1), later.at(-1)]).toEqual([1, 1]);
  });
});

describe('an interval between two readings', () => {
  it('has rates in bits a second and losses as parts of what was sent', () => {
    const before = { at: instant(1000), stats: { audio: counts({ sent: 50, received: 40, lost: 2, bytesSent: 2000, bytesReceived: 1600 }), video: counts({}), phases: {} } };
    const now = { at: instant(4000), stats: { audio: counts({ sent: 200, received: 184, lost: 8, bytesSent: 14_000, bytesReceived: 7600 }), video: counts({}), phases: {} } };
    expect(intervalOf(before, now).audio).toEqual({ sent: 150, received: 144, sendBitrate: 32_000, receiveBitrate: 16_000, lossIn: 0.04 });
  });

  it('takes a flow that replaced another for what it is: counts from zero', () => {
    const before = { at: instant(0), stats: { audio: counts({ sent: 5000, received: 5000, bytesSent: 500_000 }), video: counts({}), phases: {} } };
    const now = { at: instant(3000), stats: { audio: counts({ sent: 100, received: 90, lost: 10, bytesSent: 12_000 }), video: counts({}), phases: {} } };
    expect(intervalOf(before, now).audio).toMatchObject({ sent: 100, received: 90, sendBitrate: 32_000, lossIn: 0.1 });
  });

  it('has the outgoing loss only when a report came in it', () => {
    const reported = { lost: 1, fractionLost: 0.25, jitterMs: 1, reports: 1 };
    const at = (time: number, audio: StreamStats): Parameters<typeof intervalOf>[0] => ({ at: instant(time), stats: { audio, video: counts({}), phases: {} } });
    expect(intervalOf(at(0, counts({})), at(1, counts({ reported }))).audio.lossOut).toBe(0.25);
    expect(intervalOf(at(0, counts({ reported })), at(1, counts({ reported }))).audio).not.toHaveProperty('lossOut');
  });
});

describe('the ladder of our video', () => {
  it('climbs a rung after nine calm seconds when the path is known to carry more', () => {
    const rungs = walk(openLadder(), Array.from({ length: 6 }, () => ({ availableBitrate: 5_000_000 })));
    expect(rungs).toEqual([1, 1, 1, 0, 0, 0]);
  });

  it('goes down at once when more than 5 % do not arrive, and no further than its last rung', () => {
    expect(walk(openLadder(), Array.from({ length: 4 }, () => ({ video: { ...FILM, lossOut: 0.08 } })))).toEqual([2, 2, 2, 2]);
  });

  it('goes straight to the rung that the estimate allows', () => {
    const top: Ladder = { ...openLadder(), rung: 0 };
    expect(walk(top, [{ availableBitrate: 200_000 }])).toEqual([2]);
  });

  it('waits twice as long after each climb that had to be taken back', () => {
    const calm = { availableBitrate: 5_000_000 };
    const storm = { ...calm, video: { ...FILM, lossOut: 0.2 } };
    const rungs = walk(openLadder(), [calm, calm, calm, calm, storm, ...Array.from({ length: 8 }, () => calm)]);
    expect(rungs).toEqual([1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
  });

  it('follows the estimate within a rung, leaves sound its share, and does not chase noise', () => {
    const at = (ladder: Ladder, availableBitrate: number): Ladder => adapt(ladder, interval({ video: FILM, availableBitrate }), instant(0));
    const first = at(openLadder(), 700_000);
    expect(first.limit).toEqual({ ...RUNGS[1], bitrate: Math.round((700_000 - TALK.sendBitrate) * 0.9) });
    expect(at(first, 720_000).limit).toBe(first.limit);
    expect(at(first, 850_000).limit.bitrate).toBeGreaterThan(first.limit.bitrate);
  });
});

describe('which way sound gets through', () => {
  const seen = (...audio: readonly Partial<StreamInterval>[]): string[] => {
    let watch = openPathWatch();
    return audio.map((change) => (watch = watchPath(watch, interval({ audio: { ...TALK, ...change } }))).path);
  };
  const unreported = { lossOut: undefined } as unknown as Partial<StreamInterval>;

  it('is believed to have got worse when two intervals in a row say so, and better at once', () => {
    expect(seen({ received: 0 }, {}, { received: 0 }, { received: 0 }, {})).toEqual(['both-ways', 'both-ways', 'both-ways', 'only-outgoing', 'both-ways']);
  });

  it('is only incoming when the peer reports that all is lost', () => {
    expect(seen({ lossOut: 1 }, { lossOut: 1 })).toEqual(['both-ways', 'only-incoming']);
  });

  it('is only incoming when the peer has nothing to report for longer than reports take', () => {
    expect(seen(unreported, unreported, unreported, unreported)).toEqual(['both-ways', 'both-ways', 'both-ways', 'only-incoming']);
    expect(seen(unreported, unreported, {}, unreported, unreported)).toEqual(Array.from({ length: 5 }, () => 'both-ways'));
  });

  it('is neither when nothing goes either way', () => {
    expect(seen({ received: 0, lossOut: 1 }, { received: 0, lossOut: 1 })).toEqual(['both-ways', 'neither']);
  });
});

describe('the meter of a stream', () => {
  it('measures jitter as RFC 3550 does: none for a steady stream, the pictures\' packets counted once', () => {
    const meter = new StreamMeter(90_000);
    for (let at = 0; at < 50; at++) for (const part of [0, 1]) meter.countReceived({ sequence: at * 2 + part, timestamp: at * 3000, bytes: 100 }, instant((at * 100) / 3));
    expect(meter.stats.jitterMs).toBeLessThan(0.001);
    for (let at = 50; at < 200; at++) meter.countReceived({ sequence: at * 2, timestamp: at * 3000, bytes: 100 }, instant((at * 100) / 3 + (at % 2) * 16));
    expect(meter.stats.jitterMs).toBeCloseTo(16, 0);
  });

  it('knows constant-bitrate audio when 2.5 s of packets were of one size, and that it ended', () => {
    const meter = new StreamMeter(48_000);
    const hear = (bytes: number, count: number): void => {
      for (let left = count; left > 0; left--) meter.countReceived({ sequence: 0, timestamp: 0, bytes }, instant(0));
    };
    hear(60, 10);
    expect(meter.stats).not.toHaveProperty('evenSized');
    hear(80, 124);
    expect(meter.stats.evenSized).toBe(false);
    hear(80, 1);
    expect(meter.stats.evenSized).toBe(true);
    hear(81, 1);
    expect(meter.stats.evenSized).toBe(false);
  });

  it('reads reports in the units of RFC 3550', () => {
    const meter = new StreamMeter(48_000);
    meter.report({ fractionLost: 64, packetsLost: 7, jitter: 480 });
    expect(meter.stats.reported).toEqual({ lost: 7, fractionLost: 0.25, jitterMs: 10, reports: 1 });
  });
});

describe('what we tell the peer that the path carries', () => {
  it('leaves room to climb while little is lost and takes it back when much is', () => {
    const estimate = new ReceiveEstimate();
    expect(estimate.update(300_000, 0)).toBe(1_000_000);
    expect(estimate.update(900_000, 0.01)).toBe(1_800_000);
    expect(estimate.update(900_000, 0.05)).toBe(1_800_000);
    expect(estimate.update(800_000, 0.5)).toBe(600_000);
    expect(estimate.update(0, 1)).toBe(50_000);
  });
});

function interval(change: Partial<Interval>): Interval {
  return { span: ms(3000), audio: TALK, video: NO_VIDEO, ...change };
}

function lossIn(part: number): Partial<Interval> {
  return { audio: { ...TALK, lossIn: part } };
}

function lossOut(part: number): Partial<Interval> {
  return { audio: { ...TALK, lossOut: part } };
}

function counts(change: Partial<StreamStats>): StreamStats {
  return { sent: 0, received: 0, lost: 0, bytesSent: 0, bytesReceived: 0, ...change };
}

/** The rung after each interval of three seconds. */
function walk(start: Ladder, intervals: readonly Partial<Interval>[]): number[] {
  let ladder = start;
  return intervals.map((change, index) => (ladder = adapt(ladder, interval({ video: FILM, ...change }), instant(index * seconds(3)))).rung);
}
