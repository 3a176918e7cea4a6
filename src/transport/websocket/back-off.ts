import type { Entropy } from '../../base/entropy.ts';
import { ms, type DurationMs } from '../../base/units.ts';

/** The first wait after a lost connection; short, because most are a change of network. */
const FIRST = 500;
/** The longest: a backend that restarts must not be met by everyone at once, nor be missed for minutes. */
const LONGEST = 30_000;

/** How long to wait before attempt number `attempt` (from 0): doubled each time, and drawn from its upper half so that devices spread. */
export function backOff(attempt: number, entropy: Entropy): DurationMs {
  const whole = Math.min(LONGEST, FIRST * 2 ** Math.min(attempt, 16));
  const [high = 0, low = 0] = entropy.bytes(2);
  return ms(whole / 2 + (whole / 2) * ((high * 256 + low) / 0x1_0000));
}
