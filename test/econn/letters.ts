import type { Device } from '../../src/base/device.ts';
import { ms } from '../../src/base/units.ts';
import type { Input, Mark, Message, OfferId, WireProps } from '../../src/econn/index.ts';
import { roadOf } from '../../src/econn/chart-event.ts';
import type { SetupMessage } from '../../src/econn/message.ts';
import { LIFE } from './cast.ts';

// Messages of a peer that writes offer ids, and their arrival.

export const SILENT: WireProps = [['videosend', 'false'], ['screensend', 'false'], ['audiocbr', 'false'], ['muted', 'false']];
export const MUTED: WireProps = [['videosend', 'false'], ['screensend', 'false'], ['audiocbr', 'false'], ['muted', 'true']];

const NOTHING_WITHDRAWN: Mark = { incarnation: LIFE, counter: 0 };

export const setup = (call: OfferId): Message => ({ type: 'SETUP', resp: false, sessid: 'S', sdp: `offer ${call.counter}`, props: SILENT, call, offer: call });
export const setupAnswer = (call: OfferId, withdrawn: Mark = NOTHING_WITHDRAWN): Message => ({ type: 'SETUP', resp: true, sessid: 'S', sdp: `answer ${call.counter}`, props: SILENT, call, offer: call, withdrawn });
export const update = (call: OfferId, offer: OfferId): Message => ({ type: 'UPDATE', resp: false, sessid: 'S', sdp: `offer ${offer.counter}`, props: SILENT, call, offer });
export const updateAnswer = (call: OfferId, offer: OfferId, withdrawn: Mark = NOTHING_WITHDRAWN): Message => ({ type: 'UPDATE', resp: true, sessid: 'S', sdp: `answer ${offer.counter}`, props: SILENT, call, offer, withdrawn });
export const cancel = (call: OfferId): Message => ({ type: 'CANCEL', resp: false, sessid: 'S', call, cause: 'ended' });
export const reject = (call: OfferId): Message => ({ type: 'REJECT', resp: false, sessid: 'S', call, cause: 'declined' });
export const busy = (call: OfferId): Message => ({ type: 'REJECT', resp: false, sessid: 'S', call, cause: 'busy' });
export const hangup = (call: OfferId, resp = false): Message => ({ type: 'HANGUP', resp, sessid: 'S', call });
export const ping = (call: OfferId, resp = false): Message => ({ type: 'PING', resp, sessid: 'S', call });
export const propsync = (call: OfferId, seq: number, props = MUTED): Message => ({ type: 'PROPSYNC', resp: false, sessid: 'S', call, props, seq });
export const propsyncAnswer = (call: OfferId, ack: number, props = MUTED): Message => ({ type: 'PROPSYNC', resp: true, sessid: 'S', call, props, seq: 1, ack });

/** As AVS writes it. */
export function withoutIds(message: Message): Message {
  const { call: _call, offer: _offer, withdrawn: _withdrawn, ...rest } = message as SetupMessage;
  return rest;
}

/** The message comes from the device, on the road it belongs to, as old as given. */
export function from(device: Device, message: Message, age = 0): Input {
  return { type: 'receive', from: device, via: roadOf(message), message, age: ms(age) };
}
