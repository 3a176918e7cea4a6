export { OpenRegistrationError, startRelay, type RelayStart, type RunningRelay } from './start-relay.ts';
export { Relay, type Link, type RelayOptions } from './relay.ts';
export type { Authorise } from './accounts.ts';
export type { Mail } from './mailbox.ts';
export { RELAY_LIMITS } from './relay-limits.ts';
