import type { Address, EarlyCheck, IceInside, WayThrough } from '../hardening/werift-internals.ts';
import { HostSockets } from './host-sockets.ts';
import { Move } from './move.ts';
import type { Way } from './way.ts';
import { Ways } from './ways.ts';

/**
 * Lets a connection that stands take another way when the one it took is silent. Stock werift never leaves the pair
 * that was nominated first.
 *
 * A way is proven when a check of ours was answered there, and taken when the current one has said nothing since it
 * came into doubt: the word of the peer alone, which can be recorded, moves nothing, and no way is left that is well.
 * Both sides judge alike, so that it does not matter which one has the say over pairs; who has it says so as well, for
 * other stacks. Whoever is asked on another way asks back once for each time; repeating is left to who moves.
 */
export class MobileIce {
  readonly #ice: IceInside;
  readonly #ways: Ways;
  readonly #sockets: HostSockets;
  #arriving: readonly [through: unknown, from: Address] | undefined;
  #doubtedSince = -Infinity;
  #lastDoubt = -Infinity;
  /** The peer has not yet acknowledged which way we have chosen for both. */
  #nominating = false;
  #move: Move | undefined;

  constructor(ice: IceInside) {
    this.#ice = ice;
    this.#ways = new Ways(ice);
    this.#sockets = new HostSockets(ice);
    this.#listen(ice);
  }

  /** Something was taken in that only the peer can have sent, and cannot have been recorded. */
  heard(): void {
    if (this.#arriving === undefined) return;
    const way = this.#ways.find(...this.#arriving);
    if (way === undefined) return;
    way.heard();
    this.#move?.heard(way);
  }

  /** This machine may have other addresses: looks for a way from there, for some seconds. */
  moved(): void {
    if (this.#ways.current === undefined) return;
    if (this.#move?.goesOn() === true) return;
    this.#move?.end();
    this.#move = new Move(this.#ice, this.#ways, this.#sockets, {
      doubt: (current) => this.#doubt(current),
      ask: (way) => this.#ask(way),
      consider: (way) => this.#consider(way),
      isAgreed: () => !this.#nominating,
    });
  }

  #listen(ice: IceInside): void {
    const ensureProtocol = ice.ensureProtocol.bind(ice);
    ice.ensureProtocol = (protocol) => {
      for (const entry of ['datagramReceived', 'handleStunMessage'] as const) {
        const receive = protocol[entry]?.bind(protocol);
        if (receive === undefined) continue;
        protocol[entry] = (datagram, from) => {
          this.#arriving = [protocol, from];
          try {
            receive(datagram, from);
          } finally {
            this.#arriving = undefined;
          }
        };
      }
      ensureProtocol(protocol);
    };
    const checkIncoming = ice.checkIncoming.bind(ice);
    ice.checkIncoming = (...check) => {
      const current = this.#ways.current;
      if (current === undefined) checkIncoming(...check);
      else this.#checked(current, check);
    };
    const close = ice.close.bind(ice);
    ice.close = async () => {
      this.#move?.stop();
      await close();
      await this.#sockets.settled();
    };
  }

  /** The check is authentic, and was answered. */
  #checked(current: Way, [, from, through]: EarlyCheck): void {
    const way = this.#ways.of(through as WayThrough, from);
    if (way === current) {
      if (this.#nominating) this.#ask(way);
      return;
    }
    this.#doubt(current);
    if (performance.now() - way.provenAt > PROOF_HOLDS_MS) this.#ask(way);
    else this.#consider(way);
  }

  #doubt(current: Way): void {
    const now = performance.now();
    if (now - this.#lastDoubt > DOUBT_ENDS_AFTER_MS) this.#doubtedSince = now;
    this.#lastDoubt = now;
    // Two sides that took different ways would else ask each other for ever.
    if (now - current.heardAt > SILENT_AFTER_MS / 2) this.#ask(current);
  }

  #ask(way: Way): void {
    const nominate = this.#nominating && way === this.#ways.current;
    way.ask(this.#ice, nominate, () => {
      if (nominate) this.#nominating = false;
      this.#consider(way);
    });
  }

  #consider(way: Way): void {
    const current = this.#ways.current;
    if (current === undefined || way === current) return;
    const now = performance.now();
    if (now - Math.max(current.heardAt, this.#doubtedSince) < SILENT_AFTER_MS || now - way.provenAt > PROOF_HOLDS_MS) return;
    this.#ways.take(way);
    this.#doubtedSince = this.#lastDoubt = -Infinity;
    this.#nominating = this.#ice.iceControlling;
    if (this.#nominating) this.#ask(way);
    this.#move?.taken();
  }
}

/** Sound comes each 20 ms, and an answer after one round trip; of what lives, less gets lost in a row. */
const SILENT_AFTER_MS = 300;
const PROOF_HOLDS_MS = 2_000;
const DOUBT_ENDS_AFTER_MS = 1_500;
