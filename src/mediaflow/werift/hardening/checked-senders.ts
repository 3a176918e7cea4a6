import { CandidatePairState, type CandidatePair } from 'werift';
import { isSignedToTheEnd } from './signed-to-the-end.ts';
import type { Address, IceInside } from './werift-internals.ts';

/** The addresses from which somebody has shown to have our password. */
export class CheckedSenders {
  readonly #ice: IceInside;
  readonly #addresses = new Map<string, { readonly address: Address; at: number }>();

  constructor(ice: IceInside) {
    this.#ice = ice;
  }

  /**
   * True when an authentic check from this address is to be heard. A check may bear any sender, and each that
   * is heard is answered and checked in turn: a peer could make us send to whom it likes, as often as it likes.
   */
  admit(address: Address): boolean {
    const key = keyOf(address);
    const now = performance.now();
    const known = this.#addresses.get(key);
    if (known !== undefined) {
      known.at = now;
      return true;
    }
    if (!this.#isDescribed(address) && !this.#hasRoom(now)) return false;
    this.#addresses.set(key, { address, at: now });
    return true;
  }

  /** A peer that moves again and again needs room again and again; one that it has left is not asked for long. */
  #hasRoom(now: number): boolean {
    let undescribed = 0;
    for (const [key, { address, at }] of this.#addresses) {
      if (this.#isDescribed(address)) continue;
      if (now - at > FORGOTTEN_AFTER_MS) this.#addresses.delete(key);
      else undescribed += 1;
    }
    return undescribed < MOST_UNDESCRIBED;
  }

  /** True when an authentic check, or an authentic answer to one of ours, came from here. */
  has(address: Address): boolean {
    return this.#addresses.has(keyOf(address)) || this.#ice.checkList.some((pair) => pair.state === CandidatePairState.SUCCEEDED && isAt(pair, address));
  }

  #isDescribed([host, port]: Address): boolean {
    return this.#ice.remoteCandidates.some((candidate) => candidate.type !== 'prflx' && candidate.host === host && candidate.port === port);
  }
}

/**
 * Takes what is not STUN from checked senders only. Stock werift hands on whatever anybody sends to the port:
 * one forged handshake message, sent blindly while a call is being set up, was enough to end it. STUN may come from
 * anybody, since it says itself who it is from; but not what was appended to it on the way.
 */
export function takeDataFromCheckedOnly(ice: IceInside, senders: CheckedSenders): void {
  const ensureProtocol = ice.ensureProtocol.bind(ice);
  ice.ensureProtocol = (protocol) => {
    for (const entry of ['datagramReceived', 'handleStunMessage'] as const) {
      const receive = protocol[entry]?.bind(protocol);
      if (receive === undefined) continue;
      protocol[entry] = (datagram, address) => {
        if (isStun(datagram) ? isSignedToTheEnd(datagram) : senders.has(address)) receive(datagram, address);
      };
    }
    ensureProtocol(protocol);
  };
}

/** RFC 7983. What says so and is none is nothing else either. */
const isStun = (datagram: Buffer): boolean => (datagram[0] ?? 0) < 4;

const keyOf = ([host, port]: Address): string => `${host} ${port}`;

function isAt({ remoteAddr: [host, port] }: CandidatePair, address: Address): boolean {
  return host === address[0] && port === address[1];
}

/** Addresses that no candidate names: one for each way through a NAT, and all of them until we have the answer. */
const MOST_UNDESCRIBED = 20;
/** Consent is asked for each five seconds. */
const FORGOTTEN_AFTER_MS = 30_000;
