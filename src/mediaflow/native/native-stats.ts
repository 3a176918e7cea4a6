import type { CandidateType, FlowStats } from '../port.ts';
import type { StatsReport } from './platform.ts';

/** One reading of a connection's statistics. */
export type NativeReading = Pick<FlowStats, 'audio' | 'video' | 'roundTripMs' | 'pair'> & {
  /** Grows with every RTP packet and RTCP report that arrived and was authentic. */
  readonly arrivals: number;
};

export const NO_READING: NativeReading = {
  audio: { sent: 0, received: 0, lost: 0 },
  video: { sent: 0, received: 0, lost: 0 },
  arrivals: 0,
};

/** Picks what a flow tells out of W3C webrtc-stats; what an implementation leaves out counts as nothing. */
export function readStats(report: StatsReport): NativeReading {
  const entries = new Map<string, Entry>();
  report.forEach((entry) => entries.set(String(entry['id']), entry));
  const all = [...entries.values()];
  const media = (kind: 'audio' | 'video'): FlowStats['audio'] => {
    const of = (type: string): Entry[] => all.filter((entry) => entry['type'] === type && (entry['kind'] ?? entry['mediaType']) === kind);
    return {
      sent: sum(of('outbound-rtp'), 'packetsSent'),
      received: sum(of('inbound-rtp'), 'packetsReceived'),
      lost: Math.max(0, sum(of('inbound-rtp'), 'packetsLost')),
    };
  };
  const audio = media('audio');
  const video = media('video');
  const reports = sum(all.filter(({ type }) => type === 'remote-inbound-rtp'), 'roundTripTimeMeasurements') + sum(all.filter(({ type }) => type === 'remote-outbound-rtp'), 'reportsSent');
  return { audio, video, arrivals: audio.received + video.received + reports, ...pathOf(all, entries) };
}

type Entry = Readonly<Record<string, unknown>>;

function pathOf(all: readonly Entry[], entries: ReadonlyMap<string, Entry>): Pick<NativeReading, 'roundTripMs' | 'pair'> {
  const chosen = all.find(({ type, selectedCandidatePairId }) => type === 'transport' && selectedCandidatePairId !== undefined)?.['selectedCandidatePairId'];
  const pair = entries.get(String(chosen)) ?? all.find(({ type, nominated, state }) => type === 'candidate-pair' && nominated === true && state === 'succeeded');
  if (pair === undefined) return {};
  const local = candidateType(entries.get(String(pair['localCandidateId'])));
  const remote = candidateType(entries.get(String(pair['remoteCandidateId'])));
  const roundTrip = pair['currentRoundTripTime'];
  return {
    ...(typeof roundTrip === 'number' ? { roundTripMs: roundTrip * 1_000 } : {}),
    ...(local === undefined || remote === undefined ? {} : { pair: { local, remote } }),
  };
}

function candidateType(candidate: Entry | undefined): CandidateType | undefined {
  const type = candidate?.['candidateType'];
  return type === 'host' || type === 'srflx' || type === 'prflx' || type === 'relay' ? type : undefined;
}

function sum(entries: readonly Entry[], name: string): number {
  return entries.reduce((total, entry) => total + (typeof entry[name] === 'number' ? entry[name] : 0), 0);
}
