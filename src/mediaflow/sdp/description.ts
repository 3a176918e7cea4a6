import type { UdpCandidate } from './candidate.ts';
import { parameter, type CodecName } from './known-codecs.ts';

/** What a call needs to know of a peer's description, and nothing of the rest. */
export type Description = {
  readonly transport: TransportFacts;
  readonly sections: readonly Section[];
};

/** Of the one transport that carries everything (BUNDLE). */
export type TransportFacts = {
  readonly ufrag: string;
  readonly password: string;
  readonly iceLite: boolean;
  readonly fingerprints: readonly { readonly hash: string; readonly value: string }[];
  /** Absent when the description left it out. */
  readonly setup?: 'actpass' | 'active' | 'passive';
  readonly candidates: readonly UdpCandidate[];
};

/** One m-line. */
export type Section =
  | (SectionLine & { readonly use: 'audio' | 'video'; readonly direction: Direction; readonly codecs: readonly CodecFacts[]; readonly sources: readonly SourceFacts[]; readonly extensions: readonly ExtensionFacts[] })
  | (SectionLine & { readonly use: 'channel'; readonly sctpPort: number; readonly maxMessageSize: number })
  /** Switched off by the peer, or of no use to a call: a second video, an unknown kind, no codec in common. */
  | (SectionLine & { readonly use: 'none' });

/** As it stands in the description: what an answer has to repeat. */
export type SectionLine = { readonly mid: string; readonly kind: string; readonly protocol: string; readonly formats: string };

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
export type CodecFacts = { readonly payloadType: number; readonly name: CodecName | 'rtx'; readonly parameters?: string; readonly feedback: readonly string[] };
/** An RTP header extension (RFC 8285) and the number it has in this bundle. */
export type ExtensionFacts = { readonly id: number; readonly uri: string };
export type SourceFacts = { readonly ssrc: number; readonly cname: string };

/** Whether a description asks for constant-bitrate audio, or agrees to it (RFC 7587 §6.1). */
export function saysConstantBitrate({ sections }: Description): boolean {
  return sections.some((section) => section.use === 'audio' && section.codecs.some(({ parameters }) => parameter(parameters ?? '', 'cbr') === '1'));
}
