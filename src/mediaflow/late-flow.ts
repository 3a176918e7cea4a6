import type { DurationMs } from '../base/units.ts';
import { flowClosed } from './flow-exchange.ts';
import type { FlowStats, IceConfig, LocalDescription, LocalMedia, MediaFlow, VideoLimit } from './port.ts';

/** A {@link MediaFlow} that is made as soon as its servers are known. What is said to it before is done then. */
export class LateFlow implements MediaFlow {
  readonly #making: Promise<MediaFlow>;
  readonly #todo: ((flow: MediaFlow) => void)[] = [];
  #flow: MediaFlow | undefined;
  #closed = false;

  constructor(ice: Promise<IceConfig>, make: (ice: IceConfig) => MediaFlow) {
    this.#making = ice.then((known) => {
      if (this.#closed) throw flowClosed();
      const flow = make(known);
      this.#flow = flow;
      for (const act of this.#todo) act(flow);
      return flow;
    });
    this.#making.catch(() => {});
  }

  async createOffer(): Promise<LocalDescription> {
    return (await this.#making).createOffer();
  }

  async createAnswer(offer: string): Promise<LocalDescription> {
    return (await this.#making).createAnswer(offer);
  }

  async acceptAnswer(answer: string): Promise<void> {
    return (await this.#making).acceptAnswer(answer);
  }

  send(text: string): 'sent' | 'closed' {
    return this.#flow?.send(text) ?? 'closed';
  }

  async drain(limit: DurationMs): Promise<void> {
    await this.#flow?.drain(limit);
  }

  attach(media: LocalMedia): void {
    this.#do((flow) => flow.attach(media));
  }

  setMuted(muted: boolean): void {
    this.#do((flow) => flow.setMuted(muted));
  }

  setVideoSending(sending: boolean): void {
    this.#do((flow) => flow.setVideoSending(sending));
  }

  limitVideo(limit: VideoLimit): void {
    this.#do((flow) => flow.limitVideo(limit));
  }

  moved(): void {
    // A flow that is not made yet begins with the addresses that there are.
    this.#flow?.moved();
  }

  stats(): FlowStats {
    return this.#flow?.stats() ?? NOTHING;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#flow?.close();
  }

  #do(act: (flow: MediaFlow) => void): void {
    if (this.#flow === undefined) this.#todo.push(act);
    else act(this.#flow);
  }
}

const SILENT = { sent: 0, received: 0, lost: 0, bytesSent: 0, bytesReceived: 0 };
const NOTHING: FlowStats = { audio: SILENT, video: SILENT, phases: {} };
