import type { RTCSctpTransport } from 'werift';

/**
 * Makes SCTP repeat its first packets after half a second instead of three: one lost packet at the start of a
 * call would be three seconds of silence. libwebrtc's SCTP starts the same way; once round trips are measured
 * the wait is theirs. Call before the association is started.
 */
export function repeatSctpSooner(transport: RTCSctpTransport | undefined): void {
  if (transport === undefined) return;
  const timing = transport.sctp as unknown as { rto: number; readonly srtt?: number };
  if (timing.srtt === undefined) timing.rto = FIRST_WAIT_SECONDS;
}

const FIRST_WAIT_SECONDS = 0.5;
