import { isIP } from 'node:net';
import type { IceInside } from './werift-internals.ts';

/**
 * Asks nobody who was not named by the caller. Stock werift falls back to a public STUN server when none is
 * configured, and looks up whatever name a peer writes into a candidate (multicast DNS for `.local`, the
 * system's resolver for others): a peer could make us call home anywhere.
 */
export function askConfiguredServersOnly(ice: IceInside): void {
  delete ice.stunServer;
  const addRemoteCandidate = ice.addRemoteCandidate.bind(ice);
  ice.addRemoteCandidate = async (candidate) => {
    // A name is not needed: a peer that hides its address behind one shows it with its first check.
    if (candidate !== undefined && isIP(candidate.host) === 0) return;
    await addRemoteCandidate(candidate);
  };
}
