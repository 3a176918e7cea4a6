import { RTCPeerConnection, type PeerConfig } from 'werift';
import type { IceConfig } from '../port.ts';
import type { Certificate } from './certificate-pool.ts';
import { hearAuthenticChecksOnly } from './hardening/authentic-checks.ts';
import { boundChecks } from './hardening/bounded-checks.ts';
import { CheckedSenders, takeDataFromCheckedOnly } from './hardening/checked-senders.ts';
import { askConfiguredServersOnly } from './hardening/configured-servers-only.ts';
import { guardSctp } from './hardening/guard-sctp.ts';
import { assertKnownWerift } from './hardening/known-version.ts';
import { boundMissingPackets } from './hardening/missing-packets.ts';
import { relayThrough } from './hardening/relay-allocation.ts';
import { refuseWithoutRelay, relayOnly } from './hardening/relay-only.ts';
import { secureTransport } from './hardening/secure-transport.ts';
import { iceInside, peerInside, type OnRefused } from './hardening/werift-internals.ts';
import { wakeOnNomination } from './speed/event-driven-ice.ts';
import { repeatSctpSooner } from './speed/sctp-first-wait.ts';

export type { PeerRefusal } from './hardening/refusal.ts';

export type HardenedPeerOptions = {
  readonly ice: IceConfig;
  /** For this connection alone; see {@link CertificatePool}. */
  readonly certificate: Certificate;
  /** Told once, when the peer failed to prove that it is the one described. The connection is `failed` then. */
  readonly onRefused?: OnRefused;
  /** What else werift is told: codecs, header extensions. Never what is decided here. */
  readonly media?: Partial<Pick<PeerConfig, 'codecs' | 'headerExtensions'>>;
  /** `accept` runs on a werift this was not written for. Only for trying a new version out. */
  readonly unknownWerift?: 'refuse' | 'accept';
};

/**
 * A werift connection of which every transport it ever makes is hardened and fast. One transport carries
 * everything (max-bundle); no server is asked that `ice` does not name. Throws `UnknownWeriftError`.
 */
export function createHardenedPeer(options: HardenedPeerOptions): RTCPeerConnection {
  assertKnownWerift(undefined, options.unknownWerift);
  const { ice, certificate } = options;
  const peer = new RTCPeerConnection({
    ...options.media,
    iceServers: ice.servers.map((server) => ({ ...server })),
    iceTransportPolicy: ice.policy,
    bundlePolicy: 'max-bundle',
  });
  boundMissingPackets(peer);
  const { secureManager, sctpManager } = peerInside(peer);
  secureManager.certificate = certificate.werift;
  const createTransport = secureManager.createTransport.bind(secureManager);
  secureManager.createTransport = () => {
    const transport = createTransport();
    const agent = iceInside(transport.iceTransport.connection);
    askConfiguredServersOnly(agent);
    const senders = new CheckedSenders(agent);
    hearAuthenticChecksOnly(agent, senders);
    takeDataFromCheckedOnly(agent, senders);
    boundChecks(agent);
    relayThrough(agent);
    if (ice.policy === 'relay') relayOnly(agent);
    wakeOnNomination(agent);
    secureTransport(transport, certificate, options.onRefused);
    return transport;
  };
  const createSctpTransport = sctpManager.createSctpTransport.bind(sctpManager);
  sctpManager.createSctpTransport = (maxMessageSize) => {
    const transport = createSctpTransport(maxMessageSize);
    guardSctp(transport);
    repeatSctpSooner(transport);
    return transport;
  };
  if (ice.policy === 'relay') refuseWithoutRelay(peer, ice.servers.some((server) => /^turns?:/i.test(server.urls) && !!server.username && !!server.credential));
  return peer;
}
