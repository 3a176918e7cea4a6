import dgram from 'node:dgram';
import { Candidate, candidateFoundation, candidatePriority, nodeIpAddress, StunProtocol } from 'werift';
import { readingInside, type IceInside, type ProtocolInside } from '../hardening/werift-internals.ts';

export type Family = 4 | 6;

/**
 * Sockets of this machine that were opened after gathering: heard like those that were gathered, closed with them, and
 * told to nobody. Like those they are bound to no address: which one they send from, and so what of this machine is
 * shown, stays with its routes, also those of a VPN.
 */
export class HostSockets {
  readonly #ice: IceInside;
  readonly #open = new Set<StunProtocol>();
  readonly #pending = new Set<Promise<unknown>>();

  constructor(ice: IceInside) {
    this.#ice = ice;
  }

  get all(): readonly StunProtocol[] {
    return [...this.#open];
  }

  /** `undefined`: this machine has no such address, or the connection was closed meanwhile. */
  open(family: Family): Promise<StunProtocol | undefined> {
    return this.#settling(this.#opened(family));
  }

  close(protocol: StunProtocol): Promise<void> {
    this.#open.delete(protocol);
    const at = this.#ice.protocols.indexOf(protocol);
    if (at >= 0) this.#ice.protocols.splice(at, 1);
    return this.#settling(protocol.close());
  }

  /** Resolves when nothing is being opened or closed any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#pending);
  }

  async #opened(family: Family): Promise<StunProtocol | undefined> {
    const ice = this.#ice;
    const [address] = nodeIpAddress(family);
    if (address === undefined) return undefined;
    const socket = dgram.createSocket(family === 6 ? 'udp6' : 'udp4');
    const bound = await new Promise<boolean>((resolve) => {
      socket.on('error', () => resolve(false));
      socket.bind(0, () => resolve(true));
    });
    if (!bound || ice.state === 'closed') {
      await new Promise<void>((closed) => socket.close(() => closed()));
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

  #settling<T>(work: Promise<T>): Promise<T> {
    this.#pending.add(work);
    const settled = (): void => {
      this.#pending.delete(work);
    };
    work.then(settled, settled);
    return work;
  }
}

/** werift's own transport takes the process down when its socket cannot be had. */
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
