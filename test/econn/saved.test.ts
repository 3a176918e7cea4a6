import { describe, expect, it } from 'vitest';
import { SeededEntropy } from '../../src/base/seeded-entropy.ts';
import { handle, restore, save, stateOf, type StateName } from '../../src/econn/index.ts';
import { seed } from '../seed.ts';
import { inBrief } from './in-brief.ts';
import { mutated } from './mutation.ts';
import { RandomScript } from './random-script.ts';
import { inState, stateNames } from './states.ts';
import { Subject } from './subject.ts';

describe('an ECONN that was stored', () => {
  it('A01 comes back equal from JSON, in every state', () => {
    for (const state of stateNames) {
      const { econn } = inState[state]();
      expect(restore(JSON.parse(JSON.stringify(save(econn))))).toEqual(econn);
    }
  });

  it('P14 goes on as if nothing had been, from every step of a script', () => {
    for (let number = 0; number < 300; number++) {
      const script = new RandomScript(seed + number);
      const lived = script.opening();
      const inputs = Array.from({ length: script.length() }, () => {
        const input = script.input(lived.econn, [...lived.timers.keys()]);
        const stored = JSON.stringify(save(lived.econn));
        const outputs = input.type === 'timer-fired' ? lived.expire(input.timer) : lived.feed(input);
        return { stored, input, outputs };
      });
      for (const [at, { stored }] of inputs.entries()) {
        let econn = restore(JSON.parse(stored))!;
        const again = inputs.slice(at).map(({ input }) => {
          const [next, outputs] = handle(econn, input);
          econn = next;
          return outputs;
        });
        expect(again).toEqual(inputs.slice(at).map(({ outputs }) => outputs));
        expect(econn).toEqual(lived.econn);
      }
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

  it('is an ECONN or none, and never throws, when what was stored is damaged', () => {
    const dice = new SeededEntropy(seed);
    for (let number = 0; number < 3000; number++) {
      const text = mutated(JSON.stringify(save(inState[stateNames[number % stateNames.length]!]().econn)), dice);
      let stored: unknown;
      try {
        stored = JSON.parse(text);
      } catch {
        continue;
      }
      const econn = restore(stored);
      if (econn !== undefined) expect(stateNames).toContain(stateOf(econn));
    }
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
