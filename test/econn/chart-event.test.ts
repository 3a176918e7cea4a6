import { describe, expect, it } from 'vitest';
import { chartEvent, concernsCalls, openEconn, roadOf, type Input, type Message, type MessageType } from '../../src/econn/index.ts';
import { CONFERENCE_TYPES, GROUP_TYPES } from '../../src/econn/message.ts';
import { a1, a2, b1, LIFE, offer, s1 } from './cast.ts';
import { busy, cancel, from, hangup, ping, propsync, propsyncAnswer, reject, setup, setupAnswer, SILENT, update, updateAnswer } from './letters.ts';
import { Subject } from './subject.ts';

const { memory } = openEconn({ self: a1, peerUser: 'bob', incarnation: LIFE });
const eventOf = (input: Input): string | undefined => chartEvent(memory, input)?.type;

const group = (type: (typeof GROUP_TYPES)[number]): Message => ({ type, resp: false, sessid: 'S' });
const conference = (type: (typeof CONFERENCE_TYPES)[number]): Message => ({ type, resp: false, sessid: 'S', fields: {} });
const others: readonly Message[] = [...GROUP_TYPES.map(group), ...CONFERENCE_TYPES.map(conference), { type: 'ALERT', resp: false, sessid: 'S', level: 1, descr: '' }];
const call = offer(b1, 1);
const ofCalls: readonly Message[] = [setup(call), setupAnswer(call), update(call, call), updateAnswer(call, call), cancel(call), reject(call), busy(call), hangup(call), hangup(call, true), propsync(call, 1), propsyncAnswer(call, 1), ping(call), ping(call, true)];

describe('a message', () => {
  it('concerns one-to-one calls by its type; groups, conferences and alerts do nothing, on either road', () => {
    expect([...new Set(ofCalls.filter(concernsCalls).map(({ type }) => type))]).toEqual(['SETUP', 'UPDATE', 'CANCEL', 'REJECT', 'HANGUP', 'PROPSYNC', 'PING'] satisfies MessageType[]);
    for (const message of others) {
      expect(concernsCalls(message), message.type).toBe(false);
      for (const via of ['backend', 'channel'] as const) expect(eventOf({ ...from(b1, message), via } as Input), message.type).toBeUndefined();
    }
  });

  it('A07 is heard on one road: what needs a channel on the channel, the rest by the backend', () => {
    expect(Object.fromEntries([...ofCalls, ...others].map((message) => [message.type, roadOf(message)]).filter(([, road]) => road === 'channel'))).toEqual({ HANGUP: 'channel', PROPSYNC: 'channel', PING: 'channel' });
  });

  it('is named by what it is and whose it is', () => {
    expect(ofCalls.map((message) => eventOf(from(b1, message)))).toEqual(['SETUP', 'SETUP_RESP', 'UPDATE', 'UPDATE_RESP', 'CANCEL', 'REJECT', 'REJECT', 'HANGUP', 'HANGUP_RESP', 'PROPSYNC', 'PROPSYNC_RESP', 'PING', 'PING_RESP']);
    expect(ofCalls.map((message) => eventOf(from(a2, message)))).toEqual([undefined, 'OWN_SETUP_RESP', undefined, undefined, undefined, 'OWN_REJECT', undefined, undefined, undefined, undefined, undefined, undefined, undefined]);
    for (const stranger of [a1, s1]) expect(ofCalls.map((message) => eventOf(from(stranger, message))).filter((event) => event !== undefined)).toEqual([]);
  });

  it('E09 is a spoof when it names another user or device than the channel knows; half a name names nobody', () => {
    const claims = [{ user: 'bob', device: 'b2' }, { user: 'alice', device: 'b1' }, { user: 'bob' }, { device: 'b2' }, {}, { user: 'BOB', device: 'B1' }];

    expect(claims.map((src) => eventOf(from(b1, { ...cancel(call), src })))).toEqual([undefined, undefined, 'CANCEL', 'CANCEL', 'CANCEL', 'CANCEL']);
    // AVS's own names are not read.
    expect(eventOf(from(b1, { type: 'CANCEL', resp: false, sessid: 'S', src: { user: 'bob', device: 'b2' } }))).toBe('CANCEL');
  });

  it('is no offer when it names one of another device, or a call that it does not open', () => {
    expect(eventOf(from(b1, setup(offer(a2, 1))))).toBeUndefined();
    expect(eventOf(from(b1, { ...setup(call), call: offer(b1, 2) } as Message))).toBeUndefined();
    expect(eventOf(from(b1, update(call, offer(a2, 1))))).toBeUndefined();
  });
});

describe('a message without offer ids', () => {
  it('has half an id as none: both or neither', () => {
    const { offer: _offer, ...half } = setup(call) as Message & { type: 'SETUP' };

    const { call: _call, ...otherHalf } = setup(call) as Message & { type: 'SETUP' };

    for (const message of [half, otherHalf]) expect(chartEvent(memory, from(b1, message))).toMatchObject({ call: { ...b1, incarnation: '~s', counter: 0 }, offer: { ...b1, incarnation: '~s', counter: 0 } });
  });

  it('is about the live call when its session is that of its peer, and else about one that the session names', () => {
    const alice = Subject.alice();
    alice.feed(from(b1, without('SETUP', 'Live')));
    const about = (by: typeof b1, sessid: string): unknown => (chartEvent(alice.econn.memory, from(by, { type: 'CANCEL', resp: false, sessid })) as { call?: unknown } | undefined)?.call;

    expect(about(b1, 'LIVE')).toEqual({ ...b1, incarnation: '~live', counter: 0 });
    expect(about(b1, 'else')).toEqual({ ...b1, incarnation: '~else', counter: 0 });
    expect(about({ user: 'bob', device: 'b2' }, 'live')).toEqual({ user: 'bob', device: 'b2', incarnation: '~live', counter: 0 });
  });

  it('I04 is the same UPDATE as another when its description is, to the last letter', () => {
    const offers = ['v=0 a', 'v=0 a', 'v=0 b', 'b v=0', ''].map((sdp) => (chartEvent(memory, from(b1, { ...without('UPDATE', 'S'), sdp } as Message)) as { offer: { incarnation: string } }).offer.incarnation);

    expect(offers[0]).toBe(offers[1]);
    expect(new Set(offers).size).toBe(4);
    for (const id of offers) expect(id).toMatch(/^~[0-9a-z]+$/);
  });

  it('G09 as an answer is to our open offer when it is for us, or says not for whom', () => {
    const alice = Subject.alice();
    alice.feed({ type: 'start', sdp: 'ours', props: { muted: false, video: 'off', screen: 'off', audioCbr: false } });
    const about = (more: object): unknown => (chartEvent(alice.econn.memory, from(b1, { ...without('SETUP', 'S'), resp: true, ...more })) as { offer: unknown }).offer;

    expect(about({})).toEqual(offer(a1, 1));
    expect(about({ dest: { user: 'alice', device: 'A1' } })).toEqual(offer(a1, 1));
    expect(about({ dest: { user: 'alice', device: 'a2' } })).toEqual({ ...b1, incarnation: '~s', counter: 0 });
  });
});

function without(type: 'SETUP' | 'UPDATE', sessid: string): Message {
  return { type, resp: false, sessid, sdp: 'theirs', props: SILENT };
}
