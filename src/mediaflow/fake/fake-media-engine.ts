import type { Clock } from '../../base/clock.ts';
import type { FlowEvent, FlowOptions, MediaEngine } from '../port.ts';
import { HEALTHY, type FakeBehaviour } from './fake-behaviour.ts';
import { FakeFlow } from './fake-flow.ts';
import type { FakeNetwork } from './fake-network.ts';

export type FakeMediaEngineOptions = {
  readonly clock: Clock;
  readonly network: FakeNetwork;
  /** Where this engine is, for `network.cut` and `heal`. One per device. */
  readonly place: string;
  readonly behaviour?: Partial<FakeBehaviour>;
};

/** Media without a network, for tests and simulations: flows of engines on one {@link FakeNetwork} find each other. */
export class FakeMediaEngine implements MediaEngine {
  readonly carries = 'frames' as const;
  readonly #options: FakeMediaEngineOptions;
  readonly #flows = new Set<FakeFlow>();
  #behaviour: FakeBehaviour;
  #made = 0;
  #place: string;

  constructor(options: FakeMediaEngineOptions) {
    this.#options = options;
    this.#place = options.place;
    this.#behaviour = { ...HEALTHY, ...options.behaviour };
  }

  /** Changes what goes well for the flows made from now on. */
  behave(change: Partial<FakeBehaviour>): void {
    this.#behaviour = { ...this.#behaviour, ...change };
  }

  /**
   * The device's network changes: flows made from now on are elsewhere, and so are those that are told to move. What is to
   * become of the others, `cut` says.
   */
  moveTo(place: string): void {
    this.#place = place;
  }

  /** Flows created and not closed, oldest first. */
  get flows(): readonly FakeFlow[] {
    return [...this.#flows];
  }

  /** How many flows were ever created. */
  get created(): number {
    return this.#made;
  }

  createFlow(options: FlowOptions, report: (event: FlowEvent) => void): FakeFlow {
    const { clock, network } = this.#options;
    const place = this.#place;
    const token = `${place.replaceAll(/[^\w]/g, '')}${this.#made++}`;
    const flow: FakeFlow = new FakeFlow({
      clock,
      network,
      place: () => this.#place,
      identity: { token, fingerprint: fingerprintOf(`${place} ${token}`) },
      behaviour: this.#behaviour,
      closed: () => this.#flows.delete(flow),
    }, options, report);
    this.#flows.add(flow);
    return flow;
  }

  async close(): Promise<void> {
    for (const flow of this.flows) await flow.close();
  }
}

/** 32 bytes in the notation of `a=fingerprint`, the same for the same token. It protects nothing. */
function fingerprintOf(token: string): string {
  let mixed = 0x811c_9dc5;
  for (let index = 0; index < token.length; index++) mixed = Math.imul(mixed ^ token.charCodeAt(index), 0x0100_0193);
  let bytes = '';
  for (let index = 0; index < 32; index++) {
    mixed = Math.imul(mixed ^ (mixed >>> 15) ^ index, 0x85eb_ca6b);
    bytes += `${index === 0 ? '' : ':'}${HEX[(mixed >>> 16) & 0xff] ?? ''}`;
  }
  return bytes;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0').toUpperCase());
