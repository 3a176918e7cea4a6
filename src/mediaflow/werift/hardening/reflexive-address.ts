import dns from 'node:dns';
import { isIP, isIPv6 } from 'node:net';
import { serverReflexiveCandidate, type StunProtocol } from 'werift';
import type { IceInside } from './werift-internals.ts';

export type StunAddress = { readonly host: string; readonly port: number };

/**
 * Asks every configured STUN server from each of our sockets at once and takes the first answer. Stock werift asks
 * the first server only, over IPv4 only, and waits five seconds for one that is dead.
 */
export function askStunServers(ice: IceInside, servers: readonly StunAddress[]): void {
  delete ice.stunServer;
  if (servers.length === 0) return;
  const resolved = Promise.all(servers.map(async ({ host, port }) => (await addressesOf(host)).map((address): [string, number] => [address, port])));
  const getCandidatePromises = ice.getCandidatePromises.bind(ice);
  ice.getCandidatePromises = (addresses, timeout) => {
    const direct = getCandidatePromises(addresses, timeout);
    return [...direct, Promise.allSettled(direct).then(() => reflected(ice, resolved))];
  };
}

async function reflected(ice: IceInside, resolved: Promise<readonly [string, number][][]>): Promise<void> {
  const bases = (ice.protocols as StunProtocol[]).filter(({ localCandidate }) => localCandidate?.type === 'host' && localCandidate.transport === 'udp');
  let giveUp: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<void>((over) => (giveUp = setTimeout(over, LIMIT_MS)));
  const asking = resolved.then((found) => Promise.all(bases.map(async (base) => firstAnswer(ice, base, found.flat()))));
  await Promise.race([asking, limit]);
  clearTimeout(giveUp);
}

async function firstAnswer(ice: IceInside, base: StunProtocol, servers: readonly [string, number][]): Promise<void> {
  const own = base.localCandidate?.host ?? '';
  const asked = servers.filter(([address]) => isIPv6(address) === isIPv6(own)).map(async (server) => {
    const candidate = await serverReflexiveCandidate(base, server);
    if (candidate === undefined) throw new Error('No answer.');
    return candidate;
  });
  const candidate = await Promise.any(asked).catch(() => undefined);
  // Without a translator in between it is the host candidate once more.
  if (candidate !== undefined && ice.state !== 'closed' && candidate.host !== own) ice.appendLocalCandidate(candidate);
}

/** Both families: a base asks over its own. */
async function addressesOf(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  const found = await dns.promises.lookup(host, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
}

/** Four tries fit; a description does not wait longer for an address that may not even be needed. */
const LIMIT_MS = 1_500;
