import type { Socket } from '../../src/transport/websocket/open-socket.ts';

/** A WebSocket of which a fuzz target is the far end; renewed for each attempt to connect. */
export class FakeSocket {
  #listeners = new Map<string, ((event: { readonly data: unknown }) => void)[]>();
  lastRequest = 0;

  renewed(): Socket {
    this.#listeners = new Map();
    return {
      send: (text) => {
        const { request } = JSON.parse(text) as { request?: number };
        if (request !== undefined) this.lastRequest = request;
      },
      close: () => undefined,
      addEventListener: (type: string, listener: (event: { readonly data: unknown }) => void) => {
        this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
      },
    };
  }

  opens(): void {
    this.#tell('open', undefined);
  }

  says(text: string): void {
    this.#tell('message', text);
  }

  #tell(type: string, data: unknown): void {
    for (const listener of this.#listeners.get(type) ?? []) listener({ data });
  }
}
