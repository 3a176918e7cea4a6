import { describe, expect, it } from 'vitest';
import { columns, type Scene } from '../../tools/demo/columns.ts';
import type { Side } from '../../tools/demo/demo-peer.ts';
import { widthOf } from '../../tools/commands/text-width.ts';
import { judge } from '../../tools/demo/judge.ts';
import { summary } from '../../tools/demo/summary.ts';

describe('what a person sees of the demo', () => {
  it.each([60, 79, 99, 119])('fits into %i columns at every moment', (width) => {
    const scenes: Scene[] = [
      { url: undefined, alice: undefined, bob: undefined, processes: [] },
      { url: 'ws://127.0.0.1:43211', alice: undefined, bob: actor(WAITING), processes: [{ name: 'backend', pid: 1_234_567 }] },
      { url: 'ws://127.0.0.1:43211', alice: actor(TALKING), bob: actor(TALKING), processes: [{ name: 'backend', pid: 1_234_567 }] },
    ];
    const heights = scenes.map((scene) => columns(scene, 123.45, width)).map((lines) => {
      expect(lines.filter((line) => widthOf(line) > width)).toEqual([]);
      return lines.length;
    });
    // It is drawn over itself: a line more or less would leave rests.
    expect(new Set(heights).size).toBe(1);
  });

  it('shows all of it on 80 columns, even after minutes', () => {
    const long = { sent: 1234, received: 1234, lost: 100, bytesSent: 0, bytesReceived: 0 };
    const talking = actor({ ...TALKING, flow: { audio: long, video: long, phases: { described: 1000, 'ice-connected': 2000, 'dtls-connected': 3000, 'channel-opened': 4000 } } });
    const text = columns({ url: 'ws://127.0.0.1:43211', alice: talking, bob: talking, processes: [] }, 1, 79).join('\n');
    expect(text).not.toContain('…');
  });

  it('shows states, messages by road, phases, round trip, packets, and each as the other sees it', () => {
    const text = columns({ url: 'ws://127.0.0.1:43211', alice: actor(TALKING), bob: actor(WAITING), processes: [] }, 1, 99).join('\n');
    for (const shown of ['connected', 'waits', '1 sent, 2 received', '3 sent, 4 received', 'SDP 22 ms, ICE 133 ms', 'DTLS 146 ms, channel 158 ms', '3.7 ms', '143 sent, 140 got, 3 lost', '🍋 🍇 🍉 🌶 🥝 ☕ ☀', 'muted, video on', 'not muted, video off']) {
      expect(text).toContain(shown);
    }
  });

  it.each([50, 79, 99])('breaks the outcome between words for %i columns', (width) => {
    const side: Side = { ...TALKING, signalling: 'sealed' };
    const audio = { played: 1381, identical: 1380, share: 0.999, muted: 119, mutedAsSilence: 119, received: 1500, outOfOrder: 0, timestampBreaks: 0, altered: 0 };
    const checks = judge({ alice: side, bob: side, syncs: [{ change: 'Alice: mute', seenAfterMs: 12.3 }], audio, recording: { packets: 1500, seconds: 17, asPlayed: 1380 }, exitCodes: [0, 0, 0] });
    const result = { ok: true, seconds: 17, wallMs: 19_000, checks, syncs: [] };
    const lines = summary(result, width).split('\n');

    expect(lines.filter((line) => widthOf(line) > width)).toEqual([]);
    expect(wordsOf(lines.join(' '))).toEqual(wordsOf(summary(result)));
    if (width >= 79) expect(lines.slice(1, -2)).toHaveLength(checks.length);
  });

  it('fails when the two sides show other signs', () => {
    const checks = judge({ alice: TALKING, bob: { ...TALKING, code: ['🧦'] }, syncs: [], audio: NO_AUDIO, recording: undefined, exitCodes: [] });
    expect(checks.find(({ name }) => name.includes('signs'))).toMatchObject({ passed: false });
  });

  it('names the step that failed', () => {
    const text = summary({ ok: false, seconds: 8, wallMs: 1500, checks: [], syncs: [], failure: { step: 'Bob waits for calls', because: 'Bob was killed by SIGKILL' } });
    expect(text).toContain('FAIL  Bob waits for calls: Bob was killed by SIGKILL');
    expect(text.split('\n').at(-1)).toBe('the demo failed after 1.5 s');
  });
});

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function actor(side: Side): { readonly side: Side; readonly process: { readonly pid: number } } {
  return { side, process: { pid: 4_194_303 } };
}

const NO_AUDIO = { played: 0, identical: 0, share: 0, muted: 0, mutedAsSilence: 0, received: 0, outOfOrder: 0, timestampBreaks: 0, altered: 0 };

const WAITING: Side = { ready: true, state: 'idle', hears: false, sees: false, played: false };

const TALKING: Side = {
  ...WAITING,
  state: 'connected',
  code: ['🍋', '🍇', '🍉', '🌶', '🥝', '☕', '☀'],
  own: { muted: true, video: 'on', screen: 'off', audioCbr: false },
  other: { muted: false, video: 'off', screen: 'off', audioCbr: false },
  messages: { backendSent: 1, backendReceived: 2, channelSent: 3, channelReceived: 4 },
  flow: {
    audio: { sent: 143, received: 140, lost: 3, bytesSent: 0, bytesReceived: 0 },
    video: { sent: 79, received: 81, lost: 0, bytesSent: 0, bytesReceived: 0 },
    roundTripMs: 3.71,
    phases: { gathered: 20, described: 22, 'ice-connected': 132.6, 'dtls-connected': 146, 'channel-opened': 158 },
  },
};
