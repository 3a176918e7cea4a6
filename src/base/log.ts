/**
 * Where the engine's host tells what it did. One `info` line per change of phase, `debug` for inputs and
 * outputs by type, `warn` for what a peer or the backend did wrong, `error` for our own failures.
 *
 * Fields hold states, message types, counts and spans of time. Never keys, session descriptions, network
 * addresses, user, device, conversation or session ids: an implementation may print all it is given.
 */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export type LogFields = Readonly<Record<string, string | number | boolean>>;

/** Says nothing. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
