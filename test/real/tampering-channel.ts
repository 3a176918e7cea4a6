import type { BackendChannel, IncomingMessage, OutgoingMessage, SendResult } from '../../src/transport/index.ts';

/** A backend that reads and rewrites what passes: what an envelope would not let happen. */
export class TamperingChannel implements BackendChannel {
  readonly protection = 'plaintext';
  readonly self: BackendChannel['self'];
  readonly #road: BackendChannel;
  readonly #rewrite: (text: string) => string;

  constructor(road: BackendChannel, rewrite: (text: string) => string) {
    this.#road = road;
    this.#rewrite = rewrite;
    this.self = road.self;
  }

  send(message: OutgoingMessage): Promise<SendResult> {
    return this.#road.send({ ...message, text: this.#rewrite(message.text) });
  }

  onMessage(listener: (message: IncomingMessage) => void): void {
    this.#road.onMessage(listener);
  }

  backendNow(): ReturnType<BackendChannel['backendNow']> {
    return this.#road.backendNow();
  }

  close(): Promise<void> {
    return this.#road.close();
  }
}
