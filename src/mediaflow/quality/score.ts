import type { Interval } from './interval.ts';

/**
 * The audio of a call on the scale of mean opinion scores, from 1 (unusable) to 4.4 (best), to two digits: the
 * E-model of ITU-T G.107 reduced to delay and loss, with Opus taken for a codec that conceals well.
 */
export function scoreOf({ audio, roundTripMs = 0 }: Interval): number {
  const loss = Math.max(audio.lossIn, audio.lossOut ?? 0);
  const delay = roundTripMs / 2 + (audio.jitterMs ?? 0) * 2 + CODEC_DELAY;
  return Math.round(opinion(BEST - delayImpairment(delay) - lossImpairment(loss)) * 100) / 100;
}

/** The R factor of an undisturbed call (G.107 §7.7). */
const BEST = 93.2;
/** A frame of 20 ms and the encoder's look-ahead, in milliseconds. */
const CODEC_DELAY = 27;

/** G.107 §7.4 in the usual linear form: below 177 ms delay hardly matters. */
function delayImpairment(delay: number): number {
  return 0.024 * delay + (delay > 177.3 ? 0.11 * (delay - 177.3) : 0);
}

/** G.107 §7.5: the equipment impairment at random loss; 10 is how well concealment and FEC hold (`Bpl`). */
function lossImpairment(loss: number): number {
  const percent = loss * 100;
  return (95 * percent) / (percent + 10);
}

/** G.107 annex B: the R factor as an opinion. */
function opinion(r: number): number {
  if (r <= 0) return 1;
  if (r >= 100) return 4.5;
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
}
