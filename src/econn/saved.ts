import { isCount, isFlag, isText, isTime, listOf, oneOf, optional, pairOf, record, type Shape } from '../base/shape.ts';
import { chart, type StateName } from './chart.ts';
import type { Memory } from './memory.ts';

/**
 * A stored ECONN. Written and read by the app's own store, which is trusted not to lie; a disk that damaged it
 * is not, so its shape is checked in full.
 */
export type Saved = { readonly version: 1; readonly state: StateName; readonly memory: Memory };

export function isSaved(value: unknown): value is Saved {
  if (!isAnySaved(value)) return false;
  const { state, memory } = value as Saved;
  if (!Object.hasOwn(chart.states, state)) return false;
  return state === 'idle' ? memory.call === undefined : memory.call !== undefined;
}

const device = { user: isText, device: isText };
const mark = { incarnation: isText, counter: isCount };
const isDevice = record(device);
const isOffer = record({ ...device, ...mark });
const isVideo = oneOf('off', 'on', 'paused');
const isProps = record({ muted: isFlag, video: isVideo, screen: isVideo, audioCbr: isFlag });
const isEnd = record({ type: isText, waitingFor: optional(isText), failure: optional(isText) });

/** What we sent and may send again. */
const isSent = record({
  type: oneOf('SETUP', 'UPDATE'), sessid: isText, resp: isFlag, sdp: isText, props: listOf(pairOf(isText, isText)), call: optional(isOffer), offer: optional(isOffer),
  withdrawn: optional(record(mark)), src: optional(address()), dest: optional(address()), commit: optional(isText), nonce: optional(isText),
});

const isCall = record({
  id: isOffer, offer: isOffer, direction: oneOf('outgoing', 'incoming'), peer: optional(isDevice), protocol: oneOf('callcore-1', 'calling-3.0', 'unknown'),
  ourSession: isText, theirSession: optional(isText), sent: optional(isSent), answer: optional(isSent), legs: optional(listOf(isDevice)), busy: listOf(isDevice), ignored: listOf(isOffer),
  contact: oneOf('live', 'lost'), pings: isCount, tries: isCount, ours: isProps, ourSeq: isCount, ackedSeq: isCount, toldSeq: optional(isCount), theirs: isProps, theirSeq: isCount,
  reveals: optional(isText), revealed: optional(isText), ending: optional(isEnd),
});

const isLedger = record({
  self: isDevice, own: record(mark), marks: listOf(record({ ...mark, device: isDevice })),
  endedSessions: listOf(record({ device: optional(isDevice), theirs: optional(isText), ours: optional(isText) })),
});

const isTimeouts = record({
  setup: isTime, shortestRing: isTime, channel: isTime, update: listOf(isTime), reconnect: isTime, hangupAck: isTime, hangup: isTime, decline: listOf(isTime), ping: isTime, pings: isCount, props: isTime, disconnect: isTime,
});

const isAnySaved = record({ version: oneOf(1), state: isText, memory: record({ self: isDevice, peerUser: isText, ledger: isLedger, timeouts: isTimeouts, call: optional(isCall) }) });

function address(): Shape {
  return record({ user: optional(isText), device: optional(isText) });
}
