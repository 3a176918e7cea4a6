import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/base/device.ts';
import type { Input } from '../../src/econn/index.ts';
import { b1, b2 } from './cast.ts';
import { inBrief } from './in-brief.ts';
import { busy, from, reject } from './letters.ts';
import { ours } from './states.ts';
import { start, Subject } from './subject.ts';

// Rule 5: BUSY takes away one device of those that ring; the attempt ends with the last.

describe('an attempt at two devices', () => {
  it('F02 goes on at the other, whichever was busy, and however often it says so', () => {
    for (const device of [b1, b2]) {
      const alice = calling(settled(b1, b2), from(device, busy(ours)));
      const { econn } = alice;

      expect(alice.feed(from(device, busy(ours)))).toEqual([]);
      expect(alice.econn).toBe(econn);
      expect(alice.state).toBe('pendingOutgoing');
    }
  });

  it('F02 ends with the other, also when the backend told of both only after the first was busy', () => {
    for (const inputs of [[settled(b1, b2), from(b2, busy(ours))], [from(b2, busy(ours)), settled(b1, b2)]]) {
      const alice = calling(...inputs);
      expect(alice.state).toBe('pendingOutgoing');

      expect(inBrief(alice.feed(from(b1, busy(ours))))).toBe('closed:busy');
    }
  });

  it('F02 goes on while it is not known who is reached, though one is busy', () => {
    const alice = calling(from(b1, busy(ours)));

    expect(alice.state).toBe('pendingOutgoing');
    expect(alice.feed(from(b1, busy(ours)))).toEqual([]);
  });

  it('F02 ends when all that were reached had been busy before', () => {
    const alice = calling(from(b1, busy(ours)), from(b2, busy(ours)));

    expect(inBrief(alice.feed(settled(b2, b1)))).toBe('closed:busy');
  });

  it('F02 ends with the only device there is', () => {
    expect(inBrief(calling(settled(b1)).feed(from(b1, busy(ours))))).toBe('closed:busy');
  });

  it('F03 is not touched by BUSY or REJECT of another call', () => {
    const alice = calling(settled(b1));
    const { econn } = alice;

    for (const other of [busy, reject]) expect(alice.feed(from(b1, other({ ...ours, counter: 7 })))).toEqual([]);
    expect(alice.econn).toBe(econn);
  });
});

function calling(...inputs: readonly Input[]): Subject {
  const alice = Subject.alice();
  alice.feed(start, { type: 'end' }, start, ...inputs);
  return alice;
}

function settled(...devices: readonly Device[]): Input {
  return { type: 'settled', message: 'SETUP', resp: false, call: ours, outcome: 'taken', devices };
}
