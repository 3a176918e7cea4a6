/** What a WebRTC stack may be told of a peer's description. What it does not know, it need not see. */
export type StackAbilities = {
  /** Whether it resolves the mDNS names that browsers put in place of addresses. */
  readonly resolvesNames: boolean;
  /** Values of `a=rtcp-fb`. */
  readonly feedback: ReadonlySet<string>;
  /** RTP header extensions by URI. */
  readonly extensions: ReadonlySet<string>;
};

export const MID_EXTENSION = 'urn:ietf:params:rtp-hdrext:sdes:mid';
