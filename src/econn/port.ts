import type { Device } from '../base/device.ts';
import type { DurationMs } from '../base/units.ts';
import type { CloseReason, MediaFailure } from './close-reason.ts';
import type { Message, MessageType } from './message.ts';
import type { OfferId } from './offer-id.ts';
import type { PropName, Props } from './props.ts';
import type { TimerName } from './timers.ts';

/** Everything that can happen to an ECONN, by where it comes from. */
export type Input =
  // The user, through ECALL
  /** Calls the peer user with a complete offer. `pledge`: what the short authentication string is made of. */
  | { readonly type: 'start'; readonly sdp: string; readonly props: Props; readonly pledge?: Pledge }
  /** The answer to whatever offer is open: the ringing call, the glare winner's, or the peer's UPDATE. */
  | { readonly type: 'answer'; readonly sdp: string; readonly props: Props; readonly pledge?: Pledge }
  /** Declines the ringing call. */
  | { readonly type: 'reject'; readonly tellCaller: TellCaller }
  /** Hangs up or withdraws. `because`: the reason to record when it was not the user's wish. */
  | { readonly type: 'end'; readonly because?: CloseReason }
  /** Ends at once and by every road: the process or page goes away. */
  | { readonly type: 'destroy' }
  | { readonly type: 'set-props'; readonly props: Props }
  /** Renews the peer connection: another network, new keys, another media direction. */
  | { readonly type: 'renew' }
  /** The offer that `offer-wanted` asked for. */
  | { readonly type: 'offer'; readonly sdp: string }
  // The peer
  /**
   * `from` is the channel's word. `age`: how long the backend held the message. `busy`: this device is in a
   * call of another conversation and takes no second one.
   */
  | { readonly type: 'receive'; readonly from: Device; readonly via: Road; readonly message: Message; readonly age: DurationMs; readonly busy?: true }
  // The transports
  /** What became of a message that was given to the backend. `devices`: who was addressed. */
  | { readonly type: 'settled'; readonly message: MessageType; readonly resp: boolean; readonly call: OfferId; readonly outcome: 'taken' | 'refused'; readonly devices: readonly Device[] }
  /** The data channel of the newest flow is open. */
  | { readonly type: 'channel-opened' }
  /** The channel that carries the call closed by itself. */
  | { readonly type: 'channel-closed' }
  | { readonly type: 'link-lost' }
  | { readonly type: 'link-restored' }
  /** Something authenticated arrived from the peer. */
  | { readonly type: 'heard' }
  /** All that was given to the channel has left. */
  | { readonly type: 'drained' }
  /** The newest flow cannot be used. */
  | { readonly type: 'flow-failed'; readonly failure: MediaFailure }
  // Time
  | { readonly type: 'timer-fired'; readonly timer: TimerName }
  // The process
  /** We come back from a stored state, and what was going on cannot be gone on with. */
  | { readonly type: 'restarted' };

/**
 * Whether the caller hears that it was declined. `never`: only our own devices do, as with AVS; the caller rings
 * on. `when-understood`: it is told when it writes offer ids. `always`: a caller that writes none (AVS), and
 * listens to nothing but an answer while it rings, is given one that is withdrawn at once.
 */
export type TellCaller = 'never' | 'when-understood' | 'always';

/** A random nonce of this call, and the hash by which its maker commits to it. Both base64url. */
export type Pledge = { readonly nonce: string; readonly commit: string };

/** The backend is end-to-end encrypted and slow; the channel is the WebRTC data channel. */
export type Road = 'backend' | 'channel';

/** Everything an ECONN can ask its host for. Carried out in order. */
export type Output =
  | { readonly type: 'send'; readonly via: 'backend'; readonly to: Audience; readonly message: Message }
  | { readonly type: 'send'; readonly via: 'channel'; readonly message: Message }
  /** Replaces a timer of the same name. */
  | { readonly type: 'start-timer'; readonly timer: TimerName; readonly in: DurationMs }
  | { readonly type: 'stop-timer'; readonly timer: TimerName }
  /** The state is left: none of its timers may fire any more. */
  | { readonly type: 'stop-timers' }
  | { readonly type: 'notify'; readonly event: CallEvent }
  /** The input makes no sense now: the caller's mistake, told at once, changing nothing. */
  | { readonly type: 'refuse'; readonly input: Input['type']; readonly because: Refused };

export type Refused = 'not-in-call' | 'already-in-call' | 'nothing-to-answer';

/** Never includes the sending device. */
export type Audience =
  | { readonly type: 'users'; readonly users: readonly string[]; readonly except: readonly Device[] }
  | { readonly type: 'devices'; readonly devices: readonly Device[] };

/** What ECONN tells ECALL. */
export type CallEvent =
  /** Ring. `recall`: this device was in a call with us until just now, crashed and calls again. */
  | { readonly type: 'incoming'; readonly call: OfferId; readonly from: Device; readonly sdp: string; readonly props: Props; readonly recall: boolean; readonly commit?: string }
  /** Both called at once and theirs is kept: answer `sdp` without ringing. */
  | { readonly type: 'glare-lost'; readonly call: OfferId; readonly from: Device; readonly sdp: string; readonly props: Props; readonly commit?: string }
  /** They took our call: apply `sdp`. */
  | { readonly type: 'answered'; readonly by: Device; readonly sdp: string; readonly props: Props; readonly nonce?: string }
  /** The caller showed on the channel what it had committed to. Told once. */
  | { readonly type: 'revealed'; readonly nonce: string }
  | { readonly type: 'connected' }
  /** The peer connection is being replaced. The old one stays until the new channel opens. */
  | { readonly type: 'renewing'; readonly because: RenewalCause }
  /** Make a new flow and feed its offer. */
  | { readonly type: 'offer-wanted' }
  /** Make a new flow from the peer's offer and feed its answer. */
  | { readonly type: 'answer-wanted'; readonly sdp: string }
  /** They answered our UPDATE: apply `sdp`. */
  | { readonly type: 'update-answered'; readonly sdp: string }
  /** The new channel is open: the old flow can go. */
  | { readonly type: 'renewed' }
  /** Renewal failed while the old flow lives: stay on it. */
  | { readonly type: 'renewal-failed' }
  /** One of the two sides has ended the call; what is left is to say so. */
  | { readonly type: 'ending' }
  /** Feed `drained` when the channel has sent all. */
  | { readonly type: 'drain-wanted' }
  | { readonly type: 'peer-props'; readonly props: Props; readonly changed: readonly PropName[] }
  /** Another device wants to talk while we are in a call; it was told that we are busy. */
  | { readonly type: 'turned-away'; readonly call: OfferId; readonly from: Device }
  /** A call that never rang: it was over, or too old, when it arrived. */
  | { readonly type: 'missed'; readonly call: OfferId; readonly from: Device; readonly age: DurationMs }
  /** The call is over. Fires exactly once for each `incoming`, `glare-lost` or started call. */
  | { readonly type: 'closed'; readonly call: OfferId; readonly reason: CloseReason; readonly missed: boolean };

export type RenewalCause = 'asked' | 'silent' | 'channel-closed' | 'link-lost' | 'flow-failed' | 'peer-asked';
