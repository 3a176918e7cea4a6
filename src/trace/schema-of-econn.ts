import * as v from 'valibot';
import type { Device } from '../base/device.ts';
import type { DurationMs } from '../base/units.ts';
import type { CloseReason, Econn, Input, MediaFailure, Message, OfferId, Pledge, Props, TellCaller, TimerName, WireProps } from '../econn/index.ts';
import { CONFERENCE_TYPES, GROUP_TYPES, type JsonObject } from '../econn/message.ts';
import { isSaved } from '../econn/saved.ts';

// The shapes of everything that an ECONN is given and is, for traces from elsewhere. Unknown fields are refused:
// a trace of a later version would replay otherwise than it was recorded.

/** What reads like `T` and nothing else. */
export type Shape<T> = v.GenericSchema<unknown, T>;

/** The same, and a compile error when a member of the union has no shape. */
export function every<T extends { readonly type: string }>() {
  return <S extends Shape<T>>(shape: S & (Exclude<T['type'], v.InferOutput<S>['type']> extends never ? unknown : { readonly missing: Exclude<T['type'], v.InferOutput<S>['type']> })): Shape<T> => shape;
}

const text = v.string();
const flag = v.boolean();
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const span: Shape<DurationMs> = v.custom<DurationMs>((value) => typeof value === 'number' && Number.isFinite(value), 'not a span of time');

export const device: Shape<Device> = v.strictObject({ user: text, device: text });
const markFields = { incarnation: text, counter: count };
const mark = v.strictObject(markFields);
export const offerId: Shape<OfferId> = v.strictObject({ user: text, device: text, ...markFields });
const wireProps: Shape<WireProps> = v.array(v.tuple([text, text]));
const video = v.picklist(['off', 'on', 'paused']);
export const props: Shape<Props> = v.strictObject({ muted: flag, video, screen: video, audioCbr: flag });
export const tellCaller: Shape<TellCaller> = v.picklist(['never', 'when-understood', 'always']);
export const pledge: Shape<Pledge> = v.strictObject({ nonce: text, commit: text });
export const mediaFailure: Shape<MediaFailure> = v.picklist(['no-network', 'no-relay', 'no-path', 'peer-not-authentic', 'bad-description', 'device']);
const TIMERS = { setup: true, channel: true, update: true, reconnect: true, hangupAck: true, hangup: true, decline: true, ping: true, props: true, disconnect: true } satisfies Record<TimerName, true>;
export const timerName: Shape<TimerName> = v.picklist(Object.keys(TIMERS) as TimerName[]);

export const closeReason = every<CloseReason>()(v.variant('type', [
  v.strictObject({
    type: v.picklist([
      'ended-locally', 'rejected-locally', 'answered-elsewhere', 'rejected-elsewhere', 'restarted', 'ended-by-peer', 'cancelled-by-peer', 'rejected-by-peer', 'busy', 'replaced-by-peer', 'failed-at-peer',
      'lost', 'backend-failed', 'unreachable', 'protocol-violated',
    ]),
  }),
  v.strictObject({ type: v.literal('timed-out'), waitingFor: v.picklist(['answer', 'channel', 'hangup-ack']) }),
  v.strictObject({ type: v.literal('media-failed'), failure: mediaFailure }),
]));

const address = v.strictObject({ user: v.exactOptional(text), device: v.exactOptional(text) });
const header = { sessid: text, resp: flag, src: v.exactOptional(address), dest: v.exactOptional(address) };
const ofCall = { ...header, call: v.exactOptional(offerId) };
const description = { ...ofCall, sdp: text, props: wireProps, offer: v.exactOptional(offerId), withdrawn: v.exactOptional(mark), commit: v.exactOptional(text), nonce: v.exactOptional(text) };
const setup = v.strictObject({ type: v.literal('SETUP'), ...description });
const update = v.strictObject({ type: v.literal('UPDATE'), ...description });

export const message = every<Message>()(v.variant('type', [
  setup,
  update,
  v.strictObject({ type: v.literal('CANCEL'), ...ofCall, cause: v.exactOptional(v.picklist(['ended', 'elsewhere', 'timeout', 'error', 'restarted'])) }),
  v.strictObject({ type: v.literal('REJECT'), ...ofCall, cause: v.exactOptional(v.picklist(['declined', 'busy'])) }),
  v.strictObject({ type: v.literal('PROPSYNC'), ...ofCall, props: wireProps, seq: v.exactOptional(count), ack: v.exactOptional(count), nonce: v.exactOptional(text) }),
  v.strictObject({ type: v.literal('HANGUP'), ...ofCall }),
  v.strictObject({ type: v.literal('PING'), ...ofCall }),
  v.strictObject({ type: v.literal('ALERT'), ...header, level: count, descr: text }),
  v.strictObject({ type: v.picklist(GROUP_TYPES), ...header, sdp: v.exactOptional(text), props: v.exactOptional(wireProps) }),
  v.strictObject({ type: v.picklist(CONFERENCE_TYPES), ...header, fields: v.custom<JsonObject>((value) => typeof value === 'object' && value !== null, 'not an object') }),
]));

/** The state of the machine, by the same rules as one that was stored. */
export const econn: Shape<Econn> = v.custom<Econn>((value) => typeof value === 'object' && value !== null && isSaved({ version: 1, ...value }), 'not a state of the machine');

export const settled = v.strictObject({ type: v.literal('settled'), message: v.custom<Message['type']>((value) => typeof value === 'string', 'not a message type'), resp: flag, call: offerId, outcome: v.picklist(['taken', 'refused']), devices: v.array(device) });

export const econnInput = every<Input>()(v.variant('type', [
  v.strictObject({ type: v.picklist(['start', 'answer']), sdp: text, props, pledge: v.exactOptional(pledge) }),
  v.strictObject({ type: v.literal('reject'), tellCaller }),
  v.strictObject({ type: v.literal('end'), because: v.exactOptional(closeReason) }),
  v.strictObject({ type: v.picklist(['destroy', 'renew', 'channel-opened', 'channel-closed', 'link-lost', 'link-restored', 'heard', 'drained', 'restarted']) }),
  v.strictObject({ type: v.literal('set-props'), props }),
  v.strictObject({ type: v.literal('offer'), sdp: text }),
  v.strictObject({ type: v.literal('receive'), from: device, via: v.picklist(['backend', 'channel']), message, age: span, busy: v.exactOptional(v.literal(true)) }),
  settled,
  v.strictObject({ type: v.literal('flow-failed'), failure: mediaFailure }),
  v.strictObject({ type: v.literal('timer-fired'), timer: timerName }),
]));
