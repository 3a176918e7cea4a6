import { describe, expect, it } from 'vitest';
import { SeededEntropy } from '../../src/base/seeded-entropy.ts';
import { seed } from '../seed.ts';
import { a1, b1, b2, LATER_LIFE, offer } from './cast.ts';
import { inBrief } from './in-brief.ts';
import { cancel, from, hangup, setup, setupAnswer, update } from './letters.ts';
import { inState, ours, theirs } from './states.ts';
import { answer, end, newOffer, opened, renew, start, Subject } from './subject.ts';
import { connected, TwoEconns } from './two-econns.ts';

describe('a SETUP that its CANCEL overtook', () => {
  it('G01 never rings: it was missed, once', () => {
    const bob = Subject.bob();

    bob.feed(from(a1, cancel(offer(a1, 5))), from(a1, setup(offer(a1, 5))), from(a1, cancel(offer(a1, 5))));

    expect(inBrief(bob.outputs)).toBe('missed');
    expect(bob.state).toBe('idle');
  });

  it('G02 does ring when the CANCEL was for an older one', () => {
    const bob = Subject.bob();

    bob.feed(from(a1, cancel(offer(a1, 4))), from(a1, setup(offer(a1, 5))));

    expect(inBrief(bob.outputs)).toBe('missed incoming');
  });

  it('G03 does not ring when several are cancelled, while another device’s does', () => {
    const bob = new Subject(inState.idle().econn);
    const letters = [from(b1, cancel(offer(b1, 5))), from(b2, cancel(offer(b2, 5))), from(b1, cancel(offer(b1, 6))), from(b1, setup(offer(b1, 5))), from(b2, setup(offer(b2, 5))), from(b1, setup(offer(b1, 6))), from(b2, setup(offer(b2, 6)))];

    bob.feed(...letters);

    expect(inBrief(bob.outputs)).toBe('missed missed missed incoming');
    expect(bob.econn.memory.call?.id).toEqual(offer(b2, 6));
  });

  it('G11 is missed, too, when it never comes, whatever we are doing', () => {
    for (const state of ['idle', 'pendingOutgoing', 'pendingIncoming', 'conflict', 'answered', 'established', 'updateSent', 'updateReceived', 'hangupSent', 'terminating', 'declining'] as const) {
      const alice = inState[state]();
      const { call } = alice.econn.memory;

      alice.outputs.length = 0;
      alice.feed(from(b2, cancel(offer(b2, 9))), from(b2, cancel(offer(b2, 9))), from(b2, setup(offer(b2, 9))));

      expect(inBrief(alice.outputs), state).toBe('missed');
      expect(alice.econn.memory.call).toBe(call);
    }
  });

  it('L07 does ring when the caller lost its memory and counts anew in a later life', () => {
    const bob = Subject.bob();
    bob.feed(from(a1, cancel(offer(a1, 99))));

    bob.feed(from(a1, setup(offer(a1, 1, LATER_LIFE))));
    expect(bob.state).toBe('pendingIncoming');
    bob.feed(from(a1, cancel(offer(a1, 1, LATER_LIFE))));

    expect(bob.feed(from(a1, setup(offer(a1, 100))))).toEqual([]);
  });
});

describe('a message that comes twice', () => {
  it('G04 rings once, and not longer', () => {
    const alice = inState.pendingIncoming();
    const { econn } = alice;

    expect(alice.feed(from(b1, setup(theirs)))).toEqual([]);
    expect(alice.econn).toBe(econn);
  });

  it('G05 gets the very same answer again, and moves nothing', () => {
    const alice = inState.answered();
    const [first] = alice.sent.filter(({ type, resp }) => type === 'SETUP' && resp);
    const { econn } = alice;

    expect(Subject.sent(alice.feed(from(b1, setup(theirs))))).toEqual([first]);
    alice.feed(opened);
    expect(Subject.sent(alice.feed(from(b1, setup(theirs))))).toEqual([first]);
    expect(alice.econn.memory.call?.id).toBe(econn.memory.call?.id);
  });

  it('G06 does not ring when the call is over', () => {
    const alice = inState.pendingIncoming();
    alice.feed(from(b1, cancel(theirs)));

    expect(alice.feed(from(b1, setup(theirs)))).toEqual([]);
  });

  it('G07 is one answer', () => {
    const alice = inState.pendingOutgoing();
    alice.feed(from(b1, setupAnswer(ours)), from(b1, setupAnswer(ours)), opened, from(b1, setupAnswer(ours)));

    expect(alice.told.filter(({ type }) => type === 'answered')).toHaveLength(1);
  });

  it('G10 is one end: CANCEL and CANCEL, HANGUP and CANCEL, CANCEL and HANGUP', () => {
    for (const [first, second] of [[cancel(ours), cancel(ours)], [hangup(ours), cancel(ours)], [cancel(ours), hangup(ours)], [hangup(ours), hangup(ours)]] as const) {
      const alice = inState.established();
      const before = alice.told.filter(({ type }) => type === 'closed').length;

      alice.feed(from(b1, first), from(b1, second));
      if (alice.state === 'terminating') alice.feed({ type: 'drained' });

      expect(alice.state).toBe('idle');
      expect(alice.told.filter(({ type }) => type === 'closed')).toHaveLength(before + 1);
      expect(alice.told.at(-1)).toMatchObject({ reason: { type: 'ended-by-peer' } });
    }
  });

  it('G22 ends a call as it would have ended, whatever comes twice and in whatever order', () => {
    for (let order = 0; order < 200; order++) {
      const dice = new SeededEntropy(seed + order);
      const call = new TwoEconns([a1, b1]);
      call.feed(a1, start);
      twice(call);
      call.settle(dice);
      expect(call.at(b1).state).toBe('pendingIncoming');
      call.feed(b1, answer);
      twice(call);
      call.settle(dice);
      call.feed(a1, opened);
      call.feed(b1, opened);
      call.settle(dice);
      expect([call.at(a1).state, call.at(b1).state]).toEqual(['established', 'established']);
      call.feed(a1, end);
      twice(call);
      call.settle(dice);
      if (call.at(b1).state === 'terminating') call.feed(b1, { type: 'drained' });
      expect([call.at(a1).state, call.at(b1).state]).toEqual(['idle', 'idle']);
      for (const device of [a1, b1]) expect(call.at(device).told.filter(({ type }) => type === 'closed')).toHaveLength(1);
    }
  });
});

describe('an answer that nobody waits for', () => {
  it('G08 gets a CANCEL for its own attempt, and the next attempt goes on', () => {
    const alice = inState.pendingOutgoing();
    const { econn } = alice;

    const outputs = alice.feed(from(b1, setupAnswer(offer(a1, 1))));

    expect(Subject.sent(outputs)).toMatchObject([{ type: 'CANCEL', call: offer(a1, 1) }]);
    expect(alice.econn).toBe(econn);
  });

  it('G09 gets a CANCEL when there is no attempt at all, and its sender closes', () => {
    const call = new TwoEconns([a1, b1]);
    call.feed(a1, start);
    call.settle();
    call.feed(b1, answer);
    call.feed(a1, end);
    call.lose(({ message }) => message.type === 'CANCEL');
    call.settle();

    expect([call.at(a1).state, call.at(b1).state]).toEqual(['idle', 'idle']);
  });

  it('G09 is left alone when it answers an offer of another device', () => {
    const alice = inState.idle();

    expect(alice.feed(from(b1, setupAnswer(offer(b2, 4))))).toEqual([]);
  });

  it('G12 ends the answerer after fifteen seconds when it was lost, and the caller with it', () => {
    const call = new TwoEconns([a1, b1]);
    call.feed(a1, start);
    call.settle();
    call.feed(b1, answer);
    call.lose();

    call.expire(b1, 'channel');
    expect(call.underWay).toMatchObject([{ to: a1, message: { type: 'CANCEL', call: offer(a1, 1) } }]);
    call.settle();

    expect([call.at(a1).state, call.at(b1).state]).toEqual(['idle', 'idle']);
  });

  it('G14 ends the answerer after fifteen seconds when the CANCEL was lost', () => {
    const call = new TwoEconns([a1, b1]);
    call.feed(a1, start);
    call.settle();
    call.feed(b1, answer);
    call.settle();
    call.feed(a1, end);
    call.lose();

    call.expire(b1, 'channel');

    expect(call.at(b1).state).toBe('idle');
  });
});

describe('a backend that refuses', () => {
  const refused = { type: 'settled', outcome: 'refused', devices: [] } as const;

  it('G16 a SETUP ends the attempt, which nobody has heard of: without a CANCEL', () => {
    const alice = Subject.alice();
    alice.feed(start);

    const outputs = alice.feed({ ...refused, message: 'SETUP', resp: false, call: offer(a1, 1) });

    expect(inBrief(outputs)).toBe('closed:backend-failed');
    expect(alice.timers.size).toBe(0);
  });

  it('G16 a SETUP said again in a glare changes nothing: the others ring on', () => {
    const alice = inState.pendingOutgoing();

    expect(alice.feed({ ...refused, message: 'SETUP', resp: false, call: ours })).toEqual([]);
    expect(alice.state).toBe('pendingOutgoing');
  });

  it('G16 a SETUP of another attempt says nothing of this one', () => {
    const alice = inState.pendingOutgoing();

    expect(alice.feed({ ...refused, message: 'SETUP', resp: false, call: offer(a1, 1) })).toEqual([]);
    expect(alice.state).toBe('pendingOutgoing');
  });

  it('G17 an answer ends the call at once', () => {
    const alice = inState.answered();

    expect(inBrief(alice.feed({ ...refused, message: 'SETUP', resp: true, call: theirs }))).toBe('closed:backend-failed');
    expect(alice.state).toBe('idle');
  });

  it('G17 a CANCEL does not keep the call from closing', () => {
    const alice = inState.answered();
    alice.feed(end);

    expect(inBrief(alice.feed({ ...refused, message: 'CANCEL', resp: false, call: theirs }))).toBe('closed:ended-locally');
    expect(alice.state).toBe('idle');
  });

  it('G17 an UPDATE leaves the old flow in use, and the UPDATE goes out again', () => {
    const alice = inState.established();
    alice.feed(renew, newOffer);
    const [update] = alice.sent.slice(-1);

    expect(alice.feed({ ...refused, message: 'UPDATE', resp: false, call: ours })).toEqual([]);
    expect(Subject.sent(alice.expire('update'))).toEqual([update]);
  });

  it('reaches nobody: the called user has no device that could ring', () => {
    const alice = Subject.alice();

    alice.feed(start);

    expect(inBrief(alice.feed({ type: 'settled', message: 'SETUP', resp: false, call: offer(a1, 1), outcome: 'taken', devices: [] }))).toBe('closed:unreachable');
  });
});

describe('a hang-up that was lost', () => {
  it('G15 is made good by the CANCEL a second later', () => {
    const call = connected();
    call.feed(a1, end);
    call.lose();

    call.expire(a1, 'hangupAck');
    call.settle();

    expect(call.at(b1).state).toBe('idle');
    expect(call.at(b1).told.at(-1)).toMatchObject({ reason: { type: 'ended-by-peer' } });
  });

  it('G15 does not let the side that ended take an UPDATE again', () => {
    const alice = inState.hangupSent();

    const outputs = alice.feed(from(b1, update(ours, offer(b1, 7))));

    expect(inBrief(outputs)).toBe('CANCEL>b1');
    expect(alice.state).toBe('hangupSent');
  });
});

/** Everything under way is under way twice. */
function twice(call: TwoEconns): void {
  call.underWay.push(...call.underWay.map((letter) => ({ ...letter })));
}
