import type { CancelCause } from './close-reason.ts';
import {
  CONFERENCE_TYPES, GROUP_TYPES, MAX_MESSAGE_BYTES, VERSION,
  type Address, type ConferenceType, type GroupType, type Json, type JsonObject, type Message, type RejectCause, type SetupMessage,
} from './message.ts';
import type { Mark, OfferId } from './offer-id.ts';
import { MAX_PROPS_BYTES, type WireProps } from './props.ts';
import { isLonger, jsonDepth, utf8Length } from './text-limits.ts';

export type Parsed = { readonly ok: true; readonly message: Message } | { readonly ok: false; readonly failure: ParseFailure };

export type ParseFailure = 'too-large' | 'too-deep' | 'not-json' | 'not-an-object' | 'wrong-version' | 'unknown-type' | 'missing-field' | 'malformed-field';

/**
 * The only way from text to a {@link Message}. Total: hostile input yields a failure, never a throw.
 * Unknown fields are ignored. `type` may be in any case, as with AVS.
 */
export function parseMessage(text: string): Parsed {
  if (isLonger(text, MAX_MESSAGE_BYTES)) return failed('too-large');
  if (jsonDepth(text) > MAX_DEPTH) return failed('too-deep');
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return failed('not-json');
  }
  if (!isObject(root)) return failed('not-an-object');
  try {
    return { ok: true, message: readMessage(root) };
  } catch (problem) {
    if (problem instanceof Refusal) return failed(problem.failure);
    throw problem;
  }
}

/** Deep enough for conference messages; a 1:1 message has two levels. */
const MAX_DEPTH = 8;
const MAX_ID_LENGTH = 256;
/** AVS keeps session ids in a buffer of this size. */
const MAX_SESSID_LENGTH = 64;
const MAX_COUNTER = 2 ** 48;

function readMessage(root: JsonObject): Message {
  if (root['version'] !== VERSION) throw new Refusal('version' in root ? 'wrong-version' : 'missing-field');
  const type = required(root['type'], asString).toUpperCase();
  const header = readHeader(root);
  switch (type) {
    case 'SETUP':
    case 'UPDATE':
      return { type, ...header, ...readCall(root), ...readDescription(root) };
    case 'CANCEL':
      return { type, ...header, ...readCall(root), ...given('cause', known<CancelCause>(root['cause'], CANCEL_CAUSES)) };
    case 'REJECT':
      return { type, ...header, ...readCall(root), ...given('cause', known<RejectCause>(root['cause'], REJECT_CAUSES)) };
    case 'PROPSYNC':
      return {
        type, ...header, ...readCall(root), props: required(root['props'], asProps),
        ...given('seq', optional(root['seq'], asCounter)), ...given('ack', optional(root['ack'], asCounter)), ...given('nonce', optional(root['nonce'], asToken)),
      };
    case 'HANGUP':
    case 'PING':
      return { type, ...header, ...readCall(root) };
    case 'ALERT':
      return { type, ...header, level: required(root['level'], asCounter), descr: optional(root['descr'], asString) ?? '' };
    default:
      return readGroupOrConference(type, header, root);
  }
}

function readGroupOrConference(type: string, header: ReturnType<typeof readHeader>, root: JsonObject): Message {
  if (isOneOf<GroupType>(type, GROUP_TYPES)) {
    return { type, ...header, ...given('sdp', optional(root['sdp'], asString)), ...given('props', optional(root['props'], asProps)) };
  }
  if (isOneOf<ConferenceType>(type, CONFERENCE_TYPES)) return { type, ...header, fields: root };
  throw new Refusal('unknown-type');
}

function readHeader(root: JsonObject): { sessid: string; resp: boolean; src?: Address; dest?: Address } {
  return {
    sessid: required(root['sessid'], asSessid),
    resp: required(root['resp'], asBoolean),
    ...given('src', readAddress(root['src_userid'], root['src_clientid'])),
    ...given('dest', readAddress(root['dest_userid'], root['dest_clientid'])),
  };
}

function readAddress(user: Json | undefined, device: Json | undefined): Address | undefined {
  if ((user ?? device ?? undefined) === undefined) return undefined;
  return { ...given('user', optional(user, asId)), ...given('device', optional(device, asId)) };
}

function readCall(root: JsonObject): { call?: OfferId } {
  return given('call', optional(root['call'], asOfferId));
}

function readDescription(root: JsonObject): Pick<SetupMessage, 'sdp' | 'props' | 'offer' | 'withdrawn' | 'commit' | 'nonce'> {
  return {
    sdp: required(root['sdp'], asString),
    props: required(root['props'], asProps),
    ...given('offer', optional(root['offer'], asOfferId)),
    ...given('withdrawn', optional(root['withdrawn'], asMark)),
    ...given('commit', optional(root['commit'], asToken)),
    ...given('nonce', optional(root['nonce'], asToken)),
  };
}

class Refusal extends Error {
  readonly failure: ParseFailure;

  constructor(failure: ParseFailure) {
    super(failure);
    this.failure = failure;
  }
}

function failed(failure: ParseFailure): Parsed {
  return { ok: false, failure };
}

function malformed(): never {
  throw new Refusal('malformed-field');
}

function required<T>(value: Json | undefined, read: (value: Json) => T): T {
  if (value === undefined) throw new Refusal('missing-field');
  return read(value);
}

function optional<T>(value: Json | undefined, read: (value: Json) => T): T | undefined {
  return value === undefined || value === null ? undefined : read(value);
}

const NOTHING = Object.freeze({});

/** A record with the key, or without it when there is no value: an absent field stays absent. */
function given<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return value === undefined ? NOTHING : ({ [key]: value } as { readonly [P in K]: T });
}

function asString(value: Json): string {
  return typeof value === 'string' ? value : malformed();
}

function asBoolean(value: Json): boolean {
  return typeof value === 'boolean' ? value : malformed();
}

function asId(value: Json): string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_ID_LENGTH ? value : malformed();
}

function asSessid(value: Json): string {
  return typeof value === 'string' && value.length <= MAX_SESSID_LENGTH ? value : malformed();
}

function asCounter(value: Json): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_COUNTER ? value : malformed();
}

/** Base64url of up to 48 bytes. */
function asToken(value: Json): string {
  return typeof value === 'string' && /^[\w-]{1,64}$/.test(value) ? value : malformed();
}

function asMark(value: Json): Mark {
  if (!isObject(value)) return malformed();
  const incarnation = required(value['incarnation'], asString);
  if (!/^[0-9a-z-]{1,40}$/.test(incarnation)) return malformed();
  return { incarnation, counter: required(value['counter'], asCounter) };
}

function asOfferId(value: Json): OfferId {
  if (!isObject(value)) return malformed();
  return { user: required(value['user'], asId), device: required(value['device'], asId), ...asMark(value) };
}

/** AVS writes strings; some of its peers write booleans, which its parser takes. */
function asProps(value: Json): WireProps {
  if (!isObject(value)) return malformed();
  let bytes = 0;
  return Object.entries(value).map(([key, entry]) => {
    const text = typeof entry === 'boolean' ? String(entry) : asString(entry);
    bytes += utf8Length(key) + utf8Length(text);
    return bytes > MAX_PROPS_BYTES ? malformed() : ([key, text] as const);
  });
}

const CANCEL_CAUSES: readonly CancelCause[] = ['ended', 'elsewhere', 'timeout', 'error', 'restarted'];
const REJECT_CAUSES: readonly RejectCause[] = ['declined', 'busy'];

/** A cause of a later version is no reason to refuse the message: it is dropped. */
function known<T extends string>(value: Json | undefined, values: readonly T[]): T | undefined {
  return typeof value === 'string' && isOneOf(value, values) ? value : undefined;
}

function isOneOf<T extends string>(value: string, values: readonly T[]): value is T {
  return (values as readonly string[]).includes(value);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
