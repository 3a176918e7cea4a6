/**
 * What two peers tell each other about what they send. Values are strings on the wire, as AVS writes them;
 * unknown keys are kept and ignored.
 */
export type WireProps = readonly (readonly [key: string, value: string])[];

/** One side's state, whole. */
export type Props = {
  readonly muted: boolean;
  readonly video: VideoState;
  readonly screen: VideoState;
  /** Constant-bitrate audio, which hides the rhythm of speech from an observer of packet sizes. */
  readonly audioCbr: boolean;
};

export type VideoState = 'off' | 'on' | 'paused';
export type PropName = keyof Props;

export const DEFAULT_PROPS: Props = Object.freeze({ muted: false, video: 'off', screen: 'off', audioCbr: false });

/** Bytes of all keys and values together beyond which props are refused. */
export const MAX_PROPS_BYTES = 1024;

export function toWire(props: Props): WireProps {
  return [
    ['videosend', videoToWire(props.video)],
    ['screensend', videoToWire(props.screen)],
    ['audiocbr', String(props.audioCbr)],
    ['muted', String(props.muted)],
  ];
}

/** Reads what a peer sent over what was known of it. A missing or unreadable key means *unchanged*. */
export function fromWire(wire: WireProps, known: Props): Props {
  let { muted, video, screen, audioCbr } = known;
  for (const [key, value] of wire) {
    if (key === 'muted') muted = flag(value) ?? muted;
    else if (key === 'videosend') video = videoFromWire(value) ?? video;
    else if (key === 'screensend') screen = videoFromWire(value) ?? screen;
    else if (key === 'audiocbr') audioCbr = flag(value) ?? audioCbr;
  }
  return changed(known, { muted, video, screen, audioCbr }).length === 0 ? known : { muted, video, screen, audioCbr };
}

/** The names of the props in which two states differ, in a fixed order. */
export function changed(before: Props, now: Props): readonly PropName[] {
  return NAMES.filter((name) => before[name] !== now[name]);
}

const NAMES: readonly PropName[] = ['muted', 'video', 'screen', 'audioCbr'];

function videoToWire(state: VideoState): string {
  switch (state) {
    case 'off':
      return 'false';
    case 'on':
      return 'true';
    case 'paused':
      return 'paused';
  }
}

function videoFromWire(value: string): VideoState | undefined {
  if (value === 'true') return 'on';
  if (value === 'false') return 'off';
  return value === 'paused' ? 'paused' : undefined;
}

function flag(value: string): boolean | undefined {
  if (value === 'true') return true;
  return value === 'false' ? false : undefined;
}
