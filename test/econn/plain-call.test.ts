import { describe, expect, it } from 'vitest';
import { chartEvent, type Message } from '../../src/econn/index.ts';
import { roadOf } from '../../src/econn/chart-event.ts';
import { ms } from '../../src/base/units.ts';
import { a1, a2, b1, offer } from './cast.ts';
import { inBrief } from './in-brief.ts';
import { busy, cancel, from, hangup, ping, propsync, reject, setup, setupAnswer, update, updateAnswer } from './letters.ts';
import { inState, liveCall, stateNames, theirs } from './states.ts';
import { answer, end, opened, start, Subject } from './subject.ts';
import { connected, TwoEconns } from './two-econns.ts';

const all = (call = theirs): readonly Message[] => [setup(call), setupAnswer(call), cancel(call), reject(call), busy(call), update(call, offer(b1, 9)), updateAnswer(call, offer(a1, 3)), hangup(call), hangup(call, true), propsync(call, 1), ping(call)];

describe('a device that has just been opened', () => {
  it('A01 is idle, waits for nothing and says nothing', () => {
    const alice = Subject.alice();

    expect(alice.state).toBe('idle');
    expect(alice.outputs).toEqual([]);
    expect(alice.timers.size).toBe(0);
    expect(alice.econn.memory.call).toBeUndefined();
  });

  it('A02 tells once more each time that there is no call to end, answer, reject or renew', () => {
    for (const type of ['end', 'answer', 'reject', 'renew'] as const) {
      const alice = Subject.alice();
      const { econn } = alice;
      const input = { end, answer, reject: { type: 'reject', tellCaller: 'when-understood' }, renew: { type: 'renew' } }[type] as typeof end;

      alice.feed(input, input);

      expect(alice.econn).toBe(econn);
      expect(alice.outputs).toEqual([{ type: 'refuse', input: type, because: 'not-in-call' }, { type: 'refuse', input: type, because: 'not-in-call' }]);
    }
  });

  it('A08 opens a call for a SETUP of the other user, and for nothing else', () => {
    for (const message of all()) {
      for (const device of [b1, a2]) {
        const alice = Subject.alice();
        alice.feed(from(device, message));
        const creates = message.type === 'SETUP' && !message.resp && device === b1;
        expect(alice.state, `${message.type} from ${device.device}`).toBe(creates ? 'pendingIncoming' : 'idle');
      }
    }
  });

  it('D12 does not ring for a SETUP of its own user, nor of itself', () => {
    const alice = Subject.alice();

    alice.feed(from(a2, setup(offer(a2, 1))), from(a1, setup(offer(a1, 1))));

    expect(alice.outputs).toEqual([]);
    expect(alice.state).toBe('idle');
  });
});

describe('a call that is under way', () => {
  it('A03 is not started again, in any state: the first attempt goes on untouched', () => {
    for (const state of stateNames.filter((name) => name !== 'idle')) {
      const alice = inState[state]();
      const { econn } = alice;
      const timers = new Map(alice.timers);

      expect(alice.feed(start)).toEqual([{ type: 'refuse', input: 'start', because: 'already-in-call' }]);
      expect(alice.econn).toBe(econn);
      expect(alice.timers).toEqual(timers);
    }
  });

  it('A06 is left alone by the echo of our own messages', () => {
    for (const state of stateNames) {
      const alice = inState[state]();
      const { econn } = alice;
      for (const message of all(liveCall[state])) expect(alice.feed(from(a1, message))).toEqual([]);
      expect(alice.econn).toBe(econn);
    }
  });

  it('A07 hears each message on its own road only', () => {
    for (const state of stateNames) {
      const alice = inState[state]();
      for (const message of all(liveCall[state])) {
        const via = roadOf(message) === 'backend' ? 'channel' : 'backend';
        expect(chartEvent(alice.econn.memory, { type: 'receive', from: b1, via, message, age: ms(0) })).toBeUndefined();
      }
    }
  });

  it('A07 is ended over the channel when it is open, and over the backend when it is not', () => {
    expect(inBrief(inState.established().feed(end))).toBe('HANGUP ending');
    expect(inBrief(inState.answered().feed(end))).toBe('CANCEL>b1 ending');
    expect(inBrief(inState.pendingOutgoing().feed(end))).toBe('CANCEL>bob closed:ended-locally');
  });

  it('A04 is given up on every road that it has when the engine goes away', () => {
    const said = stateNames.map((state) => {
      const alice = inState[state]();
      const brief = inBrief(alice.feed({ type: 'destroy' }));
      expect(alice.state).toBe('idle');
      expect(alice.timers.size).toBe(0);
      return [state, brief];
    });

    expect(Object.fromEntries(said)).toEqual({
      idle: '',
      pendingOutgoing: 'CANCEL>bob closed:ended-locally',
      pendingIncoming: 'closed:ended-locally',
      conflict: 'CANCEL>bob CANCEL>b1 closed:ended-locally',
      answered: 'CANCEL>b1 closed:ended-locally',
      established: 'HANGUP CANCEL>b1 closed:ended-locally',
      updateSent: 'HANGUP CANCEL>b1 closed:ended-locally',
      updateReceived: 'HANGUP CANCEL>b1 closed:ended-locally',
      hangupSent: 'CANCEL>b1 closed:ended-locally',
      terminating: 'closed:ended-by-peer',
      declining: 'CANCEL>b1 closed:rejected-locally',
    });
  });
});

describe('a call that is answered and ended', () => {
  it('B01 takes one SETUP and one answer, and rings at the other side once', () => {
    const call = new TwoEconns([a1, b1]);

    call.feed(a1, start);
    call.settle();
    call.feed(b1, answer);
    call.settle();

    expect([call.at(a1).state, call.at(b1).state]).toEqual(['answered', 'answered']);
    expect(call.posted.map(({ message }) => message.type)).toEqual(['SETUP', 'SETUP']);
    expect(call.at(a1).told.map(({ type }) => type)).toEqual(['answered']);
    expect(call.at(b1).told.map(({ type }) => type)).toEqual(['incoming']);
  });

  it('B05 closes once on each side when both hang up at once', () => {
    const call = connected();

    call.feed(a1, end);
    call.feed(b1, end);
    call.settle();
    for (const device of [a1, b1]) call.feed(device, { type: 'drained' });

    for (const device of [a1, b1]) {
      expect(call.at(device).state).toBe('idle');
      expect(call.at(device).timers.size).toBe(0);
      expect(call.at(device).told.filter(({ type }) => type === 'closed')).toHaveLength(1);
    }
    expect(call.posted.filter(({ message }) => message.type === 'HANGUP')).toHaveLength(2);
  });

  it('B10 leaves nobody behind when the caller gives up while the answer is under way', () => {
    const call = new TwoEconns([a1, b1]);
    call.feed(a1, start);
    call.settle();

    call.feed(b1, answer);
    call.feed(a1, end);
    call.settle();

    expect([call.at(a1).state, call.at(b1).state]).toEqual(['idle', 'idle']);
    expect(call.at(b1).told.at(-1)).toMatchObject({ type: 'closed', reason: { type: 'cancelled-by-peer' } });
  });

  it('H10 says HANGUP at once when the channel opens after the end, and never that it is connected', () => {
    const alice = inState.answered();
    alice.feed(end);

    const outputs = alice.feed(opened);

    expect(inBrief(outputs)).toBe('HANGUP closed:ended-locally');
    expect(alice.state).toBe('idle');
    expect(alice.told.map(({ type }) => type)).not.toContain('connected');
  });
});
