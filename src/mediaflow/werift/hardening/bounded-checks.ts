import type { CandidatePair } from 'werift';
import type { Address, EarlyCheck, IceInside } from './werift-internals.ts';

/**
 * Keeps what a peer can make of its connectivity checks small. Stock werift keeps every check that comes
 * before it has the peer's description, and every pair: each of those is checked in turn, up to five times.
 */
export function boundChecks(ice: IceInside): void {
  const addPair = ice.addPair.bind(ice);
  ice.addPair = (pair) => {
    if (ice.checkList.length < MOST_PAIRS) addPair(pair);
  };
  const checkIncoming = ice.checkIncoming.bind(ice);
  ice.checkIncoming = (...check) => {
    // werift checks a new pair whether or not it was taken into the list.
    if (ice.checkList.length < MOST_PAIRS || ice.checkList.some((pair) => isOf(pair, check))) checkIncoming(...check);
  };
  const ensureProtocol = ice.ensureProtocol.bind(ice);
  ice.ensureProtocol = (protocol) => {
    ensureProtocol(protocol);
    protocol.onRequestReceived.subscribe(() => keepOneEach(ice.earlyChecks));
  };
}

/** Of the checks on one way only the last is needed, unless an earlier one said more. */
function keepOneEach(checks: EarlyCheck[]): void {
  const last = checks.at(-1);
  if (last === undefined) return;
  const before = checks.findIndex((check) => check !== last && check[2] === last[2] && isSame(check[1], last[1]));
  const earlier = checks[before];
  if (earlier !== undefined) checks.splice(nominates(earlier) && !nominates(last) ? checks.length - 1 : before, 1);
}

const nominates = ([message]: EarlyCheck): boolean => message.attributesKeys.includes('USE-CANDIDATE');
const isSame = (one: Address, other: Address): boolean => one[0] === other[0] && one[1] === other[1];
const isOf = (pair: CandidatePair, [, address, protocol]: EarlyCheck): boolean => (pair.protocol as unknown) === protocol && isSame(pair.remoteAddr, address);

/** RFC 8445 §6.1.2.5 names a hundred. */
const MOST_PAIRS = 100;
