import type { RTCPeerConnection } from 'werift';
import { FlowError } from '../../port.ts';
import type { IceInside } from './werift-internals.ts';

/**
 * Lets no address of this machine out: no candidate but relayed ones, and those without the related address,
 * which would be our own as the relay sees it. Stock werift gathers and shows host candidates when the relay
 * has no usable credentials; here `relayThrough` opens no socket but the one to the relay.
 */
export function relayOnly(ice: IceInside): void {
  const appendLocalCandidate = ice.appendLocalCandidate.bind(ice);
  ice.appendLocalCandidate = (candidate) => {
    if (candidate.type !== 'relay') return;
    candidate.relatedAddress = '0.0.0.0';
    candidate.relatedPort = 0;
    appendLocalCandidate(candidate);
  };
}

/**
 * Makes a connection that may only be relayed say so early: no description is created without a relay
 * configured, none is set without a relayed candidate. Rejections are `FlowError('no-relay')`, or `'relay-refused'`
 * when a server did not take the credentials.
 */
export function refuseWithoutRelay(peer: RTCPeerConnection, relayConfigured: boolean, refused: () => boolean): void {
  const noRelay = (message: string): FlowError => new FlowError('no-relay', message);
  const createOffer = peer.createOffer.bind(peer);
  const createAnswer = peer.createAnswer.bind(peer);
  const unconfigured = 'Relay-only needs a TURN server with username and credential in ice.servers.';
  peer.createOffer = async (options) => {
    if (!relayConfigured) throw noRelay(unconfigured);
    return createOffer(options);
  };
  peer.createAnswer = async () => {
    if (!relayConfigured) throw noRelay(unconfigured);
    return createAnswer();
  };
  const setLocalDescription = peer.setLocalDescription.bind(peer) as (description?: object) => Promise<never>;
  const checked = async (description?: object): Promise<never> => {
    const set = await setLocalDescription(description);
    const relayed = peer.iceTransports.some(({ localCandidates }) => localCandidates.some(({ type }) => type === 'relay'));
    if (relayed || peer.signalingState === 'closed') return set;
    if (refused()) throw new FlowError('relay-refused', 'The TURN server did not take the credentials in ice.servers: they are wrong or have expired.');
    throw noRelay('Relay-only was asked for and no TURN server gave a relayed address.');
  };
  peer.setLocalDescription = checked;
}
