import { describe, expect, it } from 'vitest';
import { SeededEntropy } from '../../src/base/seeded-entropy.ts';
import { seed } from '../seed.ts';
import { a1, a2, b1, b2, offer, s1 } from './cast.ts';
import { inBrief } from './in-brief.ts';
import { busy, cancel, from, hangup, propsync, reject, setup, setupAnswer } from './letters.ts';
import { inState, liveCall, ours, stateNames, theirs } from './states.ts';
import { answer, end, start, Subject } from './subject.ts';
import { TwoEconns } from './two-econns.ts';

/** Alice's first device calls; Bob's two devices ring. */
function ringing(devices = [a1, b1, b2]): TwoEconns {
  const call = new TwoEconns(devices);
  call.feed(a1, start);
  call.settle();
  return call;
}

function reasons(call: TwoEconns): readonly string[] {
  return [a1, b1, b2].map((device) => {
    const closed = call.at(device).told.flatMap((event) => (event.type === 'closed' ? [event.reason.type] : []));
    expect(closed.length).toBeLessThanOrEqual(1);
    return closed[0] ?? call.at(device).state;
  });
}

describe('a call that rings on two devices', () => {
  it('E01 stops on the one when the other answers, without a CANCEL and without a missed call', () => {
    const call = ringing();

    call.feed(b2, answer);
    call.settle();

    expect(reasons(call)).toEqual(['answered', 'answered-elsewhere', 'answered']);
    expect(call.at(b1).told.at(-1)).toMatchObject({ missed: false });
    expect(call.posted.map(({ message }) => message.type)).not.toContain('CANCEL');
  });

  it('E03 is with exactly one of them when both answer at once, in any order', () => {
    for (let order = 0; order < 100; order++) {
      const call = ringing();

      call.feed(b1, answer);
      call.feed(b2, answer);
      call.settle(new SeededEntropy(seed + order));

      const ends = reasons(call);
      expect(ends[0]).toBe('answered');
      expect(ends.slice(1).sort()).toEqual(['answered', 'answered-elsewhere']);
    }
  });

  it('E04 stops on both when one declines, and the caller hears of it', () => {
    const call = ringing();

    call.feed(b1, { type: 'reject', tellCaller: 'when-understood' });
    call.settle();

    expect(reasons(call)).toEqual(['rejected-by-peer', 'rejected-locally', 'rejected-elsewhere']);
  });

  it('E04 goes on ringing at the caller when only the own devices are told', () => {
    const call = ringing();

    call.feed(b1, { type: 'reject', tellCaller: 'never' });
    call.settle();

    expect(reasons(call)).toEqual(['pendingOutgoing', 'rejected-locally', 'rejected-elsewhere']);
  });

  it('E05 is one thing on all of them when one declines and the other answers, in any order', () => {
    for (let order = 0; order < 100; order++) {
      const call = ringing();

      call.feed(b1, { type: 'reject', tellCaller: 'when-understood' });
      call.feed(b2, answer);
      call.settle(new SeededEntropy(seed + order));

      expect([['answered', 'rejected-locally', 'answered'], ['rejected-by-peer', 'rejected-locally', 'cancelled-by-peer']]).toContainEqual(reasons(call));
    }
  });

  it('E12 ends on the second that answers, and stays with the first', () => {
    const call = ringing();
    call.feed(b1, answer);
    call.feed(b2, answer);
    call.deliver(({ to, from: sender }) => to === a1 && sender === b1);

    call.deliver(({ to, from: sender }) => to === a1 && sender === b2);

    expect(call.underWay.filter(({ message }) => message.type === 'CANCEL')).toMatchObject([{ to: b2, message: { cause: 'elsewhere' } }]);
    call.settle();
    expect(reasons(call)).toEqual(['answered', 'answered', 'answered-elsewhere']);
  });

  it('E13 goes on elsewhere when one has no microphone', () => {
    const call = ringing();

    call.feed(b1, { type: 'flow-failed', failure: 'device' });
    call.settle();

    expect(reasons(call)).toEqual(['pendingOutgoing', 'media-failed', 'pendingIncoming']);
  });
});

describe('a message that is none of the call’s business', () => {
  it('E06 does not make our other device ring for our own call', () => {
    const call = ringing([a1, a2, b1]);

    expect(call.at(a2).state).toBe('idle');
    expect(call.at(a2).outputs).toEqual([]);
  });

  it('E07 is a spurious CANCEL: from another device of the caller, or a stranger', () => {
    const alice = inState.pendingIncoming();
    const { econn } = alice;

    for (const device of [b2, a2, s1]) expect(alice.feed(from(device, cancel(theirs)))).toEqual([]);

    expect(alice.econn).toBe(econn);
  });

  it('E08 is a CANCEL of an older call', () => {
    for (const state of stateNames) {
      const alice = inState[state]();
      const { econn } = alice;
      expect(alice.feed(from(b1, cancel(offer(b1, 3))))).toEqual([]);
      expect(alice.econn).toBe(econn);
    }
  });

  it('E09 is a spoof: it names another sender than the channel knows', () => {
    for (const state of stateNames) {
      const alice = inState[state]();
      const { econn } = alice;
      for (const message of [hangup(liveCall[state]), cancel(liveCall[state]), setupAnswer(liveCall[state]), propsync(liveCall[state], 5)]) {
        expect(alice.feed(from(b1, { ...message, src: b2 }))).toEqual([]);
        expect(alice.feed(from(b2, { ...message, src: b1 }))).toEqual([]);
      }
      expect(alice.econn).toBe(econn);
    }
  });

  it('G19 is a stranger’s, whatever it names', () => {
    for (const state of stateNames) {
      const alice = inState[state]();
      const { econn } = alice;
      for (const message of [setup(offer(s1, 1)), cancel(liveCall[state]), hangup(liveCall[state]), reject(liveCall[state])]) expect(alice.feed(from(s1, message))).toEqual([]);
      expect(alice.econn).toBe(econn);
    }
  });
});

describe('a device that was away', () => {
  for (const [what, own] of [['answered', setupAnswer(offer(a1, 1))], ['declined', reject(offer(a1, 1))]] as const) {
    it(`E10 never rings for a call that was ${what} on another one, though its SETUP comes last`, () => {
      const bob = Subject.bob();

      bob.feed(from(b2, own), from(a1, setup(offer(a1, 1))));

      expect(bob.outputs).toEqual([]);
      expect(bob.state).toBe('idle');
    });
  }

  it('E11 reads a queue in any order without being left ringing', () => {
    const call = offer(a1, 1);
    for (const [queue, closed] of [[[setup(call), cancel(call)], 'cancelled-by-peer'], [[setup(call), setupAnswer(call)], 'answered-elsewhere'], [[setup(call), reject(call)], 'rejected-elsewhere']] as const) {
      for (const order of [queue, queue.toReversed()]) {
        const bob = Subject.bob();
        for (const message of order) bob.feed(from(message.type === 'REJECT' || message.resp ? b2 : a1, message, 30_000));
        expect(bob.state).toBe('idle');
        const ends = bob.told.flatMap((event) => (event.type === 'closed' ? [event.reason.type] : event.type === 'missed' ? ['missed'] : []));
        expect(ends).toEqual(order === queue ? [closed] : closed === 'cancelled-by-peer' ? ['missed'] : []);
      }
    }
  });
});

describe('a device that is in a call', () => {
  const inCall = ['answered', 'established', 'updateSent', 'updateReceived'] as const;

  it('F01 tells another caller that it is busy, and its call is untouched', () => {
    for (const state of inCall) {
      const alice = inState[state]();
      const { call } = alice.econn.memory;

      const outputs = alice.feed(from(b2, setup(offer(b2, 9))));

      expect(inBrief(outputs)).toBe('BUSY>b2 turned-away');
      expect(alice.state).toBe(state);
      expect(alice.econn.memory.call).toBe(call);
      expect(alice.feed(from(b2, setup(offer(b2, 9))))).toEqual([]);
    }
  });

  it('F03 is not moved by BUSY', () => {
    for (const state of inCall) {
      const alice = inState[state]();
      for (const device of [b1, b2]) expect(alice.feed(from(device, busy(liveCall[state])))).toEqual([]);
      expect(alice.state).toBe(state);
    }
  });

  it('F04 rings anew when the same device calls again after a crash, and closes the old call first', () => {
    for (const state of inCall) {
      const alice = inState[state]();

      const outputs = alice.feed(from(b1, setup(offer(b1, 9))));

      expect(inBrief(outputs)).toBe('closed:replaced-by-peer incoming:recall');
      expect([...alice.timers.keys()]).toEqual(['setup']);
    }
  });

  it('F05 does not replace its call for another device of the same user', () => {
    const alice = inState.established();

    alice.feed(from(b2, setup(offer(b2, 9))));

    expect(alice.state).toBe('established');
    expect(alice.econn.memory.call?.id).toEqual(ours);
  });
});

describe('a device that is in a call of another conversation', () => {
  it('F06 does not ring, tells the caller that it is busy, and does so once', () => {
    const alice = inState.idle();
    const call = { ...from(b1, setup(offer(b1, 5))), busy: true } as const;

    expect(inBrief(alice.feed(call))).toBe('BUSY>b1 turned-away');
    expect(alice.feed(call)).toEqual([]);
    expect(alice.feed(from(b1, setup(offer(b1, 5))))).toEqual([]);
    expect(alice.state).toBe('idle');
  });
});

describe('a callee who is busy', () => {
  it('F02 leaves the other device ringing, and ends the attempt when that one is busy, too', () => {
    const alice = inState.pendingOutgoing();

    alice.feed(from(b1, busy(ours)), from(b1, busy(ours)));
    expect(alice.state).toBe('pendingOutgoing');
    const outputs = alice.feed(from(b2, busy(ours)));

    expect(inBrief(outputs)).toBe('closed:busy');
    expect(alice.state).toBe('idle');
  });

  it('F02 has ended the attempt when the backend tells only afterwards whom it reached', () => {
    const alice = Subject.alice();
    const settled = { type: 'settled', message: 'SETUP', resp: false, call: offer(a1, 1), outcome: 'taken', devices: [b1] } as const;

    alice.feed(start, from(b1, busy(offer(a1, 1))));
    expect(alice.state).toBe('pendingOutgoing');
    const outputs = alice.feed(settled);

    expect(inBrief(outputs)).toBe('closed:busy');
  });

  it('is told by the winner of a glare that another device of theirs came too late', () => {
    const bob = Subject.bob();
    bob.feed(start, from(a2, setup(offer(a2, 1))), from(a1, setup(offer(a1, 1))));

    const outputs = bob.feed(from(a1, setupAnswer(offer(b1, 1), offer(a1, 1))));

    expect(inBrief(outputs)).toBe('BUSY>a2 answered');
    expect(Subject.sent(outputs)).toMatchObject([{ call: offer(a2, 1) }]);
    expect(inBrief(bob.feed(end))).toBe('CANCEL>a1 ending');
  });
});
