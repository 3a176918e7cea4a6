import { describe, expect, it } from 'vitest';
import { a1, b1, b2, offer } from './cast.ts';
import { inBrief } from './in-brief.ts';
import { from, hangup, setup, setupAnswer } from './letters.ts';
import { inState, ours, theirs } from './states.ts';
import { answer, end, start, Subject } from './subject.ts';
import { TwoEconns } from './two-econns.ts';

describe('a call nobody answers', () => {
  it('C01 closes after a minute with one CANCEL', () => {
    const alice = Subject.alice();
    alice.feed(start);
    expect(alice.timers).toEqual(new Map([['setup', 60_000]]));

    const outputs = alice.expire('setup');

    expect(Subject.sent(outputs)).toMatchObject([{ type: 'CANCEL', cause: 'timeout', call: offer(a1, 1) }]);
    expect(Subject.told(outputs)).toEqual([{ type: 'closed', call: offer(a1, 1), reason: { type: 'timed-out', waitingFor: 'answer' }, missed: false }]);
    expect(alice.state).toBe('idle');
    expect(alice.timers.size).toBe(0);
  });

  it('C02 stops ringing at the callee, who says nothing and has missed it', () => {
    const bob = Subject.bob();
    bob.feed(from(a1, setup(offer(a1, 1)), 20_000));
    expect(bob.timers).toEqual(new Map([['setup', 40_000]]));

    const outputs = bob.expire('setup');

    expect(Subject.sent(outputs)).toEqual([]);
    expect(inBrief(outputs)).toBe('closed:timed-out:missed');
    expect(bob.state).toBe('idle');
  });

  it('C03 goes on when the answer comes in the last moment, and a late tick does nothing', () => {
    const alice = inState.pendingOutgoing();

    alice.feed(from(b1, setupAnswer(ours)));
    const answered = alice.econn;
    const late = alice.feed({ type: 'timer-fired', timer: 'setup' });

    expect(alice.state).toBe('answered');
    expect([...alice.timers.keys()]).toEqual(['channel']);
    expect(late).toEqual([]);
    expect(alice.econn).toBe(answered);
  });

  it('C04 tells the callee who answers too late that it is over', () => {
    const call = new TwoEconns([a1, b1]);
    call.feed(a1, start);
    call.settle();
    call.feed(b1, answer);
    call.expire(a1, 'setup');

    call.settle();

    expect(call.at(a1).state).toBe('idle');
    expect(call.at(b1).state).toBe('idle');
    expect(call.at(b1).told.at(-1)).toMatchObject({ type: 'closed', reason: { type: 'cancelled-by-peer' } });
  });

  it('C12 has timed out already when the deadline is told before a late answer', () => {
    const alice = inState.pendingOutgoing();

    alice.expire('setup');
    const outputs = alice.feed(from(b1, setupAnswer(ours)));

    expect(inBrief(outputs)).toBe('CANCEL>b1');
    expect(Subject.sent(outputs)).toMatchObject([{ call: ours }]);
  });
});

describe('a SETUP that the backend held', () => {
  for (const [age, rings] of [[0, 60_000], [30_000, 30_000], [59_999, 1000], [60_000, 1000]] as const) {
    it(`C05 rings for ${String(rings)} ms when it is ${String(age)} ms old`, () => {
      const bob = Subject.bob();

      bob.feed(from(a1, setup(offer(a1, 1)), age));

      expect(bob.state).toBe('pendingIncoming');
      expect(bob.timers).toEqual(new Map([['setup', rings]]));
    });
  }

  for (const age of [60_001, 86_400_000]) {
    it(`C06 never rings when it is ${String(age)} ms old: it was missed, once`, () => {
      const bob = Subject.bob();

      bob.feed(from(a1, setup(offer(a1, 1)), age), from(a1, setup(offer(a1, 1)), age), from(a1, setup(offer(a1, 1))));

      expect(inBrief(bob.outputs)).toBe('missed');
      expect(bob.state).toBe('idle');
    });
  }

  it('C07 rings no longer than a minute when its sender lives in the future', () => {
    const bob = Subject.bob();

    bob.feed(from(a1, setup(offer(a1, 1)), -300_000));

    expect(bob.timers).toEqual(new Map([['setup', 60_000]]));
  });
});

describe('a channel that does not open', () => {
  it('C08 ends the call on both sides after fifteen seconds, with a CANCEL from each', () => {
    const call = new TwoEconns([a1, b1]);
    call.feed(a1, start);
    call.settle();
    call.feed(b1, answer);
    call.settle();

    for (const device of [a1, b1]) {
      expect(call.at(device).timers).toEqual(new Map([['channel', 15_000]]));
      call.expire(device, 'channel');
      expect(call.at(device).told.at(-1)).toMatchObject({ type: 'closed', reason: { type: 'timed-out', waitingFor: 'channel' } });
    }
    call.settle();

    expect([call.at(a1).state, call.at(b1).state]).toEqual(['idle', 'idle']);
    expect(call.posted.filter(({ message }) => message.type === 'CANCEL')).toHaveLength(2);
  });
});

describe('a hang-up that nobody hears', () => {
  it('C10 is said over the backend after a second, and the call closes after five', () => {
    const alice = inState.established();
    alice.feed(end);
    expect(alice.timers).toEqual(new Map([['hangup', 5000], ['hangupAck', 1000]]));

    expect(inBrief(alice.expire('hangupAck'))).toBe('CANCEL>b1');
    expect(alice.state).toBe('hangupSent');
    expect(inBrief(alice.expire('hangup'))).toBe('closed:ended-locally');

    expect(alice.state).toBe('idle');
    expect(alice.timers.size).toBe(0);
  });

  it('C11 closes before the next call of the same peer rings', () => {
    for (const state of ['hangupSent', 'terminating', 'declining'] as const) {
      const alice = inState[state]();

      const outputs = alice.feed(from(b1, setup(offer(b1, 9))));

      expect(Subject.told(outputs).map(({ type }) => type)).toEqual(['closed', 'incoming']);
      expect(alice.state).toBe('pendingIncoming');
      expect(alice.timers).toEqual(new Map([['setup', 60_000]]));
    }
  });

  it('C10 leaves nothing to wait for when the peer hangs up and all is said', () => {
    const alice = inState.established();
    alice.feed(from(b1, hangup(ours)));
    expect(alice.timers).toEqual(new Map([['hangup', 5000]]));

    alice.feed({ type: 'drained' });

    expect(alice.state).toBe('idle');
    expect(alice.timers.size).toBe(0);
  });
});

describe('ages and deadlines', () => {
  it('C13 has no say in anything but how long a SETUP rings and whether a call was missed', () => {
    for (const age of [0, 3_600_000]) {
      const alice = inState.pendingOutgoing();
      alice.feed(from(b1, setupAnswer(ours), age));
      expect(alice.state).toBe('answered');
      expect(alice.timers).toEqual(new Map([['channel', 15_000]]));
    }
    const alice = inState.pendingIncoming();
    alice.feed(from(b2, setup(offer(b2, 9)), 3_600_000));
    expect(alice.told.at(-1)).toMatchObject({ type: 'missed', call: offer(b2, 9), age: 3_600_000 });
    expect(alice.econn.memory.call?.id).toEqual(theirs);
  });
});
