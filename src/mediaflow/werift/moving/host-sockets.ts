import dgram from 'node:dgram';
import { isIPv6 } from 'node:net';
import { Candidate, candidateFoundation, candidatePriority, StunProtocol } from 'werift';
import { readingInside, type IceInside, type ProtocolInside } from '../hardening/werift-internals.ts';

/**
 * Sockets on addresses of this machine that were opened after gathering: heard like those that were gathered, closed
 * with them, and told to nobody.
 */
export class HostSockets {
  readonly #ice: IceInside;
  readonly #open = new Set<StunProtocol>();

  constructor(ice: IceInside) {
    this.#ice = ice;
  }

  get all(): readonly StunProtocol[] {
    return [...this.#open];
  }

  /** `undefined`: there is no such address any more, or the connection was closed meanwhile. */
  async open(address: string): Promise<StunProtocol | undefined> {
    const ice = this.#ice;
    const socket = dgram.createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    const bound = await new Promise<boolean>((resolve) => {
      // An address may go at any time: then nothing is heard any more, which is noticed by itself.
      socket.on('error', () => resolve(false));
      socket.bind({ address, port: 0 }, () => resolve(true));
    });
    if (!bound || ice.state === 'closed') {
      socket.close();
      return undefined;
    }
    const protocol = new StunProtocol();
    ice.ensureProtocol(protocol as unknown as ProtocolInside);
    protocol.transport = transportOver(socket, protocol);
    protocol.localIp = address;
    protocol.localCandidate = new Candidate(candidateFoundation('host', 'udp', address), 1, 'udp', candidatePriority('host'), address, socket.address().port, 'host', undefined, undefined, undefined, ice.generation, ice.localUsername);
    ice.protocols.push(protocol);
    this.#open.add(protocol);
    return protocol;
  }

  async close(protocol: StunProtocol): Promise<void> {
    this.#open.delete(protocol);
    const at = this.#ice.protocols.indexOf(protocol);
    if (at >= 0) this.#ice.protocols.splice(at, 1);
    await protocol.close();
  }
}

/** werift's own transport takes the process down when it cannot be bound. */
function transportOver(socket: dgram.Socket, protocol: StunProtocol): StunProtocol['transport'] {
  let closed = false;
  const transport = {
    type: 'udp' as const,
    get closed() {
      return closed;
    },
    get address() {
      return socket.address();
    },
    onData: () => {},
    async send(data: Buffer, to?: readonly [string, number]): Promise<void> {
      // An error that nobody takes would be thrown.
      if (to !== undefined && !closed) socket.send(data, to[1], to[0], () => {});
    },
    async close(): Promise<void> {
      if (closed) return;
      closed = true;
      await new Promise<void>((gone) => socket.close(() => gone()));
    },
  };
  socket.on('message', (data, { address, port }) => readingInside(protocol).datagramReceived(data, [address.split('%')[0] ?? address, port]));
  return transport as unknown as StunProtocol['transport'];
}
