import type { Device } from '../base/device.ts';
import type { Econn } from '../econn/index.ts';
import type { Ecall } from './ecall-state.ts';

/** What is known of a trace here: where it begins, and who is heard in it. */
type Run = { readonly initial: Ecall | Econn; readonly entries: readonly { readonly input: { readonly type: string; readonly from?: Device } }[] };

/** Takes ids and descriptions out of traces of one conversation: the same thing has the same token in all of them. */
export class Redaction {
  readonly #ids: ReadonlyMap<string, string>;
  readonly #sdps = new Map<string, string>();
  readonly #sessions = new Map<string, string>();
  readonly #nonces = new Map<string, string>();

  constructor(runs: readonly Run[]) {
    this.#ids = tokensFor(runs);
  }

  /** Without the outputs: they are made again by a replay, and nobody may have looked into them. */
  of<T extends Run>(run: T): T {
    const bare = { ...run, entries: run.entries.map((entry) => ({ ...entry, outputs: [] })) };
    return walk(bare, (key, text) => this.#token(key, text));
  }

  #token(key: string, text: string): string {
    if (ID_KEYS.has(key)) return this.#ids.get(text.toLowerCase()) ?? text;
    if (SDP_KEYS.has(key)) return tokenFor(this.#sdps, text, 'sdp');
    if (NONCE_KEYS.has(key)) return tokenFor(this.#nonces, text, 'n');
    if (SESSION_KEYS.has(key)) return tokenFor(this.#sessions, text.toLowerCase(), 's');
    // Ids made here for a peer that writes none hold its session id.
    if (key === 'incarnation' && text.startsWith('~')) return `~${tokenFor(this.#sessions, text.slice(1), 's')}`;
    return key === 'descr' ? '' : text;
  }
}

const ID_KEYS: ReadonlySet<string> = new Set(['user', 'device', 'peerUser', 'users']);
const SDP_KEYS: ReadonlySet<string> = new Set(['sdp', 'offer', 'answer', 'ringing']);
const SESSION_KEYS: ReadonlySet<string> = new Set(['sessid', 'theirs', 'ours', 'theirSession', 'ourSession']);
const NONCE_KEYS: ReadonlySet<string> = new Set(['nonce', 'commit', 'reveals', 'revealed', 'callerNonce', 'calleeNonce']);
const PROP_KEYS: ReadonlySet<string> = new Set(['muted', 'videosend', 'screensend', 'audiocbr']);
const PROP_VALUES: ReadonlySet<string> = new Set(['true', 'false', 'paused']);

/** Ids match in any case, but a glare is decided by the very letters of ours and the sender's. */
function tokensFor(runs: readonly Run[]): ReadonlyMap<string, string> {
  const spelt = new Map<string, string>();
  const note = (_key: string, text: string): string => {
    spelt.set(text.toLowerCase(), text);
    return text;
  };
  walk(runs.map(({ initial, entries }) => ({ initial, entries: entries.map(({ input }) => ({ input })) })), (key, text) => (ID_KEYS.has(key) ? note(key, text) : text));
  for (const { entries } of runs) for (const { input } of entries) if (input.from !== undefined) walk(input.from, note);
  for (const { initial } of runs) walk('econn' in initial ? initial.econn.memory.self : initial.memory.self, note);
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
  // Decided by us, with no names in it, and maybe with rules that are no data.
  if (key === 'policy') return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, walk(entry as unknown, visit, name)])) as T;
}

function isReadProp(entry: unknown): boolean {
  return Array.isArray(entry) && PROP_KEYS.has(entry[0] as string) && PROP_VALUES.has(entry[1] as string);
}

function byCodePoint(a: string, b: string): number {
  const left = Array.from(a, (letter) => letter.codePointAt(0) ?? 0);
  const right = Array.from(b, (letter) => letter.codePointAt(0) ?? 0);
  const differs = left.findIndex((point, index) => point !== right[index]);
  return differs === -1 ? left.length - right.length : (left[differs] ?? 0) - (right[differs] ?? -1);
}
