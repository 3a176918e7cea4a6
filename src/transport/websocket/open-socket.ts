/** What is needed of a WebSocket: the browsers' and `ws`'s have it alike. */
export interface Socket {
  send(text: string): void;
  close(): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  /** Ends the connection without a farewell; only `ws` has it. */
  terminate?(): void;
}

/** Opens a connection. May throw or reject; what fails later arrives as `close` or `error`. */
export type SocketFactory = (url: string) => Socket | Promise<Socket>;

/** The package `ws` in Node, whose sockets can be ended at once; the platform's own WebSocket elsewhere. */
export const openSocket: SocketFactory = async (url) => {
  if (!isNode()) return new WebSocket(url);
  const { WebSocket: NodeWebSocket } = await import('ws');
  return new NodeWebSocket(url, { perMessageDeflate: false, maxPayload: 4 * 1024 * 1024, handshakeTimeout: 10_000 });
};

function isNode(): boolean {
  return typeof process !== 'undefined' && typeof process.versions?.node === 'string';
}
