import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/base/device.ts';
import type { Input, Mark, Message } from '../../src/econn/index.ts';
import { a1, a2, b1, b2, LIFE, offer } from './cast.ts';
import { inBrief } from './in-brief.ts';
import { cancel, from, reject, setup, setupAnswer, update, updateAnswer } from './letters.ts';
import { inState, liveCall, stateNames } from './states.ts';
import { Subject } from './subject.ts';

// Rule 2: what was once over stays over, in whatever state that was heard.

const upTo = (counter: number): Mark => ({ incarnation: LIFE, counter });

/** All answers that a device can give: to an offer of ours that is over, to one of somebody else, and in the live call. */
const answers: Readonly<Record<string, (live: ReturnType<typeof offer>, withdrawn: Mark) => Message>> = {
  'to a SETUP of ours that is over': (_live, withdrawn) => setupAnswer(offer(a1, 1), withdrawn),
  'to a SETUP of our other device': (_live, withdrawn) => setupAnswer(offer(a2, 4), withdrawn),
  'to the SETUP of the live call': (live, withdrawn) => setupAnswer(live, withdrawn),
  'to an UPDATE of a call of ours that is over': (_live, withdrawn) => updateAnswer(offer(a1, 1), offer(a1, 1), withdrawn),
  'to an UPDATE of a call of our other device': (_live, withdrawn) => updateAnswer(offer(a2, 4), offer(a2, 4), withdrawn),
  'to an UPDATE of the live call': (live, withdrawn) => updateAnswer(live, offer(a1, 3), withdrawn),
};

describe('an answer withdraws what its sender had offered itself', () => {
  for (const [which, answerOf] of Object.entries(answers)) {
    for (const device of [b1, b2]) {
      it(`D04 in every state: an answer ${which}, from ${device.device}`, () => {
        for (const state of stateNames) {
          const alice = inState[state]();
          alice.feed(from(device, answerOf(liveCall[state], upTo(9))));

          expectOver(alice, device, 9, state);
        }
      });
    }
  }

  it('G09 and gets a CANCEL only when it answers an offer of ours', () => {
    for (const state of stateNames) {
      for (const [which, answerOf] of Object.entries(answers)) {
        if (which.includes('live')) continue;
        const said = inBrief(inState[state]().feed(from(b2, answerOf(liveCall[state], upTo(3)))));
        expect(said, `${state}: ${which}`).toBe(which.includes('other device') ? '' : 'CANCEL>b2');
      }
    }
  });

  it('D04 also the one that rings here, whoever was answered: we had missed it, when it was ours to take', () => {
    const ends: Readonly<Record<string, string>> = {};
    for (const state of ['pendingIncoming', 'conflict'] as const) {
      for (const [which, call] of [['ours', offer(a1, 1)], ['our other device', offer(a2, 4)]] as const) {
        const alice = inState[state]();
        const outputs = alice.feed(from(b1, setupAnswer(call, upTo(5))));
        Object.assign(ends, { [`${state}, ${which}`]: inBrief(outputs) });
        expect(alice.state).toBe('idle');
      }
    }

    expect(ends).toEqual({
      'pendingIncoming, ours': 'CANCEL>b1 closed:cancelled-by-peer:missed',
      'pendingIncoming, our other device': 'closed:answered-elsewhere',
      'conflict, ours': 'CANCEL>b1 CANCEL>bob closed:cancelled-by-peer',
      'conflict, our other device': 'CANCEL>bob closed:answered-elsewhere',
    });
  });

  it('D04 not the one that rings here when its sender, or its offer, is another', () => {
    for (const state of ['pendingIncoming', 'conflict'] as const) {
      for (const [device, mark] of [[b2, upTo(9)], [b1, upTo(4)]] as const) {
        const alice = inState[state]();
        alice.feed(from(device, setupAnswer(offer(a2, 4), mark)));
        expect(alice.state).toBe(state);
      }
    }
  });

  it('D04 also the one that is being answered, when it is our newest offer that was answered: our CANCEL says so, once', () => {
    expect(inBrief(inState.conflict().feed(from(b1, setupAnswer(offer(a1, 2), upTo(5)))))).toBe('CANCEL>bob closed:cancelled-by-peer');
  });
});

describe('a SETUP', () => {
  it('G04 G05 that comes twice is heard once, in every state', () => {
    for (const state of stateNames) {
      for (const device of [b1, b2]) {
        const alice = inState[state]();
        alice.feed(from(device, setup(offer(device, 9))));
        const { econn } = alice;

        expect(alice.feed(from(device, setup(offer(device, 9)))), `${state} ${device.device}`).toEqual([]);
        expect(alice.econn).toBe(econn);
      }
    }
  });

  it('G06 is over with its call, whatever state it came in', () => {
    for (const state of stateNames) {
      for (const device of [b1, b2]) {
        const alice = inState[state]();
        alice.feed(from(device, setup(offer(device, 9))), { type: 'destroy' });

        expectOver(alice, device, 9, `${state} ${device.device}`);
      }
    }
  });

  it('G06 that is over is nothing in any state, and no missed call either', () => {
    for (const state of stateNames) {
      for (const device of [b1, b2]) {
        for (const age of [0, 60_001]) expect(inState[state]().feed(from(device, setup(offer(device, 3)), age)), `${state} ${device.device} ${String(age)}`).toEqual([]);
      }
    }
  });
});

describe('a CANCEL that came before its SETUP', () => {
  it('G01 lets it never ring, in every state, and the call was missed', () => {
    for (const state of stateNames) {
      const alice = inState[state]();

      expect(inBrief(alice.feed(from(b2, cancel(offer(b2, 9))))), state).toBe('missed');
      expectOver(alice, b2, 9, state);
    }
  });
});

describe('a call that another device of ours took or declined', () => {
  for (const [verb, said] of [['took', setupAnswer], ['declined', reject]] as const) {
    it(`E10 rings in no state when it arrives later: ${verb}`, () => {
      for (const state of stateNames) {
        const alice = inState[state]();

        expect(inBrief(alice.feed(from(a2, said(offer(b2, 9))))), state).toBe('');
        expectOver(alice, b2, 9, state);
      }
    });
  }
});

describe('a SETUP that was too old', () => {
  it('C06 is missed once in every state, and then over', () => {
    for (const state of stateNames) {
      for (const device of [b1, b2]) {
        const alice = inState[state]();
        const { call } = alice.econn.memory;

        expect(inBrief(alice.feed(from(device, setup(offer(device, 9)), 60_001))), state).toBe('missed');
        expect(alice.econn.memory.call).toBe(call);
        expectOver(alice, device, 9, state);
      }
    }
  });
});

describe('a SETUP for a device that takes no second call', () => {
  it('F01 is told busy once, and is over', () => {
    const alice = inState.idle();
    const arrival: Input = { ...from(b1, setup(offer(b1, 9))), busy: true } as Input;

    expect(inBrief(alice.feed(arrival))).toBe('BUSY>b1 turned-away');
    expectOver(alice, b1, 9, 'idle');
  });

  it('C06 was missed all the same when it is too old', () => {
    const arrival: Input = { ...from(b1, setup(offer(b1, 9)), 60_001), busy: true } as Input;

    expect(inBrief(inState.idle().feed(arrival))).toBe('missed');
  });
});

describe('an UPDATE', () => {
  it('G05 that was taken once is not taken again', () => {
    for (const state of ['answered', 'established', 'updateSent', 'updateReceived'] as const) {
      const alice = inState[state]();
      alice.feed(from(b1, update(liveCall[state], offer(b1, 9))));

      expect(inBrief(alice.feed(from(b1, update(liveCall[state], offer(b1, 9))))), state).toBe('');
      expect(inBrief(alice.feed(from(b1, update(liveCall[state], offer(b1, 8))))), state).toBe('');
      expect(alice.state).toBe('updateReceived');
    }
  });

  it('I04 older than what was heard of its sender is nothing', () => {
    for (const state of ['answered', 'established', 'updateSent', 'updateReceived'] as const) {
      const alice = inState[state]();

      expect(alice.feed(from(b1, update(liveCall[state], offer(b1, 3)))), state).toEqual([]);
      expect(alice.state).toBe(state);
    }
  });
});

/** The device's offers up to this one are nothing to us; the next one is. */
function expectOver(subject: Subject, device: Device, counter: number, state: string): void {
  const { econn } = subject;
  expect(subject.feed(from(device, setup(offer(device, counter)))), state).toEqual([]);
  expect(subject.econn, state).toBe(econn);
  expect(new Subject(econn).feed(from(device, setup(offer(device, counter + 1)))), state).not.toEqual([]);
}
