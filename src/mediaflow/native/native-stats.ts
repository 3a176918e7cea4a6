import type { CandidateType, FlowStats, ReceptionReport, StreamStats } from '../port.ts';
import type { StatsReport } from './platform.ts';

/** One reading of a connection's statistics. */
export type NativeReading = Omit<FlowStats, 'phases'> & {
  /** Grows with every RTP packet and RTCP report that arrived and was authentic. */
  readonly arrivals: number;
};

const NOTHING: StreamStats = { sent: 0, received: 0, lost: 0, bytesSent: 0, bytesReceived: 0 };
export const NO_READING: NativeReading = { audio: NOTHING, video: NOTHING, arrivals: 0 };

/** Picks what a flow tells out of W3C webrtc-stats; what an implementation leaves out counts as nothing. */
export function readStats(report: StatsReport): NativeReading {
  const entries = new Map<string, Entry>();
  report.forEach((entry) => entries.set(String(entry['id']), entry));
  const all = [...entries.values()];
  const audio = streamOf(all, 'audio');
  const video = streamOf(all, 'video');
  const reports = (audio.reported?.reports ?? 0) + (video.reported?.reports ?? 0) + sum(all.filter(({ type }) => type === 'remote-outbound-rtp'), 'reportsSent');
  return { audio, video, arrivals: audio.received + video.received + reports, ...pathOf(all, entries) };
}

type Entry = Readonly<Record<string, unknown>>;

function streamOf(all: readonly Entry[], kind: 'audio' | 'video'): StreamStats {
  const of = (type: string): Entry[] => all.filter((entry) => entry['type'] === type && (entry['kind'] ?? entry['mediaType']) === kind);
  const [incoming, outgoing] = [of('inbound-rtp'), of('outbound-rtp')];
  const jitter = incoming[0]?.['jitter'];
  const reported = reportIn(of('remote-inbound-rtp')[0]);
  return {
    sent: sum(outgoing, 'packetsSent'),
    received: sum(incoming, 'packetsReceived'),
    // RFC 3550: what arrived twice counts as less than nothing lost.
    lost: Math.max(0, sum(incoming, 'packetsLost')),
    bytesSent: sum(outgoing, 'bytesSent'),
    bytesReceived: sum(incoming, 'bytesReceived'),
    ...(typeof jitter === 'number' ? { jitterMs: jitter * 1_000 } : {}),
    ...(reported === undefined ? {} : { reported }),
  };
}

function reportIn(entry: Entry | undefined): ReceptionReport | undefined {
  const reports = entry?.['roundTripTimeMeasurements'];
  if (entry === undefined || typeof reports !== 'number' || reports === 0) return undefined;
  return { lost: sum([entry], 'packetsLost'), fractionLost: sum([entry], 'fractionLost'), jitterMs: sum([entry], 'jitter') * 1_000, reports };
}

function pathOf(all: readonly Entry[], entries: ReadonlyMap<string, Entry>): Pick<NativeReading, 'roundTripMs' | 'pair' | 'availableBitrate'> {
  const chosen = all.find(({ type, selectedCandidatePairId }) => type === 'transport' && selectedCandidatePairId !== undefined)?.['selectedCandidatePairId'];
  const pair = entries.get(String(chosen)) ?? all.find(({ type, nominated, state }) => type === 'candidate-pair' && nominated === true && state === 'succeeded');
  if (pair === undefined) return {};
  const local = candidateType(entries.get(String(pair['localCandidateId'])));
  const remote = candidateType(entries.get(String(pair['remoteCandidateId'])));
  const { currentRoundTripTime, availableOutgoingBitrate } = pair;
  return {
    ...(typeof currentRoundTripTime === 'number' ? { roundTripMs: currentRoundTripTime * 1_000 } : {}),
    ...(typeof availableOutgoingBitrate === 'number' ? { availableBitrate: availableOutgoingBitrate } : {}),
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
