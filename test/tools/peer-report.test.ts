import { describe, expect, it } from 'vitest';
import type { FlowStats } from '../../src/mediaflow/index.ts';
import { FlowSum } from '../../tools/commands/flow-sum.ts';
import { numbered } from '../../tools/commands/files.ts';
import { statusLine } from '../../tools/commands/peer-report.ts';

describe('the status of a call', () => {
  it('counts on when another connection takes over', () => {
    const sum = new FlowSum();
    sum.add(flow(10, 20));
    expect(sum.add(flow(100, 20)).audio).toMatchObject({ sent: 100, received: 100, lost: 1, bytesSent: 4000 });
    expect(sum.add(flow(3, 25)).audio).toMatchObject({ sent: 103, received: 103, lost: 2, bytesSent: 4120 });
    // As many packets as the one before: its moments are other ones.
    expect(sum.add(flow(3, 30)).audio).toMatchObject({ sent: 106, received: 106, lost: 3 });
  });

  it('says what its numbers are, and leaves out what does not fit', () => {
    const status = { flow: { ...flow(143, 20), roundTripMs: 17.4 }, messages: { backendSent: 1, backendReceived: 2, channelSent: 3, channelReceived: 4 } };
    expect(statusLine(status, 79)).toBe('sent/received  audio 143/143, 1 lost  RTT 17 ms  video 7/8  messages 4/6');
    expect(statusLine(status, 60)).toBe('sent/received  audio 143/143, 1 lost  RTT 17 ms  video 7/8');
    expect(statusLine({}, 79)).toBe('');
  });
});

describe('recordings of several calls', () => {
  it('have a file each', () => {
    expect([1, 2, 3].map((count) => numbered('some/heard.ogg', count))).toEqual(['some/heard.ogg', 'some/heard-2.ogg', 'some/heard-3.ogg']);
    expect(numbered('heard', 2)).toBe('heard-2');
    expect(numbered('/dev/null', 2)).toBe('/dev/null');
  });
});

function flow(packets: number, described: number): FlowStats {
  return { audio: { sent: packets, received: packets, lost: 1, bytesSent: packets * 40, bytesReceived: packets * 40 }, video: { sent: 7, received: 8, lost: 0, bytesSent: 700, bytesReceived: 800 }, phases: { described } };
}
