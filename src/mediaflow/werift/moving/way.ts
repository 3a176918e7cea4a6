import type { Address, IceInside, WayThrough } from '../hardening/werift-internals.ts';

/** One of our sockets and an address of the peer's, and what is known of the way between them. Times are `performance.now()`. */
export class Way {
  readonly through: WayThrough;
  readonly to: Address;
  #heardAt = -Infinity;
  /** When a check of ours was last answered: what is sent arrives, at somebody who has the peer's password. */
  provenAt = -Infinity;
  roundTripMs: number | undefined;
  #askedAt = -Infinity;
  #unanswered = 0;

  constructor(through: WayThrough, to: Address) {
    this.through = through;
    this.to = to;
  }

  /** When something came this way that only the peer can have sent now: data, or the answer to a check of ours. */
  get heardAt(): number {
    return this.#heardAt;
  }

  heard(): void {
    this.#heardAt = performance.now();
    this.#unanswered = 0;
  }

  leads(through: unknown, [host, port]: Address): boolean {
    return this.through === through && this.to[0] === host && this.to[1] === port;
  }

  /**
   * Sends one check, unless one has just been sent, or many in vain. `answered` is told when the answer comes, which may be seconds
   * later: a check that is lost is repeated by whoever wants to know, as a check of its own.
   */
  ask(ice: IceInside, nominate: boolean, answered: () => void): void {
    const now = performance.now();
    if (now - this.#askedAt < LEAST_PAUSE_MS || this.#unanswered >= MOST_UNANSWERED) return;
    this.#askedAt = now;
    this.#unanswered += 1;
    const { localCandidate } = this.through;
    const { localUsername, remoteUsername, iceControlling, remotePassword } = ice;
    const request = ice.buildRequest({ nominate, localUsername, remoteUsername, iceControlling, localCandidate });
    this.through.request(request, this.to, Buffer.from(remotePassword), { retransmissions: 0, responseTimeout: ANSWER_LIMIT_MS }).then(
      () => {
        this.heard();
        this.provenAt = performance.now();
        this.roundTripMs = this.provenAt - now;
        answered();
      },
      () => {},
    );
  }
}

/** However often the peer asks, it is asked back no oftener. */
const LEAST_PAUSE_MS = 40;
/** More than one search sends: a peer that names places which never answer is not believed for ever. */
const MOST_UNANSWERED = 100;
const ANSWER_LIMIT_MS = 3_000;
