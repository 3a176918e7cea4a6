import { createHmac } from 'node:crypto';
import type { DurationMs } from '../../src/base/units.ts';

/**
 * Credentials that a TURN server checks without knowing the user, by a secret it shares with whoever gives them
 * out ("REST API for access to TURN services", as coturn's `use-auth-secret` has it): the username says until when
 * they are good, in seconds since 1970, and for whom; the password is its HMAC-SHA1. `now`: milliseconds since 1970.
 */
export function timedCredentials(secret: string, user: string, ttl: DurationMs, now: number): { readonly username: string; readonly credential: string } {
  const username = `${Math.floor((now + ttl) / 1_000)}:${user}`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}
