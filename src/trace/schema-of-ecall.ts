import * as v from 'valibot';
import type { Ecall } from '../ecall/ecall-state.ts';
import type { Policy } from '../ecall/policy.ts';
import type { CallTimer, EcallInput, FlowSignal } from '../ecall/port.ts';
import { count, device, econn, every, mediaFailure, message, pledge, props, settled, span, tellCaller, timerName, type Shape } from './schema-of-econn.ts';

const text = v.string();
const flag = v.boolean();

const ask = v.variant('type', [
  v.strictObject({ type: v.picklist(['create-offer', 'drain']) }),
  v.strictObject({ type: v.literal('create-answer'), offer: text }),
  v.strictObject({ type: v.literal('accept-answer'), answer: text }),
]);

const authentication = v.variant('type', [
  v.strictObject({ type: v.literal('offered'), pledge, offer: text }),
  v.strictObject({ type: v.literal('asked'), offer: text, commit: text }),
  v.strictObject({ type: v.literal('answered'), offer: text, commit: text, pledge, answer: text }),
]);

const policy: Shape<Policy> = v.strictObject({
  tellCaller, whenInCall: v.picklist(['ring', 'turn-away']), resumeWithin: span, answerRecall: flag, noMediaAfter: span, whenNoMedia: v.picklist(['tell', 'close']), nonsenseLimit: count,
});

export const ecall: Shape<Ecall> = v.strictObject({
  econn, policy, current: v.exactOptional(count), coming: v.exactOptional(count), lastFlow: count, sendsVideo: flag, lastAsk: count,
  open: v.exactOptional(v.strictObject({ id: count, flow: count, what: ask, purpose: v.picklist(['call', 'answer', 'renew', 'apply', 'drain']) })),
  channel: v.picklist(['closed', 'open']), early: v.array(message), authentication: v.exactOptional(authentication), ringing: v.exactOptional(text), props, nonsense: count,
});

const timer: Shape<CallTimer> = v.union([timerName, v.literal('no-media')]);

const signal = every<FlowSignal>()(v.variant('type', [
  v.strictObject({ type: v.picklist(['channel-opened', 'channel-closed', 'channel-nonsense', 'link-lost', 'link-restored', 'heard', 'constant-bitrate']) }),
  v.strictObject({ type: v.literal('channel-message'), message }),
  v.strictObject({ type: v.literal('media-started'), kind: v.picklist(['audio', 'video']) }),
  v.strictObject({ type: v.literal('failed'), failure: mediaFailure }),
]));

const result = v.variant('type', [
  v.strictObject({ type: v.literal('described'), sdp: text, pledge: v.exactOptional(pledge) }),
  v.strictObject({ type: v.literal('done') }),
  v.strictObject({ type: v.literal('failed'), failure: mediaFailure }),
]);

export const ecallInput = every<EcallInput>()(v.variant('type', [
  v.strictObject({ type: v.picklist(['start', 'answer', 'set-props']), props }),
  v.strictObject({ type: v.picklist(['reject', 'end', 'mistrust', 'destroy', 'renew', 'restarted', 'resumed']) }),
  v.strictObject({ type: v.literal('receive'), from: device, message, age: span, busy: v.exactOptional(v.literal(true)) }),
  settled,
  v.strictObject({ type: v.literal('flow'), flow: count, signal }),
  v.strictObject({ type: v.literal('asked'), ask: count, result }),
  v.strictObject({ type: v.literal('timer-fired'), timer }),
]));
