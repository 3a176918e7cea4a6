import { between, type DurationMs, type InstantMs } from '../../base/units.ts';
import type { FlowStats, StreamStats } from '../port.ts';

/** The counts of a flow at one moment. */
export type Reading = { readonly at: InstantMs; readonly stats: FlowStats };

/** What happened between two readings of one flow. Rates in bits/s of payload, losses from 0 to 1. */
export type Interval = {
  readonly span: DurationMs;
  readonly audio: StreamInterval;
  readonly video: StreamInterval;
  readonly roundTripMs?: number;
  readonly availableBitrate?: number;
};

export type StreamInterval = {
  readonly sent: number;
  readonly received: number;
  readonly sendBitrate: number;
  readonly receiveBitrate: number;
  /** Of what the peer sent in this time. */
  readonly lossIn: number;
  /** Of what we sent, by the peer's newest report; absent when none came in this time. */
  readonly lossOut?: number;
  readonly jitterMs?: number;
};

/** Counts that fell belong to another flow, which began at zero: then the newer reading is all there is. */
export function intervalOf(before: Reading, now: Reading): Interval {
  const span = between(before.at, now.at);
  const { roundTripMs, availableBitrate } = now.stats;
  return {
    span,
    audio: streamInterval(before.stats.audio, now.stats.audio, span),
    video: streamInterval(before.stats.video, now.stats.video, span),
    ...(roundTripMs === undefined ? {} : { roundTripMs }),
    ...(availableBitrate === undefined ? {} : { availableBitrate }),
  };
}

function streamInterval(before: StreamStats, now: StreamStats, span: DurationMs): StreamInterval {
  const fresh = now.sent < before.sent || now.received < before.received;
  const grown = (count: 'sent' | 'received' | 'lost' | 'bytesSent' | 'bytesReceived'): number => Math.max(0, now[count] - (fresh ? 0 : before[count]));
  const [received, lost] = [grown('received'), grown('lost')];
  const reported = now.reported !== undefined && now.reported.reports !== (fresh ? 0 : (before.reported?.reports ?? 0)) ? now.reported : undefined;
  return {
    sent: grown('sent'),
    received,
    sendBitrate: bitrate(grown('bytesSent'), span),
    receiveBitrate: bitrate(grown('bytesReceived'), span),
    lossIn: received + lost === 0 ? 0 : lost / (received + lost),
    ...(reported === undefined ? {} : { lossOut: reported.fractionLost }),
    ...(now.jitterMs === undefined ? {} : { jitterMs: now.jitterMs }),
  };
}

function bitrate(bytes: number, span: DurationMs): number {
  return span <= 0 ? 0 : Math.round((bytes * 8_000) / span);
}
