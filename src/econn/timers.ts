import { ms, seconds, type DurationMs } from '../base/units.ts';

/**
 * Every deadline ECONN can ask for. At most one of each runs at a time; each belongs to the state that
 * started it, and leaving that state stops them all.
 */
export type TimerName =
  /** From SETUP sent or received until it is answered; on expiry nobody took the call. */
  | 'setup'
  /** From SETUP response sent or received until the data channel opens. */
  | 'channel'
  /** From UPDATE sent until its response; on expiry the same UPDATE goes out again. When its flow fails, until a new one is made for a new UPDATE. */
  | 'update'
  /** How long a lost call may take to come back; on expiry the peer is given up. */
  | 'reconnect'
  /** From HANGUP sent until its response; on expiry CANCEL goes over the backend as well. */
  | 'hangupAck'
  /** From the end of the call until all is closed, whatever the peer does. */
  | 'hangup'
  /** From the CANCEL of an answer by which a call was declined until the same CANCEL goes out again. */
  | 'decline'
  /** From the last sign of life; on expiry a probe is sent or, after three, the call is to be renewed. */
  | 'ping'
  /** From PROPSYNC sent until the next change may be told; on expiry the whole state goes out again unless it is acknowledged. */
  | 'props'
  /** From the link's going down until it counts: shorter gaps mend themselves. */
  | 'disconnect';

export type Timeouts = {
  readonly setup: DurationMs;
  /** The least time a late SETUP rings, so that a person can see it. */
  readonly shortestRing: DurationMs;
  readonly channel: DurationMs;
  /** Waits before the first, second, third … repetition of an UPDATE; the last one repeats. The first also parts flows that fail. */
  readonly update: readonly DurationMs[];
  readonly reconnect: DurationMs;
  readonly hangupAck: DurationMs;
  readonly hangup: DurationMs;
  /** Waits before the second, third … CANCEL of an answer by which a call was declined. */
  readonly decline: readonly DurationMs[];
  readonly ping: DurationMs;
  /** So many probes without a sign of life make the peer silent. */
  readonly pings: number;
  readonly props: DurationMs;
  readonly disconnect: DurationMs;
};

export const DEFAULT_TIMEOUTS: Timeouts = Object.freeze({
  // A minute of ringing is what people expect of a telephone, and what AVS does.
  setup: seconds(60),
  shortestRing: seconds(1),
  // ICE and DTLS take well under a second where there is a path; ten seconds of STUN retransmission and a
  // slow TURN allocation still fit.
  channel: seconds(15),
  // Doubling, so that a backend in trouble is not made worse; three tries fit into the budget below.
  update: Object.freeze([seconds(2), seconds(4), seconds(8)]),
  // STUN consent (RFC 7675 §5.1) gives a path thirty seconds too; longer silence is no conversation.
  reconnect: seconds(30),
  // A hang-up must feel immediate: the slower road is tried after one second.
  hangupAck: seconds(1),
  hangup: seconds(5),
  // At 0, 1 and 3 s: a CANCEL that comes before the answer that it withdraws is lost on AVS.
  decline: Object.freeze([seconds(1), seconds(2)]),
  // 1.5 s × 3: a dead peer is noticed in 4.5 s, against some thirty by ICE consent alone; with the two seconds that a
  // new connection takes over a long and lossy path, sound is back within eight.
  ping: ms(1_500),
  pings: 3,
  // Two repetitions fit into the second after which both sides must agree, and nobody says more than three in one.
  props: ms(400),
  // Wi-Fi roaming and short radio gaps end by themselves within two seconds.
  disconnect: seconds(2),
});
