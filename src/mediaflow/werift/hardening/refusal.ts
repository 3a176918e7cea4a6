import type { FlowFailure } from '../../port.ts';

/** Why a peer was turned away during the DTLS handshake. */
export type PeerRefusal =
  // It is not who its description says.
  /** The certificate it presented is not the one whose fingerprint is in its description. */
  | 'fingerprint-mismatch'
  /** It presented no certificate. */
  | 'no-certificate'
  /** It could not sign with the key of the certificate it presented. */
  | 'bad-signature'
  /** It left out, or put in the wrong place, a message that proves who it is. */
  | 'proof-skipped'
  /** Its Finished does not agree with what was said. */
  | 'forged-finished'
  // We cannot understand each other.
  /** A kind of key, signature, curve, cipher or SRTP profile we do not take. */
  | 'unsupported'
  /** A message that cannot be read. */
  | 'malformed'
  /** It stopped answering before the handshake was over. */
  | 'silent';

/** What it means for a flow: an impostor is another matter than somebody whom we do not understand. */
export function failureOf(reason: PeerRefusal): FlowFailure {
  switch (reason) {
    case 'fingerprint-mismatch':
    case 'no-certificate':
    case 'bad-signature':
    case 'proof-skipped':
    case 'forged-finished':
      return 'peer-not-authentic';
    case 'unsupported':
    case 'malformed':
      return 'peer-incompatible';
    case 'silent':
      return 'no-path';
  }
}

/** A handshake that was ended by us. */
export class PeerRefusedError extends Error {
  override readonly name = 'PeerRefusedError' as const;
  readonly reason: PeerRefusal;

  constructor(reason: PeerRefusal) {
    super(`The peer was refused during the DTLS handshake: ${reason}.`);
    this.reason = reason;
  }
}
