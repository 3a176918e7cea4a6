import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { UdpTransport } from 'werift';
import type { TurnTransport } from '../../server-url.ts';
import type { Address } from './werift-internals.ts';

/** What of TLS may be decided about TURN servers: whose certificates are believed. */
export type TurnTls = Pick<ConnectionOptions, 'ca' | 'rejectUnauthorized'>;

/** What `TurnProtocol` sends and receives through. */
export type RelayTransport = {
  readonly type: TurnTransport;
  readonly closed: boolean;
  onData: (data: Buffer, from: Address) => void;
  send(data: Buffer, to?: Address): Promise<void>;
  close(): Promise<void>;
};

export type RelayRoad = { readonly address: Address; readonly name: string; readonly transport: TurnTransport; readonly tls: TurnTls | undefined };

/** Opens a road to a TURN server. Rejects when it cannot be had within {@link CONNECT_LIMIT_MS}, or `given` is aborted. */
export async function openRelayTransport({ address, name, transport, tls }: RelayRoad, given: AbortSignal): Promise<RelayTransport> {
  const [host, port] = address;
  switch (transport) {
    case 'udp':
      return UdpTransport.init(isIP(host) === 6 ? 'udp6' : 'udp4');
    case 'tcp':
      return StreamTransport.over('tcp', address, given, (ready) => connectTcp({ host, port, noDelay: true }, ready));
    case 'tls':
      // RFC 6066 §3 knows names only.
      return StreamTransport.over('tls', address, given, (ready) => connectTls({ host, port, ...(isIP(name) === 0 ? { servername: name } : {}), ...tls }, ready));
  }
}

/**
 * One stream to a TURN server. Stock werift's begins anew each time that the server ends it, without pause and for
 * ever; but an allocation belongs to its stream, so a new one is of no use to it.
 */
class StreamTransport implements RelayTransport {
  readonly type: 'tcp' | 'tls';
  onData: (data: Buffer, from: Address) => void = () => {};
  readonly #socket: Socket;

  static async over(type: 'tcp' | 'tls', address: Address, given: AbortSignal, connect: (ready: () => void) => Socket): Promise<StreamTransport> {
    given.throwIfAborted();
    return new Promise((resolve, reject) => {
      const socket = connect(() => settle(() => resolve(new StreamTransport(type, address, socket))));
      const give = (): void => {
        socket.destroy();
        settle(() => reject(new Error('No connection to the TURN server.')));
      };
      const timer = setTimeout(give, CONNECT_LIMIT_MS);
      const settle = (outcome: () => void): void => {
        clearTimeout(timer);
        given.removeEventListener('abort', give);
        outcome();
      };
      given.addEventListener('abort', give);
      socket.on('error', give);
    });
  }

  private constructor(type: 'tcp' | 'tls', address: Address, socket: Socket) {
    this.type = type;
    this.#socket = socket;
    socket.setNoDelay(true);
    // An answer must come from the address that was asked; a stream has no other.
    socket.on('data', (data: Buffer) => this.onData(data, address));
    socket.on('end', () => socket.destroy());
  }

  get closed(): boolean {
    return this.#socket.destroyed;
  }

  async send(data: Buffer): Promise<void> {
    // What does not leave any more is loss, as with any other path.
    if (!this.#socket.destroyed) this.#socket.write(data);
    await Promise.resolve();
  }

  async close(): Promise<void> {
    this.#socket.destroy();
    await Promise.resolve();
  }
}

/** A network that swallows packets does not say so. */
const CONNECT_LIMIT_MS = 5_000;
