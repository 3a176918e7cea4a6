import { describe, expect, it } from 'vitest';
import { DEFAULT_PROPS, type Props } from '../../src/econn/index.ts';
import { a1, b1, offer } from './cast.ts';
import { inBrief } from './in-brief.ts';
import { from, MUTED, propsync, propsyncAnswer, setup, SILENT, update } from './letters.ts';
import { inState, liveCall, ours, theirs } from './states.ts';
import { answer, newOffer, opened, renew, start, Subject } from './subject.ts';
import { connected, TwoEconns } from './two-econns.ts';

const muted: Props = { ...DEFAULT_PROPS, muted: true };

describe('what a side tells of itself', () => {
  it('J01 is known at the other side one round trip after the channel opened', () => {
    const call = new TwoEconns([a1, b1]);
    call.feed(a1, { ...start, props: muted } as typeof start);
    call.settle();
    call.feed(b1, answer, { type: 'set-props', props: { ...DEFAULT_PROPS, video: 'on' } });
    call.settle();

    call.feed(a1, opened);
    call.feed(b1, opened);
    call.settle();

    expect(call.at(a1).econn.memory.call?.theirs).toEqual({ ...DEFAULT_PROPS, video: 'on' });
    expect(call.at(b1).econn.memory.call?.theirs).toEqual(muted);
    for (const device of [a1, b1]) expect(call.at(device).expire('props')).toEqual([]);
  });

  it('J02 is no news when it comes again', () => {
    const alice = inState.established();
    expect(inBrief(alice.feed(from(b1, propsync(ours, 1))))).toBe('peer-props PROPSYNC(r)');

    expect(inBrief(alice.feed(from(b1, propsync(ours, 1))))).toBe('PROPSYNC(r)');
  });

  it('J03 is dropped when something newer was heard', () => {
    const alice = inState.established();
    alice.feed(from(b1, propsync(ours, 5, MUTED)));

    alice.feed(from(b1, propsync(ours, 4, SILENT)));

    expect(alice.econn.memory.call?.theirs.muted).toBe(true);
    expect(alice.told.filter(({ type }) => type === 'peer-props')).toHaveLength(1);
  });

  it('J03 is not what an UPDATE says that was made before it', () => {
    const alice = inState.established();
    alice.feed(from(b1, propsync(ours, 5, MUTED)));

    alice.feed(from(b1, update(ours, offer(b1, 9))));

    expect(alice.state).toBe('updateReceived');
    expect(alice.econn.memory.call?.theirs.muted).toBe(true);
  });

  it('J04 is said again until it is acknowledged, and then no more', () => {
    const call = connected();
    call.feed(a1, { type: 'set-props', props: muted });
    call.lose();
    expect(call.at(a1).timers.get('props')).toBe(400);

    call.expire(a1, 'props');
    call.settle();

    expect(call.at(b1).econn.memory.call?.theirs.muted).toBe(true);
    expect(call.at(a1).expire('props')).toEqual([]);
    expect(call.at(a1).timers.has('props')).toBe(false);
  });

  it('J04 is said again on a new channel', () => {
    const call = connected();
    call.feed(a1, renew, newOffer);
    call.settle();
    call.feed(b1, answer);
    call.settle();
    call.feed(a1, { type: 'set-props', props: muted });

    call.feed(a1, opened);
    call.feed(b1, opened);
    call.settle();

    expect(call.at(b1).econn.memory.call?.theirs.muted).toBe(true);
    expect(call.at(a1).expire('props')).toEqual([]);
  });

  it.each([
    [[['screensend', 'true']], { screen: 'on' }, ['screen']],
    [[['screensend', 'paused']], { screen: 'paused' }, ['screen']],
    [[['videosend', 'true']], { video: 'on' }, ['video']],
    [[['audiocbr', 'true']], { audioCbr: true }, ['audioCbr']],
    [[['muted', 'true'], ['screensend', 'true']], { muted: true, screen: 'on' }, ['muted', 'screen']],
  ] as const)('J01 J05 reads %j of a peer, and each prop goes back by its own words', (wire, change, changed) => {
    const alice = inState.established();
    const names = wire.map(([name]) => name);
    alice.feed(from(b1, propsync(ours, 1, wire)));
    expect(alice.told.at(-1)).toEqual({ type: 'peer-props', props: { ...DEFAULT_PROPS, ...change }, changed });
    alice.feed(from(b1, propsync(ours, 2, names.map((name) => [name, 'nonsense'] as const))));
    expect(alice.told.at(-1)).toMatchObject({ props: { ...DEFAULT_PROPS, ...change } });
    alice.feed(from(b1, propsync(ours, 3, names.map((name) => [name, 'false'] as const))));
    expect(alice.told.at(-1)).toEqual({ type: 'peer-props', props: DEFAULT_PROPS, changed });
  });

  it('J01 J06 writes each prop by its own key', () => {
    const alice = inState.established();
    alice.feed(from(b1, propsyncAnswer(ours, 1, SILENT)));
    alice.expire('props');
    const said = alice.feed({ type: 'set-props', props: { muted: false, video: 'paused', screen: 'on', audioCbr: true } });
    expect(said.find(({ type }) => type === 'send')).toMatchObject({ message: { type: 'PROPSYNC', props: [['videosend', 'paused'], ['screensend', 'true'], ['audiocbr', 'true'], ['muted', 'false']] } });
  });

  it('J04 is not settled by the acknowledgement of an older state', () => {
    const alice = inState.established();
    alice.feed({ type: 'set-props', props: muted });

    alice.feed(from(b1, propsyncAnswer(ours, 1, SILENT)));
    expect(inBrief(alice.expire('props'))).toBe('PROPSYNC');
    alice.feed(from(b1, propsyncAnswer(ours, 9, SILENT)));
    expect(inBrief(alice.expire('props'))).toBe('PROPSYNC');
    alice.feed(from(b1, propsyncAnswer(ours, 2, SILENT)));

    expect(alice.expire('props')).toEqual([]);
    expect(alice.timers.has('props')).toBe(false);
  });

  it('J07 waits its turn: what changes after it was said is said once, as it is then', () => {
    const alice = inState.established();
    alice.feed(from(b1, propsyncAnswer(ours, 1, SILENT)));
    alice.expire('props');

    expect(inBrief(alice.feed({ type: 'set-props', props: muted }))).toBe('PROPSYNC');
    alice.feed(from(b1, propsyncAnswer(ours, 2, MUTED)));
    expect(alice.feed({ type: 'set-props', props: DEFAULT_PROPS })).toEqual([]);
    expect(alice.feed({ type: 'set-props', props: { ...muted, video: 'on' } })).toEqual([]);
    const told = alice.expire('props');

    expect(inBrief(told)).toBe('PROPSYNC');
    expect(Subject.sent(told)).toMatchObject([{ seq: 4, props: [['videosend', 'true'], ['screensend', 'false'], ['audiocbr', 'false'], ['muted', 'true']] }]);
    alice.feed(from(b1, propsyncAnswer(ours, 4, MUTED)));
    expect(alice.expire('props')).toEqual([]);
    expect(inBrief(alice.feed({ type: 'set-props', props: muted }))).toBe('PROPSYNC');
  });

  it('J07 waits for nothing when the wait was cut short by a renewal that failed', () => {
    const alice = inState.established();
    alice.feed({ type: 'set-props', props: muted }, renew, newOffer, from(b1, propsyncAnswer(ours, 2, SILENT)), { type: 'flow-failed', failure: 'no-path' });
    expect([alice.state, alice.timers.has('props')]).toEqual(['established', false]);

    expect(inBrief(alice.feed({ type: 'set-props', props: DEFAULT_PROPS }))).toBe('PROPSYNC');
  });

  it('J05 is one event that names each of three changes', () => {
    const alice = inState.established();

    alice.feed(from(b1, propsync(ours, 1, [['muted', 'true'], ['videosend', 'paused'], ['audiocbr', 'true'], ['later', 'unknown']])));

    expect(alice.told.at(-1)).toMatchObject({ type: 'peer-props', changed: ['muted', 'video', 'audioCbr'], props: { muted: true, video: 'paused', screen: 'off', audioCbr: true } });
  });

  it('J09 comes with the SETUP, before there is a channel', () => {
    const alice = Subject.alice();

    alice.feed(from(b1, { ...setup(offer(b1, 1)), props: [['muted', 'true'], ['videosend', 'nonsense'], ['__proto__', 'x']] } as ReturnType<typeof setup>));

    expect(alice.told.at(-1)).toMatchObject({ type: 'incoming', props: muted });
  });

  it('J08 survives a new connection', () => {
    const call = connected();
    call.feed(a1, { type: 'set-props', props: muted });
    call.settle();
    call.feed(b1, renew, newOffer);
    call.settle();
    call.feed(a1, { ...answer, props: muted } as typeof answer);
    call.settle();
    call.feed(a1, opened);
    call.feed(b1, opened);
    call.settle();

    expect(call.at(a1).econn.memory.call?.ours).toEqual(muted);
    expect(call.at(b1).econn.memory.call?.theirs).toEqual(muted);
  });

  it('H14 counts although our own end of the channel is not open yet, and is answered when it is', () => {
    const alice = inState.answered();

    expect(inBrief(alice.feed(from(b1, propsync(theirs, 1))))).toBe('peer-props');
    expect(alice.econn.memory.call?.theirs.muted).toBe(true);
    expect(inBrief(alice.feed(opened))).toBe('connected PROPSYNC');
    expect(inBrief(alice.feed(from(b1, propsync(theirs, 1))))).toBe('PROPSYNC(r)');
  });

  it('is told on the channel only while there is one', () => {
    for (const state of ['pendingOutgoing', 'pendingIncoming', 'conflict', 'answered', 'updateSent', 'updateReceived'] as const) {
      const alice = inState[state]();
      expect(alice.feed({ type: 'set-props', props: muted }), state).toEqual([]);
      expect(alice.econn.memory.call?.ours).toEqual(muted);
      expect(alice.econn.memory.call?.id).toEqual(liveCall[state]);
    }
  });
});
