import type { DurationMs } from '../../src/base/units.ts';
import type { Weather } from '../../src/transport/index.ts';
import { deviceNamed, userNamed } from './people.ts';

/**
 * What befalls a circle of people from one call on, as plain data: the same story gives the same run, and one
 * with a line less is a story too.
 */
export type Story = {
  readonly climate: Climate;
  readonly lines: readonly Line[];
  /** Whether everybody hangs up once all works again. */
  readonly goodbye: boolean;
};

export type Climate = {
  readonly name: string;
  readonly weather: Weather;
  /** How likely a message never reaches a device, though the backend took it. */
  readonly loss: number;
  /** How likely the backend takes a message not at all. */
  readonly refusals: number;
  /** One way between two devices' media. */
  readonly latency: DurationMs;
};

/** Somebody does something, or something happens to a device. `who` is a device of the circle, by its number. */
export type Line = { readonly when: Occasion; readonly after: DurationMs; readonly who: number; readonly does: Deed };

/**
 * `story`: so long after the beginning. The others are reactions: to a ring, to one's call being connected, to
 * a missed call, to a call of one's own that nobody took. A reaction but to a ring happens once in a story.
 */
export type Occasion = 'story' | 'rung' | 'connected' | 'missed' | 'unanswered';

export type Deed =
  /** `whom`: a user of the circle, by number. */
  | { readonly type: 'call'; readonly whom: number }
  | { readonly type: 'answer' | 'reject' | 'end' | 'answer-and-end' | 'mute' | 'camera' | 'renew' }
  /** The process dies without a word. It comes back with what it stored last, with something older, or with nothing. */
  | { readonly type: 'crash'; readonly back: DurationMs; readonly memory: 'stored' | 'older' | 'none' }
  /** The page goes, after the engine has let go of everything, and is back a moment later. */
  | { readonly type: 'reload'; readonly back: DurationMs }
  /** The lid is closed. */
  | { readonly type: 'sleep'; readonly back: DurationMs }
  /** No backend. */
  | { readonly type: 'offline'; readonly back: DurationMs }
  /** No media between this device and all others. */
  | { readonly type: 'cut'; readonly back: DurationMs }
  /** Another network: what ran over the old one is dead, and the new one is there after a gap. `told`: the app notices. */
  | { readonly type: 'roam'; readonly back: DurationMs; readonly told: boolean }
  /** A hidden tab: timers fire at whole multiples of this. */
  | { readonly type: 'throttle'; readonly grain: DurationMs; readonly back: DurationMs }
  /** Its idea of the backend's time is wrong from here on. */
  | { readonly type: 'skew'; readonly by: DurationMs };

/** From the beginning of a story until everything that was broken works again and nobody begins anything. */
export const ACTIVE = 60_000;
/** Longer than a ring and a set-up: what is not at rest after that never is. */
export const QUIET = 110_000;
/** From the last hang-up until nothing may be left of any call. */
export const PARTING = 45_000;

/** How a line reads. */
export function lineInWords({ when, after, who, does }: Line, devices: number): string {
  return `${when === 'story' ? `at ${after} ms` : `${after} ms after ${REACTIONS[when]}`}: ${deviceNamed(who, devices)}: ${deedInWords(does)}`;
}

export function deedInWords(deed: Deed): string {
  if (deed.type === 'call') return `calls ${userNamed(deed.whom)}`;
  const { type, ...how } = deed;
  const details = Object.entries(how).map(([name, value]) => `${name} ${typeof value === 'number' ? `${value} ms` : String(value)}`);
  return details.length === 0 ? type : `${type} (${details.join(', ')})`;
}

const REACTIONS: { readonly [O in Exclude<Occasion, 'story'>]: string } = {
  rung: 'it rang', connected: 'its call was connected', missed: 'it missed a call', unanswered: 'nobody took its call',
};
