import type { Device } from '../../base/device.ts';
import { backendTime, ms, type BackendTimeMs } from '../../base/units.ts';
import type { CarrierOutcome, CarrierResult, Dispatch, Parcel } from '../carrier.ts';
import type { DirectoryEntry } from '../key-directory.ts';
import type { KeyBundle } from '../signed-prekey.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { asBundle, asCount, asDevice, asEntry, asFields, asList, asName, bundleFields, entryFields, parseFields, type Fields } from './fields.ts';

/*
 * What a device and a backend say to each other over a WebSocket: JSON texts, one frame each, told apart by
 * `type`. Requests carry a number that rises within a `session`; a request that is repeated after a
 * reconnection is answered as it was the first time.
 */

export type ClientFrame =
  /** First on every connection. */
  | { readonly type: 'hello'; readonly version: number; readonly self: Device; readonly token: string; readonly session: string }
  | { readonly type: 'publish'; readonly request: number; readonly bundle: KeyBundle | undefined }
  | { readonly type: 'bundles'; readonly request: number; readonly users: readonly string[] }
  | { readonly type: 'send'; readonly request: number; readonly dispatch: Dispatch }
  /** These parcels were dealt with: they need not be kept. */
  | { readonly type: 'ack'; readonly parcels: readonly string[] }
  | { readonly type: 'ping' };

export type ServerFrame =
  /** `now`: the backend's clock. */
  | { readonly type: 'welcome'; readonly now: BackendTimeMs }
  | { readonly type: 'denied'; readonly because: DenialReason }
  | { readonly type: 'published'; readonly request: number }
  | { readonly type: 'bundles'; readonly request: number; readonly devices: readonly DirectoryEntry[] }
  | { readonly type: 'sent'; readonly request: number; readonly result: CarrierResult }
  | { readonly type: 'parcel'; readonly id: string; readonly parcel: Parcel }
  | { readonly type: 'pong'; readonly now: BackendTimeMs };

export type DenialReason = 'wrong-token' | 'unknown-version' | 'replaced' | 'too-fast' | 'full' | 'nonsense';

export const PROTOCOL_VERSION = 1;

/** Bounds that both ends hold each other to. */
export const PROTOCOL_LIMITS = {
  /** A user with more devices than this is not a person. */
  parcels: 64,
  users: 64,
  acks: 256,
  /** The largest envelope. */
  parcelBytes: 32_768,
  /** The longest that a last will waits. */
  willMs: 60_000,
  /** All parcels of one dispatch in base64, and room for names. */
  frameBytes: 64 * 45_000,
} as const;

export function encodeClientFrame(frame: ClientFrame): string {
  switch (frame.type) {
    case 'publish':
      return JSON.stringify({ ...frame, bundle: frame.bundle === undefined ? undefined : bundleFields(frame.bundle) });
    case 'send': {
      const { parcels, ...rest } = frame.dispatch;
      return JSON.stringify({ ...frame, dispatch: { ...rest, parcels: parcels.map(({ to, bytes }) => ({ to, body: toBase64(bytes) })) } });
    }
    case 'hello':
    case 'bundles':
    case 'ack':
    case 'ping':
      return JSON.stringify(frame);
  }
  return frame satisfies never;
}

export function encodeServerFrame(frame: ServerFrame): string {
  switch (frame.type) {
    case 'bundles':
      return JSON.stringify({ ...frame, devices: frame.devices.map(entryFields) });
    case 'parcel': {
      const { bytes, ...rest } = frame.parcel;
      return JSON.stringify({ ...frame, parcel: { ...rest, body: toBase64(bytes) } });
    }
    case 'welcome':
    case 'denied':
    case 'published':
    case 'sent':
    case 'pong':
      return JSON.stringify(frame);
  }
  return frame satisfies never;
}

/** The backend's only way from bytes to a frame. Total. */
export function parseClientFrame(text: unknown): ClientFrame | undefined {
  const fields = parseFields(text);
  const request = asCount(fields?.['request']);
  switch (fields?.['type']) {
    case 'hello': {
      const [version, self] = [asCount(fields['version']), asDevice(fields['self'])];
      const [token, session] = [asName(fields['token']), asName(fields['session'])];
      if (version === undefined || self === undefined || token === undefined || session === undefined) return undefined;
      return { type: 'hello', version, self, token, session };
    }
    case 'publish': {
      const bundle = fields['bundle'] === undefined ? undefined : asBundle(fields['bundle']);
      if (request === undefined || (fields['bundle'] !== undefined && bundle === undefined)) return undefined;
      return { type: 'publish', request, bundle };
    }
    case 'bundles': {
      const users = asList(fields['users'], PROTOCOL_LIMITS.users, asName);
      return request === undefined || users === undefined ? undefined : { type: 'bundles', request, users };
    }
    case 'send': {
      const dispatch = asDispatch(fields['dispatch']);
      return request === undefined || dispatch === undefined ? undefined : { type: 'send', request, dispatch };
    }
    case 'ack': {
      const parcels = asList(fields['parcels'], PROTOCOL_LIMITS.acks, asName);
      return parcels === undefined ? undefined : { type: 'ack', parcels };
    }
    case 'ping':
      return { type: 'ping' };
    default:
      return undefined;
  }
}

/** The device's only way from bytes to a frame. Total. */
export function parseServerFrame(text: unknown): ServerFrame | undefined {
  const fields = parseFields(text);
  const request = asCount(fields?.['request']);
  const now = asCount(fields?.['now']);
  switch (fields?.['type']) {
    case 'welcome':
      return now === undefined ? undefined : { type: 'welcome', now: backendTime(now) };
    case 'pong':
      return now === undefined ? undefined : { type: 'pong', now: backendTime(now) };
    case 'denied': {
      const because = DENIALS.find((reason) => reason === fields['because']);
      return because === undefined ? undefined : { type: 'denied', because };
    }
    case 'published':
      return request === undefined ? undefined : { type: 'published', request };
    case 'bundles': {
      const devices = asList(fields['devices'], 10_000, asEntry);
      return request === undefined || devices === undefined ? undefined : { type: 'bundles', request, devices };
    }
    case 'sent': {
      const result = asResult(fields['result']);
      return request === undefined || result === undefined ? undefined : { type: 'sent', request, result };
    }
    case 'parcel': {
      const id = asName(fields['id']);
      const parcel = asParcel(fields['parcel']);
      return id === undefined || parcel === undefined ? undefined : { type: 'parcel', id, parcel };
    }
    default:
      return undefined;
  }
}

const DENIALS: readonly DenialReason[] = ['wrong-token', 'unknown-version', 'replaced', 'too-fast', 'full', 'nonsense'];

function asDispatch(value: unknown): Dispatch | undefined {
  const fields = asFields(value);
  const conversation = asName(fields?.['conversation']);
  const parcels = asList(fields?.['parcels'], PROTOCOL_LIMITS.parcels, asAddressed);
  const complete = asList(fields?.['complete'], PROTOCOL_LIMITS.users, asName);
  const except = asList(fields?.['except'], 4 * PROTOCOL_LIMITS.parcels, asDevice);
  const urgency = (['ring', 'normal'] as const).find((known) => known === fields?.['urgency']);
  const ringFor = asCount(fields?.['ringFor']);
  if (conversation === undefined || parcels === undefined || complete === undefined || except === undefined) return undefined;
  if (urgency === undefined) return undefined;
  const dispatch: Dispatch = { conversation, parcels, complete, except, urgency };
  const unlessBackWithin = asCount(fields?.['unlessBackWithin']);
  return { ...dispatch, ...(ringFor === undefined ? {} : { ringFor: ms(ringFor) }), ...(unlessBackWithin === undefined ? {} : { unlessBackWithin: ms(Math.min(unlessBackWithin, PROTOCOL_LIMITS.willMs)) }) };
}

function asAddressed(value: unknown): { readonly to: Device; readonly bytes: Uint8Array } | undefined {
  const fields = asFields(value);
  const to = asDevice(fields?.['to']);
  const bytes = fromBase64(fields?.['body'], PROTOCOL_LIMITS.parcelBytes);
  return to === undefined || bytes === undefined ? undefined : { to, bytes };
}

function asParcel(value: unknown): Parcel | undefined {
  const fields: Fields | undefined = asFields(value);
  const conversation = asName(fields?.['conversation']);
  const from = asDevice(fields?.['from']);
  const bytes = fromBase64(fields?.['body'], PROTOCOL_LIMITS.parcelBytes);
  return conversation === undefined || from === undefined || bytes === undefined ? undefined : { conversation, from, bytes };
}

function asResult(value: unknown): CarrierResult | undefined {
  const fields = asFields(value);
  if (fields?.['type'] === 'refused') return { type: 'refused', because: fields['because'] === 'too-large' ? 'too-large' : 'rejected' };
  if (fields?.['type'] !== 'taken') return undefined;
  const outcomes = asList(fields['outcomes'], PROTOCOL_LIMITS.parcels, asOutcome);
  const missing = asList(fields['missing'], 10_000, asDevice);
  return outcomes === undefined || missing === undefined ? undefined : { type: 'taken', outcomes, missing };
}

function asOutcome(value: unknown): CarrierOutcome | undefined {
  const fields = asFields(value);
  const device = asDevice(fields?.['device']);
  const outcome = fields?.['outcome'];
  if (device === undefined) return undefined;
  return outcome === 'delivered' || outcome === 'away' || outcome === 'gone' ? { device, outcome } : undefined;
}
