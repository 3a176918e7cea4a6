import { ms } from '../../src/base/units.ts';
import { recordFlow, told, type RecordedFlow } from '../../src/mediaflow/conformance/recorded-flow.ts';
import type { FlowOptions } from '../../src/mediaflow/index.ts';
import { WeriftMediaEngine, type WeriftMediaEngineOptions } from '../../src/mediaflow/werift/index.ts';

export type WeriftPairOptions = {
  /** What happens to the descriptions on their way. */
  readonly offer?: (sdp: string) => string;
  readonly answer?: (sdp: string) => string;
  readonly flow?: FlowOptions;
  /** What caller and callee each want besides. */
  readonly flows?: readonly [caller: Partial<FlowOptions>, callee: Partial<FlowOptions>];
  readonly callerEngine?: WeriftMediaEngineOptions;
  readonly calleeEngine?: WeriftMediaEngineOptions;
};

export type WeriftPair = {
  readonly a: RecordedFlow;
  readonly b: RecordedFlow;
  readonly offer: string;
  readonly answer: string;
  /** Resolves when the channel is open on both sides. */
  opened(): Promise<void>;
  until(fulfilled: () => boolean, what: string, limitMs?: number): Promise<void>;
  close(): Promise<void>;
};

/** Two real flows in this process, descriptions exchanged. Whoever calls closes. */
export async function connectWerift(options: WeriftPairOptions = {}): Promise<WeriftPair> {
  const { offer: onOffer = unchanged, answer: onAnswer = unchanged, flow = { video: true, ice: { servers: [], policy: 'all' } }, flows = [{}, {}] } = options;
  const engines = [new WeriftMediaEngine(options.callerEngine), new WeriftMediaEngine(options.calleeEngine)] as const;
  const [a, b] = [recordFlow(engines[0], { ...flow, ...flows[0] }), recordFlow(engines[1], { ...flow, ...flows[1] })];
  const close = async (): Promise<void> => {
    await Promise.all(engines.map((engine) => engine.close()));
  };
  try {
    const offer = (await a.flow.createOffer()).sdp;
    const answer = (await b.flow.createAnswer(onOffer(offer))).sdp;
    await a.flow.acceptAnswer(onAnswer(answer));
    const opened = (): Promise<void> => until(() => [a, b].every((end) => told(end, 'channel-opened').length > 0), 'an open channel');
    return { a, b, offer, answer, opened, until, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function until(fulfilled: () => boolean, what: string, limitMs = 10_000): Promise<void> {
  const giveUpAt = performance.now() + limitMs;
  while (!fulfilled()) {
    if (performance.now() > giveUpAt) throw new Error(`waited ${limitMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, ms(5)));
  }
}

const unchanged = (sdp: string): string => sdp;
