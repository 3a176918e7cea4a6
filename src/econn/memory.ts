import type { Device } from '../base/device.ts';
import { openLedger, type Ledger } from './ledger.ts';
import type { SetupMessage, UpdateMessage } from './message.ts';
import type { CloseReason } from './close-reason.ts';
import type { OfferId } from './offer-id.ts';
import type { Props } from './props.ts';
import { DEFAULT_TIMEOUTS, type Timeouts } from './timers.ts';

/** What an ECONN knows beside its state. Plain data: it survives JSON. */
export type Memory = {
  readonly self: Device;
  /** The user at the other end. */
  readonly peerUser: string;
  readonly ledger: Ledger;
  readonly timeouts: Timeouts;
  /** Present in every state but idle. */
  readonly call?: Call;
};

export type Call = {
  /** The first offer's id: the call's name. */
  readonly id: OfferId;
  /** The offer that is open or was last answered: the call's first, or an UPDATE's. */
  readonly offer: OfferId;
  readonly direction: 'outgoing' | 'incoming';
  /** The device at the other end; absent while an outgoing call rings at all of them. */
  readonly peer?: Device;
  readonly protocol: Protocol;
  readonly ourSession: string;
  readonly theirSession?: string;
  /** Our open offer, as it was sent: re-sent in a glare and when an UPDATE is not answered. */
  readonly sent?: SetupMessage | UpdateMessage;
  /** Our answer to `offer`, as it was sent: a repeated answer is identical. */
  readonly answer?: SetupMessage | UpdateMessage;
  /** While ringing out: who was addressed and has not said *busy*; absent until the backend told. */
  readonly legs?: readonly Device[];
  /** Devices that said *busy*. */
  readonly busy: readonly Device[];
  /** Offers of theirs that lost the glare against ours: to be told BUSY unless their answer withdraws them. */
  readonly ignored: readonly OfferId[];
  /** Whether the peer is still heard on the flow that carries the call. */
  readonly contact: 'live' | 'lost';
  /** Probes since the last sign of life. */
  readonly pings: number;
  /** How often our UPDATE was sent that is not answered, kept while a newer one is being made; when we decline by an answer, our CANCEL of it. */
  readonly tries: number;
  readonly ours: Props;
  /** Numbers `ours`: raised by each change. */
  readonly ourSeq: number;
  /** The latest number of ours that the peer said it has. */
  readonly ackedSeq: number;
  /** The number that was said last, while the next one has to wait. */
  readonly toldSeq?: number;
  readonly theirs: Props;
  readonly theirSeq: number;
  /** As the caller: our nonce, to be revealed on the channel. */
  readonly reveals?: string;
  /** As the callee: the caller's nonce, once it was revealed. */
  readonly revealed?: string;
  /** Decided when the ending began. */
  readonly ending?: CloseReason;
};

/** `unknown`: nobody of theirs has spoken yet. `calling-3.0`: the peer writes no offer ids (AVS). */
export type Protocol = 'callcore-1' | 'calling-3.0' | 'unknown';

export type Identity = {
  readonly self: Device;
  readonly peerUser: string;
  /** From {@link drawIncarnation}. */
  readonly incarnation: string;
  readonly timeouts?: Timeouts;
};

export function openMemory({ self, peerUser, incarnation, timeouts }: Identity): Memory {
  return { self, peerUser, ledger: openLedger(self, incarnation), timeouts: timeouts ?? DEFAULT_TIMEOUTS };
}
