import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/base/device.ts';
import type { Input } from '../../src/econn/index.ts';
import { a1, a2, b1, LIFE, offer } from './cast.ts';
import { inBrief } from './in-brief.ts';
import { busy, cancel, from, reject, setup, setupAnswer, update, updateAnswer } from './letters.ts';
import { end, newOffer, opened, renew, start, Subject } from './subject.ts';

// Bob's offer is the greater one: Alice's is ignored, and remembered until it is known what became of his.

const bobs = offer(b1, 1);

describe('a glare that we win', () => {
  it('D02 is heard once: our SETUP goes out again to the loser’s device, and theirs does not ring', () => {
    const bob = calling();

    expect(inBrief(bob.feed(from(a1, setup(offer(a1, 1)))))).toBe('SETUP>a1');
    expect(bob.sent.at(-1)).toBe(bob.sent[0]);
    expect(bob.feed(from(a1, setup(offer(a1, 1))))).toEqual([]);
    expect(bob.state).toBe('pendingOutgoing');
  });

  it('C06 is none with a SETUP that is too old: that was a missed call', () => {
    const bob = calling();

    expect(inBrief(bob.feed(from(a1, setup(offer(a1, 1)), 60_001)))).toBe('missed');
    expect(inBrief(bob.feed(end))).toBe('CANCEL>alice closed:ended-locally');
  });

  const waysOut: Readonly<Record<string, readonly [Input, string]>> = {
    'we end': [end, 'CANCEL>alice BUSY>a1 closed:ended-locally'],
    'the app goes away': [{ type: 'destroy' }, 'CANCEL>alice BUSY>a1 closed:ended-locally'],
    'we come back from a crash': [{ type: 'restarted' }, 'CANCEL>alice BUSY>a1 closed:restarted'],
    'nobody answers': [{ type: 'timer-fired', timer: 'setup' }, 'CANCEL>alice BUSY>a1 closed:timed-out'],
    'our flow fails': [{ type: 'flow-failed', failure: 'no-path' }, 'CANCEL>alice BUSY>a1 closed:media-failed'],
    'the backend refuses our SETUP': [settled('refused', [a1]), 'BUSY>a1 closed:backend-failed'],
    'our SETUP reaches nobody': [settled('taken', []), 'BUSY>a1 closed:unreachable'],
    'their other device cancels our attempt': [from(a2, cancel(bobs)), 'CANCEL>alice-a2 BUSY>a1 closed:cancelled-by-peer'],
    'their other device declines': [from(a2, reject(bobs)), 'CANCEL>alice-a2 BUSY>a1 closed:rejected-by-peer'],
    'their other device answers': [from(a2, setupAnswer(bobs)), 'BUSY>a1 answered'],
  };

  for (const [way, [input, said]] of Object.entries(waysOut)) {
    it(`D05 tells the ignored caller that we are busy, once, when ${way}`, () => {
      const bob = glareWon();

      expect(inBrief(bob.feed(input))).toBe(said);
      expect(bob.econn.memory.call?.ignored ?? []).toEqual([]);
    });
  }

  it('D05 tells it when everybody else is busy', () => {
    const bob = glareWon();
    bob.feed(settled('taken', [a1, a2]));

    expect(inBrief(bob.feed(from(a1, busy(bobs))))).toBe('');
    expect(inBrief(bob.feed(from(a2, busy(bobs))))).toBe('BUSY>a1 closed:busy');
  });

  it('D05 tells it when the only device that our SETUP reached had said that it is busy', () => {
    const bob = glareWon();
    bob.feed(from(a2, busy(bobs)));

    expect(inBrief(bob.feed(settled('taken', [a2])))).toBe('BUSY>a1 closed:busy');
  });

  it('D05 tells nothing to a caller that has given up', () => {
    const bob = glareWon();
    bob.feed(from(a1, cancel(offer(a1, 1))));

    expect(inBrief(bob.feed(end))).toBe('CANCEL>alice closed:ended-locally');
  });

  it('D05 tells it although another offer was given up', () => {
    const bob = glareWon();
    bob.feed(from(a2, setup(offer(a2, 1))), from(a2, cancel(offer(a2, 1))));

    expect(inBrief(bob.feed(end))).toBe('CANCEL>alice BUSY>a1 closed:ended-locally');
  });

  it('D05 tells it of the newest offer of each device', () => {
    const bob = glareWon();
    bob.feed(from(a1, setup(offer(a1, 2))), from(a2, setup(offer(a2, 7))));

    const busies = Subject.sent(bob.feed(end)).filter(({ type }) => type === 'REJECT');

    expect(busies).toMatchObject([{ call: offer(a1, 2), cause: 'busy' }, { call: offer(a2, 7), cause: 'busy' }]);
  });

  it('D02 tells the loser nothing when its answer withdraws what it had offered, and nothing later', () => {
    const bob = glareWon();

    expect(inBrief(bob.feed(from(a1, setupAnswer(bobs, { incarnation: LIFE, counter: 1 }))))).toBe('answered');
    expect(bob.econn.memory.call?.ignored).toEqual([]);
  });

  it('D05 tells it that we are busy when the answer withdraws less', () => {
    const bob = glareWon(2);

    expect(inBrief(bob.feed(from(a1, setupAnswer(bobs, { incarnation: LIFE, counter: 1 }))))).toBe('BUSY>a1 answered');
  });

  it('D05 takes the withdrawal of an answer to an attempt that is over', () => {
    const bob = Subject.bob();
    bob.feed(start, end, start, from(a1, setup(offer(a1, 1))));
    expect(inBrief(bob.feed(from(a1, setupAnswer(bobs, { incarnation: LIFE, counter: 1 }))))).toBe('CANCEL>a1');

    expect(inBrief(bob.feed(end))).toBe('CANCEL>alice closed:ended-locally');
  });
});

describe('two UPDATEs at once, of which ours wins', () => {
  it('D14 is said again, the very same, and theirs is not taken, though it comes twice', () => {
    const bob = renewing();
    const ours = bob.sent.at(-1);

    expect(inBrief(bob.feed(from(a1, update(bobs, offer(a1, 1)))))).toBe('UPDATE>a1');
    expect(bob.sent.at(-1)).toBe(ours);
    expect(bob.feed(from(a1, update(bobs, offer(a1, 1))))).toEqual([]);
    expect(bob.state).toBe('updateSent');
  });

  it('D14 is not said again for an UPDATE of another call', () => {
    expect(inBrief(renewing().feed(from(a1, update(offer(b1, 9), offer(a1, 1)))))).toBe('CANCEL>a1');
  });

  it('D14 is not said again for another device’s', () => {
    expect(inBrief(renewing().feed(from(a2, update(bobs, offer(a2, 1)))))).toBe('');
  });

  it('D14 goes on in its own rhythm', () => {
    const bob = renewing();
    bob.feed(from(a1, update(bobs, offer(a1, 1))));

    expect(bob.timers.get('update')).toBe(2000);
    bob.expire('update');
    expect(bob.timers.get('update')).toBe(4000);
  });

  it('I03 is not said again when it was answered', () => {
    const bob = renewing();

    expect(inBrief(bob.feed(from(a1, updateAnswer(bobs, offer(b1, 2)))))).toBe('update-answered');
    expect([...bob.timers.keys()]).toEqual(['reconnect']);
  });
});

function calling(): Subject {
  const bob = Subject.bob();
  bob.feed(start);
  return bob;
}

function glareWon(counter = 1): Subject {
  const bob = calling();
  bob.feed(from(a1, setup(offer(a1, counter))));
  return bob;
}

function renewing(): Subject {
  const bob = calling();
  bob.feed(from(a1, setupAnswer(bobs)), opened, renew, newOffer);
  return bob;
}

function settled(outcome: 'taken' | 'refused', devices: readonly Device[]): Input {
  return { type: 'settled', message: 'SETUP', resp: false, call: bobs, outcome, devices };
}
