import type { RTCSctpTransport } from 'werift';
import { sctpInside } from '../hardening/werift-internals.ts';

/**
 * Makes SCTP repeat its first packets after half a second instead of three: one lost packet at the start of a
 * call would be three seconds of silence. libwebrtc's SCTP starts the same way; once round trips are measured
 * the wait is theirs.
 */
export function repeatSctpSooner(transport: RTCSctpTransport): void {
  const inside = sctpInside(transport);
  const setDtlsTransport = inside.setDtlsTransport.bind(inside);
  inside.setDtlsTransport = (dtls) => {
    const before = inside.sctp;
    setDtlsTransport(dtls);
    if (inside.sctp !== undefined && inside.sctp !== before) inside.sctp.rto = FIRST_WAIT_SECONDS;
  };
}

const FIRST_WAIT_SECONDS = 0.5;
