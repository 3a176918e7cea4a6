import type { Clock } from '../../base/clock.ts';
import { systemClock } from '../../base/system-clock.ts';
import type { FlowEvent, FlowOptions, MediaEngine, MediaFlow } from '../port.ts';
import { CertificatePool } from './certificate-pool.ts';
import { createHardenedPeer } from './hardened-peer.ts';
import type { TurnTls } from './hardening/relay-transport.ts';
import { WeriftFlow, type WeriftFlowSetting } from './werift-flow.ts';

export type WeriftMediaEngineOptions = {
  /** Times phases and drives the caps and intervals of the flows; werift's own timers are the system's. */
  readonly clock?: Clock;
  /** How many certificates are kept ready. */
  readonly certificatesAhead?: number;
  /**
   * Whose certificates are believed for TURN over TLS: `ca` is a certificate, or several, in PEM. By default those
   * that Node believes. `rejectUnauthorized: false` believes anybody: media stays encrypted, but whoever is in
   * between learns the credentials' user and who is relayed to whom.
   */
  readonly turnTls?: TurnTls;
  /**
   * Makes the connection of a flow. For tests that need a peer that misbehaves; no part of the public types,
   * which would bring werift's with them.
   *
   * @internal
   */
  readonly createPeer?: WeriftFlowSetting['createPeer'];
};

/** Real media in Node: every flow is a hardened werift connection with a certificate of its own. */
export class WeriftMediaEngine implements MediaEngine {
  readonly carries = 'frames' as const;
  readonly #clock: Clock;
  readonly #certificates: CertificatePool;
  readonly #createPeer: WeriftFlowSetting['createPeer'];
  readonly #turnTls: TurnTls | undefined;
  readonly #flows = new Set<WeriftFlow>();

  constructor(options: WeriftMediaEngineOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#certificates = new CertificatePool(options.certificatesAhead === undefined ? {} : { ahead: options.certificatesAhead });
    this.#createPeer = options.createPeer ?? createHardenedPeer;
    this.#turnTls = options.turnTls;
  }

  createFlow(options: FlowOptions, report: (event: FlowEvent) => void): MediaFlow {
    const flow = new WeriftFlow({
      clock: this.#clock,
      takeCertificate: () => this.#certificates.take(),
      createPeer: this.#createPeer,
      turnTls: this.#turnTls,
      closed: (gone) => this.#flows.delete(gone),
    }, options, report);
    this.#flows.add(flow);
    return flow;
  }

  async close(): Promise<void> {
    this.#certificates.close();
    await Promise.all([...this.#flows].map((flow) => flow.close()));
  }
}
