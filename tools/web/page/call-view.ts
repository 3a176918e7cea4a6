import type { Call, CallEnd, CallPhase } from '../../../src/index.ts';
import type { Grade } from '../../../src/mediaflow/index.ts';

/** All that the page shows of one call, at one moment. */
export type CallView = {
  readonly user: string;
  readonly direction: 'outgoing' | 'incoming';
  /** A peer connection that is being replaced while the old one carries the call is nothing to tell people. */
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


/** What is measured and not told by the call itself. */
export type Measured = Pick<CallView, 'connectedAt' | 'quality' | 'oneWay' | 'end'> & {
  /** While the peer connection is being replaced, nothing arrives over the old one. */
  readonly isSilent: boolean;
};

export function viewOf(call: Call, { isSilent, ...measured }: Measured): CallView {
  const { props, peerProps, tracks } = call;
  return {
    user: call.user,
    direction: call.direction,
    phase: call.state === 'reconnecting' && call.contact === 'live' && !isSilent ? 'connected' : call.state,
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
