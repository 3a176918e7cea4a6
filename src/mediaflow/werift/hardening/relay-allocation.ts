import dns from 'node:dns';
import { isIP } from 'node:net';
import { Candidate, candidateFoundation, candidatePriority, classes, Message, methods, StunOverTurnProtocol, TurnProtocol } from 'werift';
import type { TurnTransport } from '../../server-url.ts';
import { openRelayTransport, type TurnTls } from './relay-transport.ts';
import { codeOf, hearRefusals, isRefusal } from './relay-answers.ts';
import { endUnreadableStream } from './unreadable-turn-stream.ts';
import type { IceInside, ProtocolInside, TurnInside } from './werift-internals.ts';

/** A TURN server and who we are to it. `asked`: no other transport is to be tried. */
export type Relay = {
  readonly host: string;
  readonly port: number;
  readonly transport: TurnTransport;
  readonly asked: boolean;
  readonly username: string;
  readonly password: string;
};

export type Relays = {
  readonly relays: readonly Relay[];
  readonly tls: TurnTls | undefined;
  /** A server did not take the credentials. */
  readonly onRefused: () => void;
};

/**
 * Takes relayed addresses from every configured TURN server at once and gives them back. Stock werift uses the
 * first server only, leaves a timer of up to ten minutes behind each closed call that had a relay, and its sockets
 * when closed while still asking; it never tells the server that it is done, and looks the server's name up for
 * every packet.
 */
export function relayThrough(ice: IceInside, { relays, tls, onRefused }: Relays): void {
  // What is left is werift's own gathering: direct candidates.
  delete ice.turnServer;
  const getCandidatePromises = ice.getCandidatePromises.bind(ice);
  const allocations = new Set<Allocation>();
  let closed = false;
  const allocate = async (relay: Relay): Promise<void> => {
    const allocation = new Allocation(relay, tls);
    allocations.add(allocation);
    await allocation.open();
    if (closed) return allocation.close();
    offer(ice, allocation.turn, PREFERENCE[relay.transport]);
  };
  const anyWay = async (relay: Relay): Promise<void> => {
    try {
      await allocate(relay);
    } catch (error) {
      const code = codeOf(error);
      if (isRefusal(code)) onRefused();
      // A network that swallows UDP often lets TCP through; a server that has said no says it again.
      if (code === undefined && !relay.asked && !closed) await anyWay({ ...relay, transport: 'tcp', asked: true });
    }
  };
  ice.getCandidatePromises = (addresses, timeout) => {
    const direct = ice.options.forceTurn === true ? [] : getCandidatePromises(addresses, timeout);
    return [...direct, ...relays.map((relay) => anyWay(relay))];
  };
  const close = ice.close.bind(ice);
  ice.close = async () => {
    closed = true;
    await Promise.allSettled([close(), ...[...allocations].map(async (allocation) => allocation.close())]);
  };
}

function offer(ice: IceInside, turn: TurnProtocol, preference: number): void {
  const protocol = new StunOverTurnProtocol(turn);
  ice.ensureProtocol(protocol as unknown as ProtocolInside);
  ice.protocols.push(protocol);
  const [host, port] = turn.relayedAddress;
  const [ownHost, ownPort] = turn.mappedAddress;
  const foundation = candidateFoundation('relay', 'udp', `${host} by ${turn.server[0]}:${turn.server[1]}/${turn.transport.type}`);
  const candidate = new Candidate(foundation, 1, 'udp', candidatePriority('relay') + preference, host, port, 'relay', ownHost, ownPort, undefined, ice.generation, ice.localUsername);
  protocol.localCandidate = candidate;
  ice.appendLocalCandidate(candidate);
  // Candidates of the peer that came before the relay was ready.
  ice.pairLocalProtocol(protocol);
}

/** Of two relays the one that we reach over UDP: a stream makes each loss a delay of all that follows. */
const PREFERENCE: Readonly<Record<TurnTransport, number>> = { udp: 512, tcp: 256, tls: 0 };

/** One relayed address, kept until closed. */
class Allocation {
  readonly #relay: Relay;
  readonly #tls: TurnTls | undefined;
  readonly #given = new AbortController();
  #turn: TurnProtocol | undefined;
  #closeTransport: () => Promise<void> = async () => {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #end = rejection();
  #allocated = false;
  #closed = false;

  constructor(relay: Relay, tls: TurnTls | undefined) {
    this.#relay = relay;
    this.#tls = tls;
  }

  get turn(): TurnProtocol {
    if (this.#turn === undefined) throw new Error('The allocation is not open.');
    return this.#turn;
  }

  /** Rejects with what the server said, or without an answer of it: see {@link codeOf}. */
  async open(): Promise<void> {
    const { host: name, port, transport, username, password } = this.#relay;
    const host = isIP(name) === 0 ? (await dns.promises.lookup(name)).address : name;
    if (this.#closed) throw new Error('Closed while looking the relay up.');
    const road = await openRelayTransport({ address: [host, port], name, transport, tls: this.#tls }, this.#given.signal);
    const turn = new TurnProtocol([host, port], username, password, LIFETIME_SECONDS, road as unknown as TurnProtocol['transport'], { channelRefreshTime: CHANNEL_REFRESH_SECONDS });
    this.#turn = turn;
    endUnreadableStream(turn);
    hearRefusals(turn);
    (turn as unknown as TurnInside).refresh = (granted) => this.#refreshBefore(granted);
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
    this.#given.abort();
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
/** A channel lives ten minutes, the permission that it came with only five (RFC 8656 §9, §12); both are renewed together. */
const CHANNEL_REFRESH_SECONDS = 240;
