import { Candidate, CandidatePair, CandidatePairState, candidatePriority } from 'werift';
import type { Address, IceInside, WayThrough } from '../hardening/werift-internals.ts';
import { Way } from './way.ts';

/** The ways to the peer of one connection, and which of them is taken. */
export class Ways {
  readonly #ice: IceInside;
  /** In the order in which they were last thought of. */
  readonly #known: Way[] = [];
  #chosen: CandidatePair | undefined;

  constructor(ice: IceInside) {
    this.#ice = ice;
  }

  /** The way that everything takes; `undefined` while there is none, and when there will be none any more. */
  get current(): Way | undefined {
    const { nominated, state } = this.#ice;
    if (nominated === undefined || state === 'closed' || state === 'failed') return undefined;
    return this.of(nominated.protocol, nominated.remoteAddr);
  }

  find(through: unknown, to: Address): Way | undefined {
    return this.#known.find((way) => way.leads(through, to));
  }

  of(through: WayThrough, to: Address): Way {
    const way = this.find(through, to) ?? new Way(through, to);
    const at = this.#known.indexOf(way);
    if (at >= 0) this.#known.splice(at, 1);
    this.#known.push(way);
    if (this.#known.length > MOST_KNOWN) this.#known.shift();
    return way;
  }

  through(through: unknown): readonly Way[] {
    return this.#known.filter((way) => way.through === through);
  }

  forget(through: unknown): void {
    for (const way of this.through(through)) this.#known.splice(this.#known.indexOf(way), 1);
    this.#ice.checkList.splice(0, Infinity, ...this.#ice.checkList.filter(({ protocol }) => (protocol as unknown) !== through));
  }

  /** From here on everything takes this way, and the peer is asked there whether it still agrees to be sent to. */
  take(way: Way): void {
    const { checkList } = this.#ice;
    const pair = checkList.find(({ protocol, remoteAddr }) => way.leads(protocol, remoteAddr)) ?? this.#pair(way);
    // One more for each move would be a list without an end.
    if (this.#chosen !== undefined && this.#chosen !== pair && checkList.includes(this.#chosen)) checkList.splice(checkList.indexOf(this.#chosen), 1);
    if (!checkList.includes(pair)) {
      checkList.push(pair);
      this.#chosen = pair;
    }
    pair.updateState(CandidatePairState.SUCCEEDED);
    pair.nominated = true;
    if (way.roundTripMs !== undefined) pair.rtt = way.roundTripMs / 1_000;
    this.#ice.nominated = pair;
    this.#ice.queryConsent();
  }

  #pair({ through, to: [host, port] }: Way): CandidatePair {
    const described = this.#ice.remoteCandidates.find((candidate) => candidate.host === host && candidate.port === port);
    const candidate = described ?? new Candidate('moved', 1, 'udp', candidatePriority('prflx'), host, port, 'prflx');
    return new CandidatePair(through as unknown as CandidatePair['protocol'], candidate, this.#ice.iceControlling);
  }
}

/** Of a peer that asks from everywhere, only the last few places. */
const MOST_KNOWN = 40;
