import { handle } from './ecall.ts';
import type { Ecall } from './ecall-state.ts';
import type { EcallInput, EcallOutput } from './port.ts';
import type { InstantMs } from '../base/units.ts';

/** Everything that happened to one call, from idle on: enough to have it happen again, byte for byte. */
export type Trace = {
  readonly version: 1;
  readonly initial: Ecall;
  readonly entries: readonly TraceEntry[];
};

export type TraceEntry = { readonly at: InstantMs; readonly input: EcallInput; readonly outputs: readonly EcallOutput[] };

/** Runs a trace's inputs again and returns the trace that results: equal to the first one, or something is not pure. */
export function replay(trace: Trace): Trace {
  let ecall = trace.initial;
  const entries = trace.entries.map(({ at, input }) => {
    const [next, outputs] = handle(ecall, input);
    ecall = next;
    return { at, input, outputs };
  });
  return { version: 1, initial: trace.initial, entries };
}

/**
 * A trace that may be shown: session descriptions, user, device and session ids are replaced by tokens, and
 * whatever a peer wrote that is not read here is left out. Equal ids keep equal tokens, and tokens order as
 * the ids do, so that a glare is decided the same way and the trace still replays.
 */
export function redact(trace: Trace): Trace {
  const ids = tokensFor(trace);
  const sdps = new Map<string, string>();
  const sessions = new Map<string, string>();
  const nonces = new Map<string, string>();
  const redacted = walk(trace, (key, text) => {
    if (ID_KEYS.has(key)) return ids.get(text.toLowerCase()) ?? text;
    if (SDP_KEYS.has(key)) return tokenFor(sdps, text, 'sdp');
    if (NONCE_KEYS.has(key)) return tokenFor(nonces, text, 'n');
    if (SESSION_KEYS.has(key)) return tokenFor(sessions, text.toLowerCase(), 's');
    // Ids made here for a peer that writes none hold its session id.
    if (key === 'incarnation' && text.startsWith('~')) return `~${tokenFor(sessions, text.slice(1), 's')}`;
    return key === 'descr' ? '' : text;
  });
  // Our own session ids are made from ids: what we put out must be made again from the tokens.
  return replay({ ...redacted, initial: { ...redacted.initial, policy: trace.initial.policy } });
}

const ID_KEYS: ReadonlySet<string> = new Set(['user', 'device', 'peerUser', 'users']);
const SDP_KEYS: ReadonlySet<string> = new Set(['sdp', 'offer', 'answer', 'ringing']);
const SESSION_KEYS: ReadonlySet<string> = new Set(['sessid', 'theirs', 'ours', 'theirSession', 'ourSession']);
const NONCE_KEYS: ReadonlySet<string> = new Set(['nonce', 'commit', 'reveals', 'revealed', 'callerNonce', 'calleeNonce']);
const PROP_KEYS: ReadonlySet<string> = new Set(['muted', 'videosend', 'screensend', 'audiocbr']);
const PROP_VALUES: ReadonlySet<string> = new Set(['true', 'false', 'paused']);

/** Ids match in any case, but a glare is decided by the very letters of ours and the sender's. */
function tokensFor(trace: Trace): ReadonlyMap<string, string> {
  const spelt = new Map<string, string>();
  const note = (_key: string, text: string): string => {
    spelt.set(text.toLowerCase(), text);
    return text;
  };
  walk(trace, (key, text) => (ID_KEYS.has(key) ? note(key, text) : text));
  for (const { input } of trace.entries) if (input.type === 'receive') walk(input.from, note);
  walk(trace.initial.econn.memory.self, note);
  const inOrder = [...spelt].sort(([, one], [, other]) => byCodePoint(one, other));
  const width = String(inOrder.length).length;
  return new Map(inOrder.map(([id], index) => [id, `id${String(index).padStart(width, '0')}`]));
}

function tokenFor(known: Map<string, string>, text: string, prefix: string): string {
  const token = known.get(text) ?? `${prefix}${known.size}`;
  known.set(text, token);
  return token;
}

function walk<T>(value: T, visit: (key: string, text: string) => string, key = ''): T {
  if (typeof value === 'string') return visit(key, value) as T;
  if (Array.isArray(value)) return (key === 'props' ? value.filter(isReadProp) : value.map((entry: unknown) => walk(entry, visit, key))) as T;
  if (typeof value !== 'object' || value === null) return value;
  // A conference message, kept whole by the parser and never acted on.
  if (key === 'fields') return {} as T;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, walk(entry as unknown, visit, name)])) as T;
}

function isReadProp([key, value]: readonly [string, string]): boolean {
  return PROP_KEYS.has(key) && PROP_VALUES.has(value);
}

function byCodePoint(a: string, b: string): number {
  const left = Array.from(a, (letter) => letter.codePointAt(0) ?? 0);
  const right = Array.from(b, (letter) => letter.codePointAt(0) ?? 0);
  const differs = left.findIndex((point, index) => point !== right[index]);
  return differs === -1 ? left.length - right.length : (left[differs] ?? 0) - (right[differs] ?? -1);
}
