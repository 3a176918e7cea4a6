import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Candidate, candidateFoundation, candidatePriority, classes, Message, methods, StunOverTurnProtocol, TcpTransport, TlsTransport, TurnProtocol, UdpTransport } from 'werift';
import { endUnreadableStream } from './unreadable-turn-stream.ts';
import type { IceInside, ProtocolInside, TurnInside } from './werift-internals.ts';

/**
 * Takes relayed addresses from the configured TURN server and gives them back. Stock werift leaves a timer of
 * up to ten minutes behind each closed call that had a relay, and its sockets when closed while still asking;
 * it never tells the server that it is done, and looks the server's name up for every packet.
 */
export function relayThrough(ice: IceInside): void {
  const server = ice.turnServer;
  const { turnUsername: username, turnPassword: password } = ice.options;
  // What is left is werift's own gathering: direct candidates.
  delete ice.turnServer;
  const getCandidatePromises = ice.getCandidatePromises.bind(ice);
  const allocations = new Set<Allocation>();
  let closed = false;
  const allocate = async (transport: TurnTransport): Promise<void> => {
    const allocation = new Allocation();
    allocations.add(allocation);
    if (server === undefined || !username || !password) return;
    await allocation.open({ server, username, password, transport, options: ice.options });
    if (closed) return allocation.close();
    offer(ice, allocation.turn);
  };
  ice.getCandidatePromises = (addresses, timeout) => {
    const direct = ice.options.forceTurn === true ? [] : getCandidatePromises(addresses, timeout);
    if (server === undefined || !username || !password) return direct;
    const transport = ice.options.turnTransport ?? 'udp';
    // A network that swallows UDP often lets TCP through; a server that has said no says it again.
    const relayed = allocate(transport).catch((error: unknown) => (transport === 'udp' && !closed && !isAnswer(error) ? allocate('tcp') : undefined));
    return [...direct, relayed];
  };
  const close = ice.close.bind(ice);
  ice.close = async () => {
    closed = true;
    await Promise.allSettled([close(), ...[...allocations].map(async (allocation) => allocation.close())]);
  };
}

const isAnswer = (error: unknown): boolean => error instanceof Error && 'response' in error;

type TurnTransport = 'udp' | 'tcp' | 'tls';
type Wanted = {
  readonly server: readonly [string, number];
  readonly username: string;
  readonly password: string;
  readonly transport: TurnTransport;
  readonly options: IceInside['options'];
};

function offer(ice: IceInside, turn: TurnProtocol): void {
  const protocol = new StunOverTurnProtocol(turn);
  ice.ensureProtocol(protocol as unknown as ProtocolInside);
  ice.protocols.push(protocol);
  const [host, port] = turn.relayedAddress;
  const [ownHost, ownPort] = turn.mappedAddress;
  const foundation = candidateFoundation('relay', 'udp', host);
  const candidate = new Candidate(foundation, 1, 'udp', candidatePriority('relay'), host, port, 'relay', ownHost, ownPort, undefined, ice.generation, ice.localUsername);
  protocol.localCandidate = candidate;
  ice.appendLocalCandidate(candidate);
  // Candidates of the peer that came before the relay was ready.
  ice.pairLocalProtocol(protocol);
}

/** One relayed address, kept until closed. */
class Allocation {
  #turn: TurnProtocol | undefined;
  #closeTransport: () => Promise<void> = async () => {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #end = rejection();
  #allocated = false;
  #closed = false;

  get turn(): TurnProtocol {
    if (this.#turn === undefined) throw new Error('The allocation is not open.');
    return this.#turn;
  }

  async open({ server: [name, port], username, password, transport: kind, options }: Wanted): Promise<void> {
    const host = isIP(name) === 0 ? (await lookup(name, kind === 'udp' ? 4 : 0)).address : name;
    if (this.#closed) throw new Error('Closed while looking the relay up.');
    const { portRange, interfaceAddresses, turnTlsOptions } = options;
    const transport = await connectTo([host, port], kind, { portRange, interfaceAddresses }, { servername: name, ...turnTlsOptions });
    const turn = new TurnProtocol([host, port], username, password, LIFETIME_SECONDS, transport);
    this.#turn = turn;
    endUnreadableStream(turn);
    const inside = turn as unknown as TurnInside;
    inside.refresh = (granted) => this.#refreshBefore(granted);
    const close = turn.close.bind(turn);
    turn.close = async () => this.close();
    this.#closeTransport = close;
    if (this.#closed) return this.#release();
    try {
      await Promise.race([turn.connectionMade(), this.#end.happened]);
      this.#allocated = true;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Tells the server, waits for no answer, leaves neither timer nor socket. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    // werift's own waiting never ends once its transactions are cancelled.
    this.#end.reject(new Error('Closed while asking for a relay.'));
    clearTimeout(this.#timer);
    if (this.#allocated) {
      this.#turn?.request(refreshRequest(0), this.#turn.server).catch(() => {});
      await new Promise((resolve) => setImmediate(resolve));
    }
    await this.#release();
  }

  async #release(): Promise<void> {
    for (const transaction of Object.values(this.#turn?.transactions ?? {})) transaction.cancel();
    await this.#closeTransport();
  }

  /** A server that grants nothing sensible must not make us ask without pause. */
  #refreshBefore(granted: unknown): void {
    const lifetime = typeof granted === 'number' ? Math.min(Math.max(granted, SHORTEST_LIFETIME_SECONDS), LIFETIME_SECONDS) : LIFETIME_SECONDS;
    this.#refreshIn(REFRESH_AFTER * lifetime, lifetime);
  }

  #refreshIn(seconds: number, lifetime: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#refresh(lifetime), seconds * 1_000);
  }

  async #refresh(lifetime: number): Promise<void> {
    const turn = this.turn;
    try {
      const [answer] = await turn.requestWithRetry(refreshRequest(lifetime), turn.server);
      this.#refreshBefore(answer.getAttributeValue('LIFETIME'));
    } catch {
      this.#refreshIn(RETRY_SECONDS, lifetime);
    }
  }
}

async function connectTo(address: [string, number], kind: TurnTransport, udp: object, tls: object): Promise<ConstructorParameters<typeof TurnProtocol>[4]> {
  switch (kind) {
    case 'udp':
      return UdpTransport.init(isIP(address[0]) === 6 ? 'udp6' : 'udp4', udp);
    case 'tcp':
      return TcpTransport.init(address);
    case 'tls':
      return TlsTransport.init(address, tls);
  }
}

/** A promise that is only ever rejected, and need not be listened to. */
function rejection(): { readonly happened: Promise<never>; readonly reject: (error: Error) => void } {
  let reject: (error: Error) => void = () => {};
  const happened = new Promise<never>((_, refuse) => (reject = refuse));
  happened.catch(() => {});
  return { happened, reject };
}

function refreshRequest(lifetime: number): Message {
  return new Message(methods.REFRESH, classes.REQUEST).setAttribute('LIFETIME', lifetime);
}

/** RFC 8656 §3.2 suggests ten minutes. */
const LIFETIME_SECONDS = 600;
const SHORTEST_LIFETIME_SECONDS = 30;
const REFRESH_AFTER = 5 / 6;
/** Several tries fit between a failed refresh and the end of the allocation. */
const RETRY_SECONDS = 20;
