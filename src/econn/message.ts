import type { CancelCause } from './close-reason.ts';
import type { Mark, OfferId } from './offer-id.ts';
import type { WireProps } from './props.ts';

/**
 * One message of Calling 3.0, as AVS writes and reads it, plus fields that AVS ignores (`call`, `offer`,
 * `withdrawn`, `cause`, `seq`, `ack`, `commit`, `nonce`). `parseMessage` is the only way from text to a Message.
 */
export type Message = SetupMessage | UpdateMessage | CancelMessage | RejectMessage | PropsyncMessage | HangupMessage | PingMessage | AlertMessage | GroupMessage | ConferenceMessage;

/**
 * `sessid`: each side makes its own per call and keeps it for all its messages. `src`, `dest`: written for AVS,
 * never trusted; who sent a message is the channel's word.
 */
type Header = {
  readonly sessid: string;
  readonly resp: boolean;
  readonly src?: Address;
  readonly dest?: Address;
};

export type Address = { readonly user?: string; readonly device?: string };

/** Names the call: the id of its first offer. Absent from peers that do not know the field (AVS). */
type OfCall = { readonly call?: OfferId };

/** `resp` false: an offer. True: the answer to `offer`. `withdrawn` (answers only) cancels the answerer's own offers. */
type Description = Header & OfCall & {
  readonly sdp: string;
  readonly props: WireProps;
  readonly offer?: OfferId;
  readonly withdrawn?: Mark;
  /** Of a call's first offer: the hash of a nonce that the caller reveals on the channel (short authentication string). */
  readonly commit?: string;
  /** Of its answer: the callee's nonce, chosen before the caller's is known. */
  readonly nonce?: string;
};

/** Opens a call. */
export type SetupMessage = { readonly type: 'SETUP' } & Description;
/** Renews the peer connection of a live call (re-SETUP). */
export type UpdateMessage = { readonly type: 'UPDATE' } & Description;
/** Withdraws or ends a call over the backend. */
export type CancelMessage = { readonly type: 'CANCEL'; readonly cause?: CancelCause } & Header & OfCall;
/** Declines a call (`busy`: the callee is in another one). AVS sends it to the user's own devices only. */
export type RejectMessage = { readonly type: 'REJECT'; readonly cause?: RejectCause } & Header & OfCall;
/** The sender's whole state. `seq` numbers it; `ack` (answers) is the number that this answers; `nonce`: what the caller had committed to. */
export type PropsyncMessage = { readonly type: 'PROPSYNC'; readonly props: WireProps; readonly seq?: number; readonly ack?: number; readonly nonce?: string } & Header & OfCall;
/** Ends a call over the data channel. */
export type HangupMessage = { readonly type: 'HANGUP' } & Header & OfCall;
/** Asks for a sign of life. */
export type PingMessage = { readonly type: 'PING' } & Header & OfCall;
/** Tells of a problem (RFC-less, AVS only). Parsed, never acted on. */
export type AlertMessage = { readonly type: 'ALERT'; readonly level: number; readonly descr: string } & Header;
/** Legacy mesh groups. Parsed and preserved, not acted on. */
export type GroupMessage = { readonly type: GroupType; readonly sdp?: string; readonly props?: WireProps } & Header;
/** SFT conferences. `fields` is the whole object as it came. */
export type ConferenceMessage = { readonly type: ConferenceType; readonly fields: JsonObject } & Header;

export type RejectCause = 'declined' | 'busy';
export const GROUP_TYPES = ['GROUPSTART', 'GROUPSETUP', 'GROUPLEAVE', 'GROUPCHECK', 'GROUPUPDATE'] as const;
export type GroupType = (typeof GROUP_TYPES)[number];
export const CONFERENCE_TYPES = ['CONFSTART', 'CONFCHECK', 'CONFCONN', 'CONFEND', 'CONFPART', 'CONFKEY', 'CONFSTREAMS'] as const;
export type ConferenceType = (typeof CONFERENCE_TYPES)[number];
export type MessageType = Message['type'];

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/** The protocol version of Calling 3.0, in every message. */
export const VERSION = '3.0';

/** The longest encoded message in bytes of UTF-8: it must fit into the largest envelope. */
export const MAX_MESSAGE_BYTES = 32_000;
