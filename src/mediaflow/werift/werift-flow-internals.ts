import type { RTCPeerConnection, RTCRtpSender, RTCRtpTransceiver } from 'werift';
import type { VideoCodec } from '../port.ts';

/*
 * What the flow touches inside werift 0.24.4 beyond its public types, and nothing more.
 */

/** `RTCSctpTransport`: where messages come in, and what has not been acknowledged. */
export type SctpInside = {
  readonly dataChannelQueue: readonly unknown[];
  datachannelReceive(stream: number, kind: number, data: Buffer): Promise<void>;
  readonly sctp: {
    readonly outboundQueue: readonly unknown[];
    readonly sentQueue: readonly unknown[];
    readonly onReceive: {
      allUnsubscribe(): void;
      subscribe(receive: (stream: number, kind: number, data: Buffer) => void): void;
    };
  };
};

/** `RTCPeerConnection`: the wait for gathering, after which an answerer starts to connect. */
export type GatheringInside = { gatherCandidates(): Promise<void> };

/** `Connection`: the pair that carries the media. */
export type NominatedPair = { readonly localCandidate: { readonly type: string }; readonly remoteCandidate: { readonly type: string }; readonly rtt?: number };

export function sctpInside(peer: RTCPeerConnection | undefined): SctpInside | undefined {
  return peer?.sctpTransport as unknown as SctpInside | undefined;
}

export function gatheringInside(peer: RTCPeerConnection): GatheringInside {
  return peer as unknown as GatheringInside;
}

export function nominatedPair(peer: RTCPeerConnection | undefined): NominatedPair | undefined {
  return (peer?.iceTransports[0]?.connection as unknown as { nominated?: NominatedPair } | undefined)?.nominated;
}

/** The round trip that RTCP measured (RFC 3550 §6.4.1), smoothed, in milliseconds; werift keeps it to itself. */
export function roundTripOf(sender: RTCRtpSender | undefined): number | undefined {
  const { rtt } = (sender ?? {}) as unknown as { readonly rtt?: number };
  return rtt === undefined ? undefined : Math.max(0, rtt * 1000);
}

/**
 * Lets a transceiver send one of the codecs that were agreed on; werift sends the first. Only the first has a
 * repair: packets of the others are repeated as they were.
 */
export function useCodec({ codecs, sender }: RTCRtpTransceiver, name: VideoCodec): boolean {
  const codec = codecs.find(({ mimeType }) => mimeType.toLowerCase() === `video/${name.toLowerCase()}`);
  if (codec === undefined) return false;
  sender.codec = codec;
  const inside = sender as unknown as { rtxPayloadType: number | undefined };
  const repair = codecs.find(({ name: kind, parameters }) => kind.toLowerCase() === 'rtx' && parameters === `apt=${codec.payloadType}`);
  inside.rtxPayloadType = repair?.payloadType;
  return true;
}
