import type { Call, CallEnd, CallPhase } from '../../../src/index.ts';
import type { Grade } from '../../../src/mediaflow/index.ts';

/** All that the page shows of one call, at one moment. */
export type CallView = {
  readonly user: string;
  readonly direction: 'outgoing' | 'incoming';
  /** A peer connection that is being replaced while the old one carries the call is nothing to tell people, unless it takes long. */
  readonly phase: CallPhase;
  readonly muted: boolean;
  readonly camera: boolean;
  readonly sharing: boolean;
  readonly peer: { readonly muted: boolean; readonly video: boolean; readonly sharing: boolean };
  readonly sound: MediaStreamTrack | undefined;
  readonly picture: MediaStreamTrack | undefined;
  /** When it was first connected, in milliseconds since 1970. */
  readonly connectedAt: number | undefined;
  readonly quality: Grade | undefined;
  /** Sound goes one way only. */
  readonly oneWay: 'they-do-not-hear-us' | 'we-do-not-hear-them' | undefined;
  readonly code: readonly string[] | undefined;
  readonly isSealed: boolean;
  readonly end: CallEnd | undefined;
};

/** Whatever the contact: a peer that vanishes while the connection is being replaced is not missed at once. */
export const LONG_RENEWAL_MS = 3_000;

/** What is measured and not told by the call itself. */
export type Measured = Pick<CallView, 'connectedAt' | 'quality' | 'oneWay' | 'end'> & {
  /** The peer connection has been under replacement for {@link LONG_RENEWAL_MS}. */
  readonly renewsLong: boolean;
};

export function viewOf(call: Call, { renewsLong, ...measured }: Measured): CallView {
  const { props, peerProps, tracks } = call;
  return {
    user: call.user,
    direction: call.direction,
    phase: call.state === 'reconnecting' && call.contact === 'live' && !renewsLong ? 'connected' : call.state,
    muted: props.muted,
    camera: props.video === 'on',
    sharing: props.screen === 'on',
    peer: { muted: peerProps.muted, video: peerProps.video === 'on', sharing: peerProps.screen === 'on' },
    sound: tracks.audio,
    picture: tracks.video,
    code: call.security.code,
    isSealed: call.security.signalling === 'sealed',
    ...measured,
  };
}
