import { FlowError } from './port.ts';

/** The one exchange of descriptions that a flow is made for: which step comes next, and what is said of a stack that does not take one. */
export class FlowExchange {
  #step: 'new' | 'offered' | 'answered' | 'closed' = 'new';
  #close: (error: FlowError) => void = () => {};
  readonly #untilClosed = new Promise<never>((_, reject) => (this.#close = reject));

  constructor() {
    this.#untilClosed.catch(() => {});
  }

  get isClosed(): boolean {
    return this.#step === 'closed';
  }

  advance(from: 'new' | 'offered', to: 'offered' | 'answered'): void {
    this.assertOpen();
    if (this.#step !== from) throw new Error(`A flow is made for one exchange: it is already ${this.#step}. Create another flow.`);
    this.#step = to;
  }

  assertOpen(): void {
    if (this.#step === 'closed') throw flowClosed();
  }

  /** Whatever the stack cannot do with a description is the description's fault, unless the flow was closed meanwhile. */
  async applying<T>(apply: () => Promise<T>): Promise<T> {
    try {
      // What a closed connection was asked is never answered: so says W3C, and so does werift.
      return await Promise.race([apply(), this.#untilClosed]);
    } catch (error) {
      if (error instanceof FlowError) throw error;
      this.assertOpen();
      throw new FlowError('bad-description', `the session description cannot be applied: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Whoever waits for the stack is told. */
  close(): void {
    this.#step = 'closed';
    this.#close(flowClosed());
  }
}

export function flowClosed(): FlowError {
  return new FlowError('no-path', 'the flow was closed');
}
