import { between, ms, type DurationMs, type InstantMs } from '../base/units.ts';
import type { CloseReason } from '../econn/index.ts';
import type { FlowPhase, FlowStats } from '../mediaflow/index.ts';

/** What a call was like, told when it has ended. Spans in milliseconds; one that never was is absent. */
export type CallMetrics = {
  readonly direction: 'outgoing' | 'incoming';
  readonly reason: CloseReason;
  readonly setup: {
    /** From `call()` or `answer()` until our description was complete. */
    readonly described?: DurationMs;
    /** From the first ring or SETUP until the call was taken. */
    readonly taken?: DurationMs;
    /** From taken until the data channel was open. */
    readonly connected?: DurationMs;
    /** From `call()`, or the first ring, until the data channel was open. */
    readonly total?: DurationMs;
    /** Moments of the first flow, in milliseconds since it was made. */
    readonly flow: Partial<Record<FlowPhase, number>>;
  };
  /** From connected to ended. */
  readonly duration: DurationMs;
  readonly reconnects: number;
  readonly messages: MessageCounts;
  readonly audio: MediaCount;
  readonly video: MediaCount;
  readonly roundTripMs?: number;
};

/** ECONN messages by the road they took. */
export type MessageCounts = { readonly backendSent: number; readonly backendReceived: number; readonly channelSent: number; readonly channelReceived: number };

export type MediaCount = { readonly sent: number; readonly received: number; readonly lost: number };

export type Moment = 'begun' | 'described' | 'taken' | 'connected';
export type MessageCount = keyof MessageCounts;

/** Gathers a call's figures while it lives. */
export class CallMeter {
  readonly #direction: CallMetrics['direction'];
  readonly #moments = new Map<Moment, InstantMs>();
  readonly #messages = { backendSent: 0, backendReceived: 0, channelSent: 0, channelReceived: 0 };
  #describing: InstantMs | undefined;
  #flow: CallMetrics['setup']['flow'] = {};
  #audio: MediaCount = NOTHING;
  #video: MediaCount = NOTHING;
  #roundTrip: number | undefined;
  #reconnects = 0;

  constructor(direction: CallMetrics['direction'], now: InstantMs) {
    this.#direction = direction;
    this.mark('begun', now);
  }

  /** Only the first time counts. */
  mark(moment: Moment, now: InstantMs): void {
    if (!this.#moments.has(moment)) this.#moments.set(moment, now);
  }

  startDescribing(now: InstantMs): void {
    this.#describing ??= now;
  }

  get messages(): MessageCounts {
    return { ...this.#messages };
  }

  count(kind: MessageCount): void {
    this.#messages[kind] += 1;
  }

  reconnected(): void {
    this.#reconnects += 1;
  }

  /** Adds what a closed flow had carried. */
  add(stats: FlowStats): void {
    if (Object.keys(this.#flow).length === 0) this.#flow = stats.phases;
    this.#audio = sum(this.#audio, stats.audio);
    this.#video = sum(this.#video, stats.video);
    this.#roundTrip = stats.roundTripMs ?? this.#roundTrip;
  }

  close(reason: CloseReason, now: InstantMs): CallMetrics {
    const at = (moment: Moment): InstantMs | undefined => this.#moments.get(moment);
    const connected = at('connected');
    return {
      direction: this.#direction,
      reason,
      setup: {
        ...span('described', this.#describing, at('described')),
        ...span('taken', at('begun'), at('taken')),
        ...span('connected', at('taken'), connected),
        ...span('total', at('begun'), connected),
        flow: this.#flow,
      },
      duration: connected === undefined ? ms(0) : between(connected, now),
      reconnects: this.#reconnects,
      messages: this.messages,
      audio: this.#audio,
      video: this.#video,
      ...(this.#roundTrip === undefined ? {} : { roundTripMs: this.#roundTrip }),
    };
  }
}

const NOTHING: MediaCount = { sent: 0, received: 0, lost: 0 };

function sum(a: MediaCount, b: MediaCount): MediaCount {
  return { sent: a.sent + b.sent, received: a.received + b.received, lost: a.lost + b.lost };
}

function span<K extends string>(name: K, from: InstantMs | undefined, to: InstantMs | undefined): { readonly [P in K]?: DurationMs } {
  if (from === undefined || to === undefined) return {};
  return { [name]: between(from, to) } as { readonly [P in K]: DurationMs };
}
