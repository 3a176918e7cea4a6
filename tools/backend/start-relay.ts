import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Clock } from '../../src/base/clock.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { ms } from '../../src/base/units.ts';
import { PROTOCOL_LIMITS } from '../../src/transport/index.ts';
import { RELAY_LIMITS } from './relay-limits.ts';
import { Relay, type Link, type RelayOptions } from './relay.ts';

export type RelayStart = {
  /** Default: any free one. */
  readonly port?: number;
  /** Default: this machine only. */
  readonly host?: string;
  readonly clock?: Clock;
  readonly onAway?: RelayOptions['onAway'];
  /** Whether a token is that user's. Default: registration is open. */
  readonly authorise?: RelayOptions['authorise'];
  /** Needed for a `host` that others can reach and no `authorise`: whoever comes first may then take any user's name. */
  readonly openRegistration?: boolean;
  /** Answers what is no WebSocket. Default: that this is a backend. */
  readonly site?: RequestListener;
};

export type RunningRelay = {
  /** What clients pass as `url`. */
  readonly url: string;
  readonly port: number;
  /** Ends every connection. Idempotent. What was kept in memory is gone. */
  close(): Promise<void>;
};

/** The relay would let anyone on the network register as anybody. */
export class OpenRegistrationError extends Error {
  override readonly name = 'OpenRegistrationError' as const;

  constructor(host: string) {
    super(`on ${host}, others could register under any user's name: pass \`authorise\`, or \`openRegistration: true\` to allow it`);
  }
}

/** Starts a relay on a port of this machine. Rejects when the port is taken, or with {@link OpenRegistrationError}. */
export async function startRelay({ port = 0, host = '127.0.0.1', clock = systemClock, onAway, authorise, openRegistration = isLoopback(host), site = isABackend }: RelayStart = {}): Promise<RunningRelay> {
  if (authorise === undefined && !openRegistration) throw new OpenRegistrationError(host);
  const relay = new Relay({ now: () => clock.wallNow(), later: (span, act) => clock.schedule(span, act), run: randomUUID(), authorise, ...(onAway === undefined ? {} : { onAway }) });
  const http = createServer(site);
  const server = new WebSocketServer({ server: http, maxPayload: PROTOCOL_LIMITS.frameBytes, perMessageDeflate: false });
  http.maxConnections = RELAY_LIMITS.connections + RELAY_LIMITS.strangers;
  const unread: Unread = { bytes: 0 };
  server.on('connection', (socket) => attend(relay, socket, clock, unread));
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    http.listen(port, host, listening);
  });
  server.on('error', () => undefined);
  const address = http.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    for (const socket of server.clients) socket.terminate();
    await new Promise<void>((closed) => server.close(() => closed()));
    http.closeAllConnections();
    await new Promise<void>((closed) => http.close(() => closed()));
  };
  const shownHost = host.includes(':') ? `[${host}]` : host;
  return {
    url: `ws://${shownHost}:${address.port}`,
    port: address.port,
    close: () => (closing ??= close()),
  };
}

const isABackend: RequestListener = (_request, response) => {
  response.writeHead(426, { 'content-type': 'text/plain' }).end('a callcore backend: connect with a WebSocket\n');
};

/** Whether nobody but this machine can reach it. A name other than `localhost` may resolve to anything. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** What all connections together have not read yet. */
type Unread = { bytes: number };

/** Joins a socket to the relay, and drops it when it has been silent for too long or does not read what it is sent. */
function attend(relay: Relay, socket: WebSocket, clock: Clock, unread: Unread): void {
  const link: Link = {
    send: (text) => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > (unread.bytes > RELAY_LIMITS.unreadBytesInAll ? MUCH_UNREAD : RELAY_LIMITS.unreadBytes)) return socket.terminate();
      unread.bytes += text.length;
      socket.send(text, () => {
        unread.bytes -= text.length;
      });
    },
    close: () => socket.close(),
  };
  let stopTimer = clock.schedule(ms(RELAY_LIMITS.helloWithin), () => socket.terminate());
  relay.opened(link);
  socket.on('message', (data, isBinary) => {
    stopTimer();
    stopTimer = clock.schedule(ms(RELAY_LIMITS.silence), () => socket.terminate());
    relay.received(link, isBinary ? undefined : asText(data));
  });
  socket.on('close', () => {
    stopTimer();
    relay.closed(link);
  });
  // An oversized or malformed frame; `ws` closes the connection after it.
  socket.on('error', () => undefined);
}

function asText(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return Buffer.isBuffer(data) ? data.toString() : Buffer.from(data).toString();
}

/** While all together leave too much unread, one that leaves this much is dropped. Its mail comes again after the next hello. */
const MUCH_UNREAD = 256 * 1024;
