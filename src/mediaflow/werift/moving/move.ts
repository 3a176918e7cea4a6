import { isIPv6 } from 'node:net';
import type { StunProtocol } from 'werift';
import type { Address, IceInside } from '../hardening/werift-internals.ts';
import type { Family, HostSockets } from './host-sockets.ts';
import type { Way } from './way.ts';
import type { Ways } from './ways.ts';

/** What a move asks of the connection that it moves. */
export type Mover = {
  /** Asks whether the way that is taken is still there. */
  readonly doubt: (current: Way) => void;
  readonly ask: (way: Way) => void;
  /** Takes the way when it is proven and the current one is silent. */
  readonly consider: (way: Way) => void;
  /** Whether the peer knows of what was chosen, where we have the say. */
  readonly isAgreed: () => boolean;
};

/**
 * A search for a way from where this machine is now: fresh sockets ask wherever the peer may be, again and again, until it is heard on the way that was taken. Sockets that lead nowhere are closed when it is over, the
 * others with the connection, or by the next search when nothing comes through them any more.
 */
export class Move {
  readonly #ice: IceInside;
  readonly #ways: Ways;
  readonly #hosts: HostSockets;
  readonly #mover: Mover;
  readonly #sockets = new Map<Family, StunProtocol | 'opening'>();
  readonly #startedAt = performance.now();
  #until = this.#startedAt + LIMIT_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #step: 'searching' | 'taken' | 'over' = 'searching';
  #rounds = 0;

  constructor(ice: IceInside, ways: Ways, hosts: HostSockets, mover: Mover) {
    this.#ice = ice;
    this.#ways = ways;
    this.#hosts = hosts;
    this.#mover = mover;
    this.#closeUnused();
    this.#round();
  }

  /** True when it still searches, and does so for the full span from here on. */
  goesOn(): boolean {
    if (this.#step !== 'searching') return false;
    this.#until = performance.now() + LIMIT_MS;
    this.#rounds = 1;
    return true;
  }

  taken(): void {
    if (this.#step === 'searching') this.#step = 'taken';
  }

  heard(way: Way): void {
    if (this.#step === 'taken') {
      if (this.#mover.isAgreed() && (way === this.#ways.current || this.#isOurs(way.through))) this.end();
      return;
    }
    // The old way lives on: whoever said that the network changed was mistaken, or it will be silent yet.
    if (way === this.#ways.current && performance.now() - this.#startedAt > STILL_WELL_AFTER_MS) this.end();
  }

  /** Of a connection that is about to close, and its sockets with it. */
  stop(): void {
    this.#step = 'over';
    clearTimeout(this.#timer);
  }

  /** Idempotent. */
  end(): void {
    if (this.#step === 'over') return;
    this.stop();
    const current = this.#ways.current?.through;
    for (const socket of this.#sockets.values()) {
      if (typeof socket === 'string' || socket === current) continue;
      if (!this.#ways.through(socket).some(({ provenAt }) => provenAt > this.#startedAt)) this.#close(socket);
    }
  }

  #round(): void {
    const current = this.#ways.current;
    const now = performance.now();
    if (current === undefined || now > this.#until) return this.end();
    if (this.#step === 'taken') this.#mover.ask(current);
    else {
      this.#mover.doubt(current);
      if (this.#rounds % ROUNDS_BETWEEN_LOOKS === 0) this.#openSockets();
      for (const way of this.#found(current)) {
        this.#mover.ask(way);
        this.#mover.consider(way);
      }
    }
    this.#rounds += 1;
    this.#timer = setTimeout(() => this.#round(), this.#rounds < HASTY_ROUNDS ? PACE_MS : CALM_PACE_MS);
  }

  #openSockets(): void {
    const current = this.#ways.current;
    if (current === undefined) return;
    const families = new Set(this.#targets(current).map(([host]) => isIPv6(host)));
    for (const family of [4, 6] as const) if (families.has(family === 6) && !this.#sockets.has(family)) void this.#open(family);
  }

  async #open(family: Family): Promise<void> {
    this.#sockets.set(family, 'opening');
    const socket = await this.#hosts.open(family);
    // The address may yet come.
    if (socket === undefined) return void this.#sockets.delete(family);
    this.#sockets.set(family, socket);
    const current = this.#ways.current;
    if (this.#step !== 'searching' || current === undefined) return this.#close(socket);
    for (const way of this.#waysThrough(socket, current)) this.#mover.ask(way);
  }

  #found(current: Way): readonly Way[] {
    const sockets = [...this.#sockets.values()].filter((socket): socket is StunProtocol => typeof socket !== 'string');
    return sockets.flatMap((socket) => this.#waysThrough(socket, current));
  }

  #waysThrough(socket: StunProtocol, current: Way): readonly Way[] {
    const own = isIPv6(socket.localIp ?? '');
    return this.#targets(current).filter(([host]) => isIPv6(host) === own).slice(0, MOST_TARGETS).map((to) => this.#ways.of(socket, to));
  }

  /** Where the peer was last, then wherever it said that it could be. */
  #targets(current: Way): readonly Address[] {
    const described = this.#ice.remoteCandidates.filter(({ transport, type }) => transport.toLowerCase() === 'udp' && type !== 'prflx');
    const named = described.toSorted((one, other) => other.priority - one.priority).map(({ host, port }): Address => [host, port]);
    return [current.to, ...named.filter(([host, port]) => host !== current.to[0] || port !== current.to[1])];
  }

  #isOurs(through: unknown): boolean {
    return [...this.#sockets.values()].includes(through as StunProtocol);
  }

  /** Of earlier moves. */
  #closeUnused(): void {
    const current = this.#ways.current?.through;
    const now = performance.now();
    const others = this.#hosts.all.filter((socket) => socket !== current);
    const used = others.filter((socket) => this.#ways.through(socket).some(({ heardAt }) => now - heardAt < IN_USE_MS));
    for (const socket of others) if (!used.slice(-MOST_KEPT).includes(socket)) this.#close(socket);
  }

  #close(socket: StunProtocol): void {
    this.#ways.forget(socket);
    void this.#hosts.close(socket);
  }
}

const LIMIT_MS = 10_000;
/** Of three checks in a row one is answered even where a fifth of all round trips fails. */
const PACE_MS = 100;
const CALM_PACE_MS = 500;
const HASTY_ROUNDS = 30;
/** An address may come seconds after the old one went. */
const ROUNDS_BETWEEN_LOOKS = 5;
/** The peer may still send to where it was led before. */
const MOST_KEPT = 2;
const MOST_TARGETS = 8;
const STILL_WELL_AFTER_MS = 2_000;
const IN_USE_MS = 1_000;
