import { RTCPeerConnection, type PeerConfig } from 'werift';
import type { IceConfig } from '../port.ts';
import { addressesOf } from '../server-url.ts';
import type { Certificate } from './certificate-pool.ts';
import { hearAuthenticChecksOnly } from './hardening/authentic-checks.ts';
import { boundChecks } from './hardening/bounded-checks.ts';
import { CheckedSenders, takeDataFromCheckedOnly } from './hardening/checked-senders.ts';
import { askConfiguredServersOnly } from './hardening/configured-servers-only.ts';
import { guardSctp } from './hardening/guard-sctp.ts';
import { assertKnownWerift } from './hardening/known-version.ts';
import { boundMissingPackets } from './hardening/missing-packets.ts';
import { askStunServers } from './hardening/reflexive-address.ts';
import { relayThrough, type Relay } from './hardening/relay-allocation.ts';
import { refuseWithoutRelay, relayOnly } from './hardening/relay-only.ts';
import type { TurnTls } from './hardening/relay-transport.ts';
import { secureTransport } from './hardening/secure-transport.ts';
import { iceInside, peerInside, type OnRefused } from './hardening/werift-internals.ts';
import { MobileIce } from './moving/mobile-ice.ts';
import { wakeOnNomination } from './speed/event-driven-ice.ts';
import { repeatSctpSooner } from './speed/sctp-first-wait.ts';

export type { PeerRefusal } from './hardening/refusal.ts';

export type HardenedPeerOptions = {
  readonly ice: IceConfig;
  /** For this connection alone; see {@link CertificatePool}. */
  readonly certificate: Certificate;
  /** Told once, when the peer failed to prove that it is the one described. The connection is `failed` then. */
  readonly onRefused?: OnRefused;
  /** Told once, when a TURN server did not take its credentials. */
  readonly onRelayRefused?: () => void;
  /**
   * Given, once there is a transport, what moves it to the addresses that this machine has now. Not where no address
   * of this machine may be shown.
   */
  readonly onMovable?: (move: () => void) => void;
  /** Whose certificates are believed for TURN over TLS; by default those that Node believes. */
  readonly turnTls?: TurnTls | undefined;
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
    // Servers are asked by `askStunServers` and `relayThrough`.
    iceServers: [],
    iceTransportPolicy: ice.policy,
    bundlePolicy: 'max-bundle',
  });
  boundMissingPackets(peer);
  const servers = ice.servers.flatMap((server) => addressesOf(server).map((address) => ({ ...server, ...address })));
  const stun = servers.filter(({ type }) => type === 'stun');
  const relays = servers.flatMap((server): Relay[] => {
    if (server.type !== 'turn' || !server.username || !server.credential) return [];
    return [{ ...server, username: server.username, password: server.credential }];
  });
  let relayRefused = false;
  const refusedByRelay = (): void => {
    if (relayRefused) return;
    relayRefused = true;
    options.onRelayRefused?.();
  };
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
    if (ice.policy === 'all') askStunServers(agent, stun);
    relayThrough(agent, { relays, tls: options.turnTls, onRefused: refusedByRelay });
    if (ice.policy === 'relay') relayOnly(agent);
    wakeOnNomination(agent);
    const mobile = new MobileIce(agent);
    if (ice.policy === 'all') options.onMovable?.(() => mobile.moved());
    secureTransport(transport, certificate, options.onRefused, () => mobile.heard());
    return transport;
  };
  const createSctpTransport = sctpManager.createSctpTransport.bind(sctpManager);
  sctpManager.createSctpTransport = (maxMessageSize) => {
    const transport = createSctpTransport(maxMessageSize);
    guardSctp(transport);
    repeatSctpSooner(transport);
    return transport;
  };
  if (ice.policy === 'relay') refuseWithoutRelay(peer, relays.length > 0, () => relayRefused);
  return peer;
}
