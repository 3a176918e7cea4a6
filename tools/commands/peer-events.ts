import type { CallEnd, CallPhase, CallStats, MessageCounts, Props } from '../../src/index.ts';
import type { FlowStats } from '../../src/mediaflow/index.ts';

/**
 * What `callcore call --json` and `callcore answer --json` print: one event a line. It is all that a program
 * which starts them needs to follow a call; `demo` lives on it.
 */
export type PeerEvent =
  /** Connected to the backend. */
  | { readonly type: 'ready'; readonly self: string; readonly signalling: 'sealed' | 'app' | 'plaintext' }
  | { readonly type: 'incoming'; readonly from: string }
  | { readonly type: 'state'; readonly state: CallPhase }
  /** What this side says that it sends. */
  | { readonly type: 'own-props'; readonly props: Props }
  | { readonly type: 'peer-props'; readonly props: Props }
  /** Seven signs: the same on both ends when nobody is in between. */
  | { readonly type: 'security'; readonly code: readonly string[] }
  | { readonly type: 'media-started'; readonly kind: 'audio' | 'video' }
  /** A few times a second while there is a call; packets since its begin, also of connections that were replaced. */
  | { readonly type: 'status'; readonly flow?: FlowStats; readonly messages?: MessageCounts; readonly quality?: CallStats['quality'] }
  /** Every three seconds: how the last three were. */
  | ({ readonly type: 'stats' } & CallStats)
  | { readonly type: 'media-path'; readonly path: CallStats['path'] }
  /** The file was played to its end. */
  | { readonly type: 'played' }
  | ({ readonly type: 'ended' } & CallEnd)
  /** With `--record`, after `ended`, once for each file. */
  | { readonly type: 'recorded'; readonly file: string }
  /** With `--frames`, after `ended`. */
  | ({ readonly type: 'frames' } & FrameReport)
  | { readonly type: 'notice'; readonly text: string };

/** One call's audio frames: what the source gave and what arrived, payloads as digests. */
export type FrameReport = {
  readonly played: readonly PlayedFrame[];
  /** In the order of arrival. */
  readonly received: readonly ReceivedFrame[];
};

/** `muted`: the frame was held back, and silence of its length was to leave instead. */
export type PlayedFrame = { readonly digest: string; readonly samples: number; readonly muted: boolean };
export type ReceivedFrame = { readonly digest: string; readonly timestamp: number; readonly sequence: number };

/** What is done with events. */
export type Report = (event: PeerEvent) => void;

/** An event as it is written: `at` in milliseconds since 1970. */
export type PeerEventLine = { readonly at: number } & PeerEvent;

export function writeEvent(event: PeerEvent, at: number): string {
  return JSON.stringify({ at, ...event } satisfies PeerEventLine);
}

/** `undefined` for a line that is no event. The writer is this same program: what has the form is trusted. */
export function readEvent(line: string): PeerEventLine | undefined {
  if (!line.startsWith('{"at":')) return undefined;
  try {
    return JSON.parse(line) as PeerEventLine;
  } catch {
    return undefined;
  }
}

/** What may be written to the standard input of `call` and `answer`, one a line. */
export const PEER_COMMANDS = ['mute', 'unmute', 'video on', 'video off', 'renew', 'end'] as const;
export type PeerCommand = (typeof PEER_COMMANDS)[number];

export function readCommand(line: string): PeerCommand | undefined {
  const text = line.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  return PEER_COMMANDS.find((command) => command === text);
}
