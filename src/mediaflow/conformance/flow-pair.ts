import { ms, type DurationMs } from '../../base/units.ts';
import type { FlowOptions, MediaEngine } from '../port.ts';
import type { ConformanceWorld } from './conformance-world.ts';
import { recordFlow, told, type RecordedFlow } from './recorded-flow.ts';

/** One demand on two flows that were just made. Rejects with what was wrong. */
export type FlowCheck = readonly [name: string, check: (pair: FlowPair) => Promise<void>];

/** With video, and no server to ask. */
export const OPTIONS: FlowOptions = { video: true, ice: { servers: [], policy: 'all' } };

/** Two flows of two engines, and what both reported. */
export class FlowPair {
  readonly a: RecordedFlow;
  readonly b: RecordedFlow;
  readonly #world: ConformanceWorld;

  constructor(world: ConformanceWorld) {
    this.#world = world;
    this.a = recordFlow(world.caller, OPTIONS);
    this.b = recordFlow(world.callee, OPTIONS);
    must(this.a.events.length + this.b.events.length === 0, 'something was told before createFlow returned');
  }

  get world(): ConformanceWorld {
    return this.#world;
  }

  get caller(): MediaEngine {
    return this.#world.caller;
  }

  get callee(): MediaEngine {
    return this.#world.callee;
  }

  pass(span: DurationMs): Promise<void> {
    return this.#world.pass(span);
  }

  async exchange(onTheWay: (offer: string) => string = (sdp) => sdp): Promise<{ offer: string; answer: string }> {
    const offer = (await this.a.flow.createOffer()).sdp;
    const answer = (await this.b.flow.createAnswer(onTheWay(offer))).sdp;
    await this.a.flow.acceptAnswer(answer);
    return { offer, answer };
  }

  async connect(): Promise<{ offer: string; answer: string }> {
    const exchanged = await this.exchange();
    await this.until(() => [this.a, this.b].every((end) => told(end, 'channel-opened').length > 0), 'the channel did not open');
    return exchanged;
  }

  async until(fulfilled: () => boolean | Promise<boolean>, otherwise: string): Promise<void> {
    for (let waited = 0; !(await fulfilled()) && waited < PATIENCE_MS; waited += STEP_MS) await this.pass(ms(STEP_MS));
    must(await fulfilled(), otherwise);
  }

  async close(): Promise<void> {
    await this.#world.stage?.close();
    await this.#world.caller.close();
    await this.#world.callee.close();
  }
}

/** Far above what a loaded machine needs; a check that passes does not wait for it. */
const PATIENCE_MS = 10_000;
const STEP_MS = 5;

export function must(fulfilled: boolean, otherwise: string): void {
  if (!fulfilled) throw new Error(otherwise);
}
