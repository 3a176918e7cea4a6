import { describe, expect, it } from 'vitest';
import { restore, save, type StateName } from '../../src/econn/index.ts';
import { inBrief } from './in-brief.ts';
import { inState, stateNames } from './states.ts';
import { Subject } from './subject.ts';

describe('an ECONN that was stored', () => {
  it('A01 comes back equal from JSON, in every state', () => {
    for (const state of stateNames) {
      const { econn } = inState[state]();
      expect(restore(JSON.parse(JSON.stringify(save(econn))))).toEqual(econn);
    }
  });

  it('is none when what was stored is something else', () => {
    const saved = JSON.parse(JSON.stringify(save(inState.established().econn))) as Record<string, unknown>;
    const others = [undefined, null, 0, '', 'idle', [], {}, { version: 1 }, { ...saved, version: 2 }, { ...saved, state: 'nowhere' }, { ...saved, state: 'toString' }, { ...saved, state: 'idle' }, { ...saved, state: 7 }, { ...saved, memory: null }, { ...saved, memory: {} }, { ...saved, memory: { ...(saved['memory'] as object), ledger: null } }, { ...saved, memory: { ...(saved['memory'] as object), self: undefined } }, { ...saved, memory: { ...(saved['memory'] as object), call: 'call' } }, { ...saved, memory: { ...(saved['memory'] as object), timeouts: 1 } }];

    for (const other of others) expect(restore(other), JSON.stringify(other)?.slice(0, 80)).toBeUndefined();
  });

  it('is none when a part of it was damaged that only a later message would need', () => {
    const stored = (): Record<string, Record<string, unknown>> => (JSON.parse(JSON.stringify(save(inState.established().econn))) as { memory: Record<string, Record<string, unknown>> }).memory;
    const { ledger, call, timeouts } = stored();
    const damaged = [
      { ...stored(), ledger: { ...ledger, marks: undefined } }, { ...stored(), ledger: { ...ledger, marks: [{ incarnation: 'x', counter: 1 }] } }, { ...stored(), ledger: { ...ledger, own: null } },
      { ...stored(), call: { ...call, id: undefined } }, { ...stored(), call: { ...call, theirs: 'muted' } }, { ...stored(), call: { ...call, busy: {} } }, { ...stored(), call: { ...call, peer: { user: 'bob' } } },
      { ...stored(), timeouts: { ...timeouts, update: 5 } }, { ...stored(), timeouts: { ...timeouts, setup: null } },
    ];

    for (const memory of damaged) expect(restore({ version: 1, state: 'established', memory }), JSON.stringify(memory).slice(0, 200)).toBeUndefined();
  });
});

/** What each state says when the process comes back and cannot go on; written by hand from the wire rules. */
const restarted: { readonly [S in StateName]: string } = {
  idle: '',
  pendingOutgoing: 'CANCEL>bob closed:restarted',
  pendingIncoming: 'REJECT>alice REJECT>b1 closed:restarted',
  conflict: 'CANCEL>bob CANCEL>b1 closed:restarted',
  answered: 'CANCEL>b1 closed:restarted',
  established: 'CANCEL>b1 closed:restarted',
  updateSent: 'CANCEL>b1 closed:restarted',
  updateReceived: 'CANCEL>b1 closed:restarted',
  hangupSent: 'CANCEL>b1 closed:ended-locally',
  terminating: 'CANCEL>b1 closed:ended-by-peer',
  declining: 'CANCEL>b1 closed:rejected-locally',
};

describe('a process that comes back and cannot go on with its call', () => {
  for (const state of stateNames) {
    it(`L04 says so to the peer and is idle: ${state}`, () => {
      const subject = new Subject(restore(JSON.parse(JSON.stringify(save(inState[state]().econn))))!);

      const outputs = subject.feed({ type: 'restarted' });

      expect(inBrief(outputs)).toBe(restarted[state]);
      expect(subject.state).toBe('idle');
      expect(subject.econn.memory.call).toBeUndefined();
      expect(subject.timers.size).toBe(0);
      for (const message of Subject.sent(outputs)) if (message.type === 'CANCEL') expect(message.cause).toBe('restarted');
    });
  }
});
