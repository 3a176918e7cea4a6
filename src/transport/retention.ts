import { ms, type DurationMs } from '../base/units.ts';

const DAY = 86_400_000;

/** How long a backend keeps mail, and therefore how long a prekey is kept after it was replaced and a message id after it was seen. */
export const MAIL_RETENTION: DurationMs = ms(7 * DAY);

/** How often a device replaces its prekey: what a thief of one can read is a week of mail. */
export const PREKEY_ROTATION: DurationMs = ms(7 * DAY);

/** How long senders may use a prekey: longer than a rotation, so that a phone left in a drawer for a week can be rung. */
export const PREKEY_VALIDITY: DurationMs = ms(14 * DAY);

/** By how much clocks of devices and backend may differ before a prekey counts as not yet valid. */
export const CLOCK_SKEW: DurationMs = ms(600_000);

/** By how much a backend's word on the time may differ from our own wall clock: more than a wrong time zone, less than would hide a replay. */
export const CLOCK_TRUST: DurationMs = ms(DAY);
