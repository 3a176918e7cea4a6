import type { Clock } from '../../base/clock.ts';
import { systemClock } from '../../base/system-clock.ts';
import type { FlowEvent, FlowOptions, MediaEngine, MediaFlow } from '../port.ts';
import { NativeFlow } from './native-flow.ts';
import type { PeerConnectionConstructor } from './platform.ts';

export type NativeMediaEngineOptions = {
  /** Default: the platform's own. In Node: `@roamhq/wrtc`'s. */
  readonly RTCPeerConnection?: unknown;
  readonly clock?: Clock;
};

/** Media of a browser: every flow is an `RTCPeerConnection`, which makes itself a certificate. */
export class NativeMediaEngine implements MediaEngine {
  readonly carries = 'tracks' as const;
  readonly #clock: Clock;
  readonly #Connection: PeerConnectionConstructor;
  readonly #flows = new Set<NativeFlow>();

  /** Throws {@link NoWebRtcError} where there is no WebRTC. */
  constructor(options: NativeMediaEngineOptions = {}) {
    const Connection = options.RTCPeerConnection ?? (globalThis as { RTCPeerConnection?: unknown }).RTCPeerConnection;
    if (typeof Connection !== 'function') throw new NoWebRtcError('there is no RTCPeerConnection here: in Node use WeriftMediaEngine, or pass the one of @roamhq/wrtc');
    this.#Connection = Connection as PeerConnectionConstructor;
    this.#clock = options.clock ?? systemClock;
  }

  createFlow(options: FlowOptions, report: (event: FlowEvent) => void): MediaFlow {
    const flow = new NativeFlow({ clock: this.#clock, Connection: this.#Connection, closed: (gone) => this.#flows.delete(gone) }, options, report);
    this.#flows.add(flow);
    return flow;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#flows].map((flow) => flow.close()));
  }
}

export class NoWebRtcError extends Error {
  override readonly name = 'NoWebRtcError' as const;
}
