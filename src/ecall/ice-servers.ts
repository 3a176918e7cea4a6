import type { Clock, StopTimer } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { after, ms, seconds, type DurationMs, type InstantMs } from '../base/units.ts';
import type { IceConfig, IceServer } from '../mediaflow/index.ts';
import { nameOf } from './problem-name.ts';

/** STUN and TURN servers whose credentials expire, asked for when they are needed and again before they do. */
export type IceSource = {
  readonly policy: IceConfig['policy'];
  /** Asks whoever gives credentials out. When it rejects it is asked again in a minute, and what was known goes on. */
  readonly fetch: () => Promise<IceLease>;
};

/** `ttl`: for how long from now the credentials are good. */
export type IceLease = { readonly servers: readonly IceServer[]; readonly ttl: DurationMs };

/**
 * The servers that new flows are given. A flow that runs keeps those it was made with: its relay is refreshed with
 * the credentials that it was had for, and another set comes into use with the next flow (call or re-SETUP).
 */
export class IceServers {
  readonly #source: IceConfig | IceSource;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #waiting = new Set<() => void>();
  #lease: (IceLease & { readonly until: InstantMs }) | undefined;
  #asking = false;
  #mayAskAgain: InstantMs;
  #stopTimer: StopTimer = () => {};
  #closed = false;

  constructor(source: IceConfig | IceSource, clock: Clock, log: Log) {
    this.#source = source;
    this.#clock = clock;
    this.#log = log;
    this.#mayAskAgain = clock.now();
    if ('fetch' in source) this.#ask(source);
  }

  /** `undefined`: not known yet, or expired; {@link known} waits for them. */
  get now(): IceConfig | undefined {
    if (!('fetch' in this.#source)) return this.#source;
    if (this.#lease === undefined || this.#clock.now() >= this.#lease.until) return undefined;
    return { servers: this.#lease.servers, policy: this.#source.policy };
  }

  /** Resolves when they are known, or after {@link CONFIG_LIMIT} with what there is: no servers, or those that have expired. */
  async known(): Promise<IceConfig> {
    if (this.now === undefined && !this.#closed) {
      await new Promise<void>((resolve) => {
        const over = (): void => {
          stop();
          this.#waiting.delete(over);
          resolve();
        };
        const stop = this.#clock.schedule(CONFIG_LIMIT, over);
        this.#waiting.add(over);
        this.#refresh();
      });
    }
    return this.now ?? { servers: this.#lease?.servers ?? [], policy: this.#source.policy };
  }

  /** A server did not take the credentials: they are asked for anew, at most once a minute. */
  distrust(): void {
    if (this.#clock.now() >= this.#mayAskAgain) this.#refresh();
  }

  close(): void {
    this.#closed = true;
    this.#stopTimer();
    this.#tellAll();
  }

  #refresh(): void {
    if ('fetch' in this.#source && !this.#asking && !this.#closed) this.#ask(this.#source);
  }

  #ask(source: IceSource): void {
    this.#asking = true;
    this.#stopTimer();
    // An app's function may throw instead of rejecting.
    Promise.resolve().then(source.fetch).then(
      ({ servers, ttl }) => this.#answered({ servers, ttl: clamped(ttl) }),
      (problem: unknown) => {
        this.#log.warn('no ICE servers', nameOf(problem));
        this.#next(RETRY);
      },
    );
  }

  #answered(lease: IceLease): void {
    this.#lease = { ...lease, until: after(this.#clock.now(), lease.ttl) };
    this.#next(ms(lease.ttl * REFRESH_AFTER));
    this.#tellAll();
  }

  #next(span: DurationMs): void {
    this.#asking = false;
    this.#mayAskAgain = after(this.#clock.now(), RETRY);
    if (!this.#closed) this.#stopTimer = this.#clock.schedule(span, () => this.#refresh());
  }

  #tellAll(): void {
    for (const over of this.#waiting) over();
  }
}

/** Neither an app's mistake nor a strange backend may make us ask without pause, or never again. */
function clamped(ttl: DurationMs): DurationMs {
  return ms(Math.min(Math.max(Number.isFinite(ttl) ? ttl : 0, SHORTEST_TTL), LONGEST_TTL));
}

const SHORTEST_TTL = seconds(60);
const LONGEST_TTL = seconds(24 * 3600);
/** A quarter of the time is left for a backend that is away, and for the call that is just beginning. */
const REFRESH_AFTER = 3 / 4;
const RETRY = seconds(60);
/** A person waits this long for a relay at most; most calls need none. */
export const CONFIG_LIMIT = seconds(5);
