export { startRelay, type RelayAddress, type RunningRelay } from './start-relay.ts';
export { Relay, type Link, type RelayOptions } from './relay.ts';
export { RELAY_LIMITS } from './relay-limits.ts';
