import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/base/device.ts';
import { SeededEntropy } from '../../src/base/seeded-entropy.ts';
import { wins, type Input, type Output } from '../../src/econn/index.ts';
import { seed } from '../seed.ts';
import { a1, a2, b1, b2, offer } from './cast.ts';
import { inBrief } from './in-brief.ts';
import { cancel, from, setup, setupAnswer } from './letters.ts';
import { inState, theirs } from './states.ts';
import { answer, end, opened, start, Subject } from './subject.ts';
import { TwoEconns } from './two-econns.ts';

const ORDERS = 200;

describe('who keeps the offer', () => {
  const id = fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }), fc.constantFrom('a', 'A', 'aa', 'é', 'e\u0301', '\uffee', '\u{1F600}', '\ud7ff', '11111111-1111'));
  const device = fc.record({ user: id, device: id });

  it('D01 is decided for any two devices, and for both alike', () => {
    fc.assert(fc.property(device, device, (x, y) => {
      const same = x.user === y.user && x.device === y.device;
      expect(wins(x, y) || wins(y, x)).toBe(!same);
      expect(wins(x, y) && wins(y, x)).toBe(false);
    }), { numRuns: 3000 });
  });

  it('D01 is decided alike along a row of three', () => {
    fc.assert(fc.property(device, device, device, (x, y, z) => {
      fc.pre(wins(x, y) && wins(y, z));
      expect(wins(x, z)).toBe(true);
    }), { numRuns: 1000 });
  });

  it('D01 is the order of the bytes of the ids as UTF-8, users first', () => {
    fc.assert(fc.property(device, device, (x, y) => {
      const byBytes = Buffer.compare(Buffer.from(x.user), Buffer.from(y.user)) || Buffer.compare(Buffer.from(x.device), Buffer.from(y.device));
      expect(wins(x, y)).toBe(byBytes > 0);
    }), { numRuns: 3000 });
  });

  it('D01 differs from the order of strings above U+FFFF, where AVS has it too', () => {
    expect(wins({ user: '\u{1F600}', device: 'x' }, { user: '\uffee', device: 'x' })).toBe(true);
    expect(['\uffee', '\u{1F600}'].sort()).toEqual(['\u{1F600}', '\uffee']);
  });
});

describe('two who call each other at once', () => {
  it('D02 are in one call, the winner’s, and nobody rings, in whatever order it is heard', () => {
    inAnyOrder(({ call, dice }) => {
      call.feed(a1, start);
      call.feed(b1, start);
      call.settle(dice);

      expect([call.at(a1).state, call.at(b1).state]).toEqual(['answered', 'answered']);
      expect(call.at(a1).econn.memory.call).toMatchObject({ id: offer(b1, 1), direction: 'outgoing' });
      expect(call.at(b1).econn.memory.call).toMatchObject({ id: offer(b1, 1), direction: 'outgoing' });
      for (const device of [a1, b1]) expect(call.at(device).told.map(({ type }) => type)).not.toContain('incoming');
      const requests = call.posted.filter(({ message }) => message.type === 'SETUP' && !message.resp);
      expect(requests.length).toBeLessThanOrEqual(3);
      expect(call.posted.map(({ message }) => message.type)).not.toContain('CANCEL');
    });
  });

  it('D04 are not torn apart by the loser’s SETUP when it comes after its answer', () => {
    const call = new TwoEconns([a1, b1], answering);
    call.feed(a1, start);
    call.feed(b1, start);
    call.deliver(({ to }) => to === a1);
    call.deliver(({ to, message }) => to.device === 'b1' && message.resp);
    expect(call.at(b1).state).toBe('answered');

    const late = call.underWay.find(({ message }) => message.type === 'SETUP' && !message.resp)!;
    expect(late.from).toEqual(a1);
    const before = call.at(b1).econn;
    call.settle();

    expect(call.at(b1).econn).toBe(before);
    expect(call.at(a1).state).toBe('answered');
  });

  it('D05 are both idle at rest when the winner has ended before it hears the loser', () => {
    inAnyOrder(({ call, dice }) => {
      call.feed(a1, start);
      call.feed(b1, start);
      call.feed(b1, end);
      call.settle(dice);

      // A CANCEL that overtakes its SETUP leaves the loser's call alone, which then rings as any call.
      const states = [call.at(a1).state, call.at(b1).state].join(' ');
      expect(['idle idle', 'pendingOutgoing pendingIncoming']).toContain(states);
    });
  });

  it('D06 leave the winner calling when the loser gives up, who then rings as by any call', () => {
    const call = new TwoEconns([a1, b1]);
    call.feed(a1, start, end);
    call.feed(b1, start);
    call.deliver(({ to }) => to === b1);
    call.deliver(({ to }) => to === b1);
    expect(call.at(b1).state).toBe('pendingOutgoing');

    call.settle();

    expect(call.at(a1).state).toBe('pendingIncoming');
    call.feed(a1, answer);
    call.settle();
    expect([call.at(a1).state, call.at(b1).state]).toEqual(['answered', 'answered']);
    expect(call.at(a1).told.filter(({ type }) => type === 'incoming')).toHaveLength(1);
  });

  it('D07 are apart when the winner cancels while the loser makes its answer', () => {
    const alice = inState.conflict();

    expect(inBrief(alice.feed(from(b1, cancel(theirs))))).toBe('CANCEL>bob closed:cancelled-by-peer');
    expect(alice.state).toBe('idle');
    expect(alice.timers.size).toBe(0);
  });

  it('D08 are apart when the loser ends instead of answering', () => {
    const call = new TwoEconns([a1, b1]);
    call.feed(a1, start);
    call.feed(b1, start);
    call.deliver(({ to }) => to === a1);
    expect(call.at(a1).state).toBe('conflict');

    call.feed(a1, end);
    call.settle();

    expect([call.at(a1).state, call.at(b1).state]).toEqual(['idle', 'idle']);
    expect(call.at(b1).told.at(-1)).toMatchObject({ type: 'closed', reason: { type: 'cancelled-by-peer' } });
  });

  it('D10 leave nobody ringing among their other devices', () => {
    inAnyOrder(({ call, dice }) => {
      call.feed(a1, start);
      call.feed(b1, start);
      call.settle(dice);

      expect([call.at(a1).state, call.at(b1).state]).toEqual(['answered', 'answered']);
      expect([call.at(a2).state, call.at(b2).state]).toEqual(['idle', 'idle']);
    }, [a1, a2, b1, b2]);
  });

  it('D13 stay in their call when an old SETUP of the peer comes late', () => {
    for (const state of ['answered', 'established', 'updateSent', 'updateReceived'] as const) {
      const alice = inState[state]();
      const { econn } = alice;
      expect(alice.feed(from(b1, setup(offer(b1, 2))))).toEqual([]);
      expect(alice.econn).toBe(econn);
    }
  });

  it('D09 take an answer that withdraws the answerer’s own SETUP, which then never rings', () => {
    const bob = Subject.bob();
    bob.feed(start, from(a1, setupAnswer(offer(b1, 1), { incarnation: offer(a1, 1).incarnation, counter: 1 })), opened);
    const { econn } = bob;

    expect(bob.feed(from(a1, setup(offer(a1, 1))))).toEqual([]);
    expect(bob.econn).toBe(econn);
  });
});

function inAnyOrder(check: (world: { readonly call: TwoEconns; readonly dice: SeededEntropy }) => void, devices: readonly Device[] = [a1, b1]): void {
  for (let order = 0; order < ORDERS; order++) check({ call: new TwoEconns(devices, answering), dice: new SeededEntropy(seed + order) });
}

/** Whoever loses a glare answers without being asked. */
function answering(output: Output): readonly Input[] {
  return output.type === 'notify' && output.event.type === 'glare-lost' ? [answer] : [];
}
