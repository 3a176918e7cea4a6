import type { Device } from '../base/device.ts';
import type { DurationMs } from '../base/units.ts';
import type { Audience, CloseReason, MediaFailure, Message, MessageType, OfferId, PropName, Props, Refused, Pledge, TimerName } from '../econn/index.ts';

/** Everything that can happen to a conversation's call, by where it comes from. */
export type EcallInput =
  // The user
  | { readonly type: 'start'; readonly props: Props }
  | { readonly type: 'answer'; readonly props: Props }
  | { readonly type: 'reject' }
  | { readonly type: 'end' }
  /** The peer has not kept what it had committed to: somebody is in between. */
  | { readonly type: 'mistrust' }
  /** The process or page goes away: end at once, by every road. */
  | { readonly type: 'destroy' }
  | { readonly type: 'set-props'; readonly props: Props }
  /** The network changed, or new keys are wanted: replace the peer connection. */
  | { readonly type: 'renew' }
  // The peer
  /** `busy`: this device is in a call of another conversation and takes no second one. */
  | { readonly type: 'receive'; readonly from: Device; readonly message: Message; readonly age: DurationMs; readonly busy?: true }
  // The backend
  | { readonly type: 'settled'; readonly message: MessageType; readonly resp: boolean; readonly call: OfferId; readonly outcome: 'taken' | 'refused'; readonly devices: readonly Device[] }
  // The flows
  | { readonly type: 'flow'; readonly flow: FlowId; readonly signal: FlowSignal }
  /** The answer to an ask. */
  | { readonly type: 'asked'; readonly ask: AskId; readonly result: AskResult }
  // Time
  | { readonly type: 'timer-fired'; readonly timer: CallTimer }
  // The process
  /** We come back from a stored state; what was going on has no media any more. */
  | { readonly type: 'restarted' }
  /** We come back so soon that the peer still waits: the call goes on with a new flow. */
  | { readonly type: 'resumed' };

/** Numbers the flows of a conversation from 1: an event of a flow that was replaced is known by its number. */
export type FlowId = number;
export type AskId = number;
export type CallTimer = TimerName | 'no-media';

/** What a flow says that can change a call. Media itself never comes through here. */
export type FlowSignal =
  | { readonly type: 'channel-opened' }
  | { readonly type: 'channel-closed' }
  /** A message of ours, parsed. */
  | { readonly type: 'channel-message'; readonly message: Message }
  /** Something arrived on the channel that is no message. */
  | { readonly type: 'channel-nonsense' }
  | { readonly type: 'link-lost' }
  | { readonly type: 'link-restored' }
  | { readonly type: 'heard' }
  | { readonly type: 'media-started'; readonly kind: 'audio' | 'video' }
  /** The descriptions agree on audio of constant bitrate. */
  | { readonly type: 'constant-bitrate' }
  | { readonly type: 'failed'; readonly failure: MediaFailure };

/** Slow work of a flow. Only the newest open ask may be answered; answers to forgotten ones change nothing. */
export type Ask =
  | { readonly type: 'create-offer' }
  | { readonly type: 'create-answer'; readonly offer: string }
  | { readonly type: 'accept-answer'; readonly answer: string }
  /** Until all that was given to the channel has left. */
  | { readonly type: 'drain' };

/** `pledge` comes with each description: a fresh nonce of ours for the short authentication string. */
export type AskResult = { readonly type: 'described'; readonly sdp: string; readonly pledge?: Pledge } | { readonly type: 'done' } | { readonly type: 'failed'; readonly failure: MediaFailure };

/** Everything a call can ask its host for. Carried out in order. */
export type EcallOutput =
  | { readonly type: 'send'; readonly to: Audience; readonly message: Message }
  /** Over the data channel of that flow. */
  | { readonly type: 'say'; readonly flow: FlowId; readonly message: Message }
  | { readonly type: 'start-timer'; readonly timer: CallTimer; readonly in: DurationMs }
  | { readonly type: 'stop-timer'; readonly timer: CallTimer }
  /** Stops all timers but `no-media`. */
  | { readonly type: 'stop-timers' }
  | { readonly type: 'open-flow'; readonly flow: FlowId; readonly video: boolean; readonly constantBitrate: boolean }
  | { readonly type: 'ask'; readonly ask: AskId; readonly flow: FlowId; readonly what: Ask }
  /** From here on this flow carries our media, and no other. */
  | { readonly type: 'carry-media'; readonly flow: FlowId }
  /** What we send changed. */
  | { readonly type: 'apply-props'; readonly props: Props }
  | { readonly type: 'close-flow'; readonly flow: FlowId }
  | { readonly type: 'notify'; readonly notice: Notice }
  | { readonly type: 'refuse'; readonly input: EcallInput['type']; readonly because: Refused };

/** Fixed for a call by its first offer and answer; the same on both sides unless somebody is in between. */
export type SharedPledges = {
  readonly caller: Device;
  readonly callee: Device;
  /** The descriptions: their fingerprints name the certificates. */
  readonly offer: string;
  readonly answer: string;
  readonly callerNonce: string;
  readonly calleeNonce: string;
  /** What the caller had committed to, for the callee to check. */
  readonly commit?: string;
};

/** What the app hears. The call's state is not told but looked at: `callStateOf`. */
export type Notice =
  | { readonly type: 'incoming'; readonly from: Device; readonly props: Props; readonly recall: boolean }
  /** Which device of the peer we are in a call with. */
  | { readonly type: 'bound'; readonly to: Device }
  | { readonly type: 'connected' }
  | { readonly type: 'renewed' }
  /** A new peer connection could not be had; the call goes on over the old one. */
  | { readonly type: 'renewal-failed' }
  /** What we tell the peer changed without the app: it asked for constant-bitrate audio, and gets it. */
  | { readonly type: 'own-props'; readonly props: Props }
  | { readonly type: 'peer-props'; readonly props: Props; readonly changed: readonly PropName[] }
  | { readonly type: 'media-started'; readonly kind: 'audio' | 'video' }
  /** All that the short authentication string is made of is known. */
  | { readonly type: 'pledges-known'; readonly pledges: SharedPledges }
  /** Connected, and nothing is heard or seen of the peer though it says that it sends. */
  | { readonly type: 'no-media' }
  | { readonly type: 'missed'; readonly from: Device; readonly age: DurationMs }
  | { readonly type: 'turned-away'; readonly from: Device }
  /** Exactly once for each started or incoming call. */
  | { readonly type: 'ended'; readonly reason: CloseReason; readonly missed: boolean };
