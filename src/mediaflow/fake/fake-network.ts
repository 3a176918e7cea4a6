import type { Clock, StopTimer } from '../../base/clock.ts';
import { ms, type DurationMs } from '../../base/units.ts';
import type { VideoCodec } from '../port.ts';

/** One end of a fake flow as the network sees it. */
export interface FakeEndpoint {
  /** The name of its engine: what `cut` and `heal` speak of. */
  readonly place: string;
  readonly token: string;
  /** The token of the flow it wants to reach, once it knows. */
  readonly peerToken: string | undefined;
  /** Both ends know each other and a path exists (again). */
  pathFound(peer: FakeEndpoint): void;
  pathLost(): void;
  /** What it has received of its peer's media: what its receiver reports would say. */
  reception(kind: 'audio' | 'video'): { readonly received: number; readonly lost: number };
  /** Something its peer sent has arrived. */
  arrive(parcel: FakeParcel): void;
}

export type FakeParcel =
  | { readonly type: 'message'; readonly text: string }
  | { readonly type: 'audio'; readonly payload: Uint8Array; readonly timestamp: number; readonly sequence: number }
  | { readonly type: 'video'; readonly payload: Uint8Array; readonly timestamp: number; readonly sequence: number; readonly keyframe: boolean; readonly codec: VideoCodec }
  | { readonly type: 'picture-lost' }
  | { readonly type: 'channel-close' };

/** The world between the flows of all fake engines that share it. Flows meet by the token in their descriptions. */
export class FakeNetwork {
  /** One way, for everything that is carried. */
  latency: DurationMs;
  readonly #clock: Clock;
  readonly #endpoints = new Map<string, FakeEndpoint>();
  readonly #cuts = new Set<string>();
  /** By `from to`: the part of media that is lost, and what has added up towards the next loss. */
  readonly #losses = new Map<string, { readonly part: number; due: number }>();
  readonly #isolated = new Set<string>();

  constructor(clock: Clock, latency: DurationMs = ms(0)) {
    this.#clock = clock;
    this.latency = latency;
  }

  /** Open flows of all engines on this network. */
  get openFlows(): number {
    return this.#endpoints.size;
  }

  /** Nothing gets from one place to the other, in either direction, until `heal`. */
  cut(a: string, b: string): void {
    this.#cuts.add(pairKey(a, b));
    for (const end of this.#endpoints.values()) {
      const peer = this.peerOf(end);
      if (peer !== undefined && pairKey(end.place, peer.place) === pairKey(a, b)) end.pathLost();
    }
  }

  heal(a: string, b: string): void {
    if (!this.#cuts.delete(pairKey(a, b))) return;
    for (const end of this.#endpoints.values()) this.seek(end);
  }

  /** From here on `part` (0 to 1) of the media from one place to the other is lost, evenly; the channel is not. */
  loseMedia(from: string, to: string, part: number): void {
    if (part === 0) this.#losses.delete(`${from} ${to}`);
    else this.#losses.set(`${from} ${to}`, { part, due: 0 });
  }

  /** Whether the next packet of media gets through. */
  takesMedia(from: FakeEndpoint, to: FakeEndpoint): boolean {
    const loss = this.#losses.get(`${from.place} ${to.place}`);
    if (loss === undefined) return true;
    loss.due += loss.part;
    if (loss.due < 1) return true;
    loss.due -= 1;
    return false;
  }

  /** Nothing gets to that place or away from it, until `rejoin`. */
  isolate(place: string): void {
    if (this.#isolated.has(place)) return;
    this.#isolated.add(place);
    for (const end of this.#endpoints.values()) {
      const peer = this.peerOf(end);
      if (peer !== undefined && (end.place === place || peer.place === place)) end.pathLost();
    }
  }

  rejoin(place: string): void {
    if (!this.#isolated.delete(place)) return;
    for (const end of this.#endpoints.values()) if (end.place === place) this.seek(end);
  }

  reachable(from: FakeEndpoint, to: FakeEndpoint): boolean {
    if (!this.#endpoints.has(to.token) || this.#isolated.has(from.place) || this.#isolated.has(to.place)) return false;
    return this.#cuts.size === 0 || !this.#cuts.has(pairKey(from.place, to.place));
  }

  add(end: FakeEndpoint): void {
    this.#endpoints.set(end.token, end);
  }

  remove(end: FakeEndpoint): void {
    this.#endpoints.delete(end.token);
  }

  /** The flow that `end` wants to reach, if that one wants to reach it too. */
  peerOf(end: FakeEndpoint): FakeEndpoint | undefined {
    const peer = end.peerToken === undefined ? undefined : this.#endpoints.get(end.peerToken);
    return peer?.peerToken === end.token ? peer : undefined;
  }

  /** Tells both ends when they can reach each other. */
  seek(end: FakeEndpoint): void {
    const peer = this.peerOf(end);
    if (peer === undefined || !this.reachable(end, peer)) return;
    this.#clock.schedule(this.latency, () => {
      if (this.peerOf(end) !== peer || !this.reachable(end, peer)) return;
      end.pathFound(peer);
      peer.pathFound(end);
    });
  }

  /** Runs `arrived` one latency later. */
  carry(arrived: () => void): StopTimer {
    return this.#clock.schedule(this.latency, arrived);
  }
}

function pairKey(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
