import type { CancelCause } from './close-reason.ts';
import {
  CONFERENCE_TYPES, GROUP_TYPES, MAX_MESSAGE_BYTES, VERSION,
  type Address, type AlertMessage, type CancelMessage, type ConferenceMessage, type ConferenceType, type GroupMessage, type GroupType, type HangupMessage, type Json, type JsonObject,
  type Message, type PingMessage, type PropsyncMessage, type RejectCause, type RejectMessage, type SetupMessage, type UpdateMessage,
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
  const header: Draft<Header> = { type, sessid: required(root['sessid'], asSessid), resp: required(root['resp'], asBoolean) };
  add(header, 'src', readAddress(root['src_userid'], root['src_clientid']));
  add(header, 'dest', readAddress(root['dest_userid'], root['dest_clientid']));
  return readBody(header, root);
}

/** A message that is being read, field by field: one literal of spreads costs twice as much. */
type Draft<M> = { -readonly [K in keyof M]: M[K] };
type Header = Pick<PingMessage, 'sessid' | 'resp' | 'src' | 'dest'> & { readonly type: string };

function readBody(header: Draft<Header>, root: JsonObject): Message {
  switch (header.type) {
    case 'SETUP':
    case 'UPDATE': {
      const message = header as Draft<SetupMessage | UpdateMessage>;
      add(message, 'call', optional(root['call'], asOfferId));
      message.sdp = required(root['sdp'], asString);
      message.props = required(root['props'], asProps);
      add(message, 'offer', optional(root['offer'], asOfferId));
      add(message, 'withdrawn', optional(root['withdrawn'], asMark));
      add(message, 'commit', optional(root['commit'], asToken));
      add(message, 'nonce', optional(root['nonce'], asToken));
      return message;
    }
    case 'CANCEL': {
      const message = header as Draft<CancelMessage>;
      add(message, 'call', optional(root['call'], asOfferId));
      add(message, 'cause', known(root['cause'], CANCEL_CAUSES));
      return message;
    }
    case 'REJECT': {
      const message = header as Draft<RejectMessage>;
      add(message, 'call', optional(root['call'], asOfferId));
      add(message, 'cause', known(root['cause'], REJECT_CAUSES));
      return message;
    }
    case 'PROPSYNC': {
      const message = header as Draft<PropsyncMessage>;
      add(message, 'call', optional(root['call'], asOfferId));
      message.props = required(root['props'], asProps);
      add(message, 'seq', optional(root['seq'], asCounter));
      add(message, 'ack', optional(root['ack'], asCounter));
      add(message, 'nonce', optional(root['nonce'], asToken));
      return message;
    }
    case 'HANGUP':
    case 'PING': {
      const message = header as Draft<HangupMessage | PingMessage>;
      add(message, 'call', optional(root['call'], asOfferId));
      return message;
    }
    case 'ALERT': {
      const message = header as Draft<AlertMessage>;
      message.level = required(root['level'], asCounter);
      message.descr = optional(root['descr'], asString) ?? '';
      return message;
    }
    default:
      return readGroupOrConference(header, root);
  }
}

function readGroupOrConference(header: Draft<Header>, root: JsonObject): Message {
  if (isOneOf<GroupType>(header.type, GROUP_TYPES)) {
    const message = header as Draft<GroupMessage>;
    add(message, 'sdp', optional(root['sdp'], asString));
    add(message, 'props', optional(root['props'], asProps));
    return message;
  }
  if (!isOneOf<ConferenceType>(header.type, CONFERENCE_TYPES)) throw new Refusal('unknown-type');
  const message = header as Draft<ConferenceMessage>;
  message.fields = root;
  return message;
}

function readAddress(user: Json | undefined, device: Json | undefined): Address | undefined {
  if ((user ?? device ?? undefined) === undefined) return undefined;
  const address: Draft<Address> = {};
  add(address, 'user', optional(user, asId));
  add(address, 'device', optional(device, asId));
  return address;
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

/** An absent field stays absent. */
function add<M, K extends keyof M>(draft: M, field: K, value: M[K] | undefined): void {
  if (value !== undefined) draft[field] = value;
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
  const [user, device] = [required(value['user'], asId), required(value['device'], asId)];
  const { incarnation, counter } = asMark(value);
  return { user, device, incarnation, counter };
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
