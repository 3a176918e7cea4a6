import type { Clock } from '../base/clock.ts';
import { between, ms, type InstantMs } from '../base/units.ts';
import type { FlowEvent, FlowFailure, FlowPhase, FlowStats, Link } from './port.ts';

/** Signs of life are told no oftener than this: fifty packets a second say no more than two. */
export const HEARD_INTERVAL = ms(500);

/** The mouth of a flow: nothing after `close`, a failure once, a link only when it changed, phases with times. */
export class FlowReporter {
  readonly #clock: Clock;
  readonly #createdAt: InstantMs;
  #report: ((event: FlowEvent) => void) | undefined;
  #heardAt: InstantMs | undefined;
  #link: Link = 'new';
  #failed = false;
  readonly #started = new Set<'audio' | 'video'>();
  readonly #phases: Partial<Record<FlowPhase, number>> = {};

  constructor(clock: Clock, report: (event: FlowEvent) => void) {
    this.#clock = clock;
    this.#createdAt = clock.now();
    this.#report = report;
  }

  tell(event: FlowEvent): void {
    this.#report?.(event);
  }

  link(link: Link): void {
    if (link === this.#link) return;
    this.#link = link;
    this.tell({ type: 'link', link });
  }

  /** What ICE says of the path: one that is lost is disconnected before it fails, one that never was only fails. */
  ice(state: 'new' | 'checking' | 'connected' | 'completed' | 'disconnected' | 'failed' | 'closed'): void {
    switch (state) {
      case 'checking':
      case 'disconnected':
        this.link(state);
        return;
      case 'connected':
      case 'completed':
        this.reached('ice-connected');
        this.link('connected');
        return;
      case 'failed':
        if (this.#phases['ice-connected'] !== undefined) this.link('disconnected');
        this.failed('no-path');
        return;
      case 'new':
      case 'closed':
    }
  }

  failed(failure: FlowFailure): void {
    if (this.#failed) return;
    this.#failed = true;
    this.tell({ type: 'failed', failure });
  }

  heard(): void {
    const now = this.#clock.now();
    if (this.#heardAt !== undefined && between(this.#heardAt, now) < HEARD_INTERVAL) return;
    this.#heardAt = now;
    this.tell({ type: 'heard' });
  }

  mediaArrived(kind: 'audio' | 'video'): void {
    if (this.#started.has(kind)) return;
    this.#started.add(kind);
    this.tell({ type: 'media-started', kind });
  }

  reached(phase: FlowPhase): void {
    this.#phases[phase] ??= between(this.#createdAt, this.#clock.now());
  }

  get phases(): FlowStats['phases'] {
    return { ...this.#phases };
  }

  close(): void {
    this.#report = undefined;
  }
}
