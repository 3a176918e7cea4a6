import type { Device } from '../../../src/index.ts';

/** One end of the calls of a case, whichever engine it runs and wherever it runs. */
export interface Party {
  readonly self: Device;
  /** What a person does. */
  act(deed: Deed): Promise<void>;
  /** Everything that happened at this end since the case began. */
  report(): Promise<Report>;
  /** Calls, and resolves when its data channel is open: with the milliseconds that it took, by this end's clock. */
  timeCall(user: string): Promise<number>;
  /** Gone without a word: no farewell of any kind leaves. */
  vanish(): Promise<void>;
}

export type Deed =
  | { readonly do: 'call'; readonly user: string; readonly video?: boolean; readonly cbr?: boolean }
  | { readonly do: 'answer'; readonly video?: boolean; readonly cbr?: boolean }
  /** `end-when-taken`: as soon as the other side answers. */
  /** Takes the next call that rings in the moment in which it does. */
  | { readonly do: 'answer-at-once' }
  | { readonly do: 'reject' | 'end' | 'end-when-taken' | 'network-changed' }
  | { readonly do: 'mute' | 'video' | 'screen'; readonly on: boolean };

export type Report = {
  /** What the app was told, in order, in the words of {@link Happening}. */
  readonly told: readonly Happening[];
  /** What went over the data channels, as `PROPSYNC`, `PROPSYNC(r)`, `HANGUP`, … */
  readonly said: readonly string[];
  readonly heard: readonly string[];
  /** What the peer says that it sends. */
  readonly peer: { readonly muted: boolean; readonly video: 'off' | 'on' | 'paused' | 'screen'; readonly cbr: boolean };
  /** RTP packets of the current connection. */
  readonly audio: { readonly sent: number; readonly received: number };
  /** The loudest decoded sample of the last moments, 0 to 1. */
  readonly loudness: number;
  /** Pictures of the peer that arrived whole, since the case began. */
  readonly pictures: number;
};

/**
 * Words that both engines have: what AVS calls `incoming`, `answered`, `established`, `datachan`, `closed` with a
 * reason and `missed`, and what callcore calls its states and close reasons.
 */
export type Happening = string;

/** Waits for what a party reports. Rejects with what it reported last. */
export async function until(party: Party, fulfilled: (report: Report) => boolean, what: string, patience = 15_000): Promise<Report> {
  const giveUpAt = performance.now() + patience;
  for (;;) {
    const report = await party.report();
    if (fulfilled(report)) return report;
    if (performance.now() > giveUpAt) throw new Error(`${party.self.user} waited in vain for ${what}: ${JSON.stringify(report)}`);
    await new Promise((resolve) => {
      setTimeout(resolve, LOOK_MS);
    });
  }
}

/** Waits until a party was told something. */
export function toldOf(party: Party, happening: Happening, times = 1, patience = 15_000): Promise<Report> {
  return until(party, ({ told }) => told.filter((each) => each === happening).length >= times, `${happening}${times > 1 ? ` ${String(times)} times` : ''}`, patience);
}

const LOOK_MS = 20;
