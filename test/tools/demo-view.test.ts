import { describe, expect, it } from 'vitest';
import { columns, type Scene } from '../../tools/demo/columns.ts';
import type { Side } from '../../tools/demo/demo-peer.ts';
import { summary } from '../../tools/demo/summary.ts';

describe('what a person sees of the demo', () => {
  it.each([60, 79, 99, 119])('fits into %i columns at every moment', (width) => {
    const scenes: Scene[] = [
      { url: undefined, alice: undefined, bob: undefined, processes: [] },
      { url: 'ws://127.0.0.1:43211', alice: undefined, bob: actor(WAITING), processes: [{ name: 'backend', pid: 1_234_567 }] },
      { url: 'ws://127.0.0.1:43211', alice: actor(TALKING), bob: actor(TALKING), processes: [{ name: 'backend', pid: 1_234_567 }] },
    ];
    const heights = scenes.map((scene) => columns(scene, 123.45, width)).map((lines) => {
      expect(lines.filter((line) => line.length > width)).toEqual([]);
      return lines.length;
    });
    // It is drawn over itself: a line more or less would leave rests.
    expect(new Set(heights).size).toBe(1);
  });

  it('shows states, messages by road, phases, round trip, packets, and each as the other sees it', () => {
    const text = columns({ url: 'ws://127.0.0.1:43211', alice: actor(TALKING), bob: actor(WAITING), processes: [] }, 1, 99).join('\n');
    for (const shown of ['connected', 'waits', '1 sent, 2 received', '3 sent, 4 received', 'SDP 22 ICE 133 DTLS 146 channel 158', '3.7 ms', '143 sent, 140 received, 3 lost', 'muted, video on', 'not muted, video off']) {
      expect(text).toContain(shown);
    }
  });

  it('names the step that failed', () => {
    const text = summary({ ok: false, seconds: 8, wallMs: 1500, checks: [], syncs: [], failure: { step: 'Bob waits for calls', because: 'Bob was killed by SIGKILL' } });
    expect(text).toContain('FAIL  Bob waits for calls: Bob was killed by SIGKILL');
    expect(text).toContain('the demo failed in 1.5 s');
  });
});

function actor(side: Side): { readonly side: Side; readonly process: { readonly pid: number } } {
  return { side, process: { pid: 4_194_303 } };
}

const WAITING: Side = { ready: true, state: 'idle', hears: false, sees: false, played: false };

const TALKING: Side = {
  ...WAITING,
  state: 'connected',
  own: { muted: true, video: 'on', screen: 'off', audioCbr: false },
  other: { muted: false, video: 'off', screen: 'off', audioCbr: false },
  messages: { backendSent: 1, backendReceived: 2, channelSent: 3, channelReceived: 4 },
  flow: {
    audio: { sent: 143, received: 140, lost: 3 },
    video: { sent: 79, received: 81, lost: 0 },
    roundTripMs: 3.71,
    phases: { gathered: 20, described: 22, 'ice-connected': 132.6, 'dtls-connected': 146, 'channel-opened': 158 },
  },
};
