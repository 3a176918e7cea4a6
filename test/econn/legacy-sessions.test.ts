import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/base/device.ts';
import { isEndedSession } from '../../src/econn/ledger.ts';
import type { Input, Message, StateName } from '../../src/econn/index.ts';
import { a1, a2, b1, b2 } from './cast.ts';
import { inBrief } from './in-brief.ts';
import { from, SILENT } from './letters.ts';
import { inState, stateNames } from './states.ts';
import { answer, end, newOffer, opened, renew, start, Subject } from './subject.ts';

// A peer that writes no offer ids (AVS) names its calls by sessions: which of them are over must be remembered.

/** Alice in a call that Bob's AVS made under this session, in each state that has a peer. */
const withAvs: Readonly<Partial<Record<StateName, () => Subject>>> = {
  pendingIncoming: () => fed(Subject.alice(), said('SETUP', 'live')),
  conflict: () => fed(Subject.alice(), start, said('SETUP', 'live')),
  answered: () => fed(Subject.alice(), said('SETUP', 'live'), answer),
  established: () => fed(Subject.alice(), said('SETUP', 'live'), answer, opened),
  updateSent: () => fed(Subject.alice(), said('SETUP', 'live'), answer, opened, renew, newOffer),
  updateReceived: () => fed(Subject.alice(), said('SETUP', 'live'), answer, opened, said('UPDATE', 'live')),
  hangupSent: () => fed(Subject.alice(), said('SETUP', 'live'), answer, opened, end),
  terminating: () => fed(Subject.alice(), said('SETUP', 'live'), answer, end),
  declining: () => fed(Subject.alice(), said('SETUP', 'live'), { type: 'reject', tellCaller: 'always' }),
};

const each = Object.entries(withAvs) as readonly (readonly [StateName, () => Subject])[];

describe('a call with a peer without offer ids', () => {
  it('has the session that is live, in every state: it is not among those that are over', () => {
    for (const [state, inThat] of each) {
      const alice = inThat();
      expect(alice.state).toBe(state);
      expect(isEndedSession(alice.econn.memory.ledger, b1, 'live'), state).toBe(false);
    }
  });

  it('A06 is moved by its own SETUP in no state', () => {
    for (const [state, inThat] of each) {
      const alice = inThat();
      const { econn } = alice;
      const outputs = alice.feed(said('SETUP', 'live'));
      // An answer that was given is given again.
      expect(inBrief(outputs).replace('SETUP(r)>b1', ''), state).toBe('');
      expect(alice.econn).toBe(econn);
    }
  });

  it('is ended by the CANCEL of its session in every state, once, and does not ring again', () => {
    for (const [state, inThat] of each) {
      const alice = inThat();
      expect(inBrief(alice.feed(said('CANCEL', 'LIVE'))), state).toMatch(/^(CANCEL>bob )?closed:/);
      expect(alice.state).toBe('idle');

      const { econn } = alice;
      for (const again of [said('CANCEL', 'live'), said('SETUP', 'live'), said('SETUP', 'live', { age: 60_001 })]) expect(alice.feed(again), state).toEqual([]);
      expect(alice.econn).toBe(econn);
      expect(alice.econn.memory.ledger.endedSessions.filter(({ theirs }) => theirs?.toLowerCase() === 'live')).toHaveLength(1);
    }
  });

  it('rings anew under another session of the same device, in every state, and the first one is over', () => {
    for (const [state, inThat] of each) {
      const alice = inThat();
      const told = Subject.told(alice.feed(said('SETUP', 'next'))).map(({ type }) => type);

      expect(told.at(-1), state).toBe(state === 'conflict' ? 'glare-lost' : 'incoming');
      expect(isEndedSession(alice.econn.memory.ledger, b1, 'next'), state).toBe(false);
      expect(alice.econn.memory.call).toMatchObject({ theirSession: 'next', peer: b1 });
    }
  });

  it('is not touched by another device of that user, whose call is over when it was turned away', () => {
    for (const [state, inThat] of each) {
      if (['hangupSent', 'terminating', 'declining'].includes(state)) continue;
      const alice = inThat();
      const { call } = alice.econn.memory;

      expect(inBrief(alice.feed(said('SETUP', 'other', { by: b2 }))), state).toBe('turned-away');
      expect(alice.feed(said('SETUP', 'other', { by: b2 })), state).toEqual([]);
      expect(alice.econn.memory.call).toBe(call);
    }
  });

  it('C06 was missed, once, when it was too old, whatever else goes on', () => {
    for (const [state, inThat] of each) {
      const alice = inThat();

      expect(inBrief(alice.feed(said('SETUP', 'other', { by: b2, age: 60_001 }))), state).toBe('missed');
      expect(alice.feed(said('SETUP', 'other', { by: b2 })), state).toEqual([]);
      expect(alice.econn.memory.call?.peer).toEqual(b1);
    }
  });

  it('hears CANCEL when it is renewed while we end it', () => {
    for (const state of ['hangupSent', 'terminating', 'declining'] as const) {
      const alice = withAvs[state]!();
      const outputs = alice.feed(said('UPDATE', 'live'));

      expect(inBrief(outputs), state).toBe('CANCEL>b1');
      expect(Subject.sent(outputs)).toMatchObject([{ sessid: alice.sent.find(({ type, resp }) => type === 'SETUP' && resp)!.sessid }]);
      expect(alice.state).toBe(state);
    }
  });
});

describe('a message of a session that is unknown here', () => {
  it('I10 gets no CANCEL, which could not name its call: an UPDATE, in every state', () => {
    for (const state of stateNames) {
      for (const device of [b1, b2]) expect(inState[state]().feed(said('UPDATE', 'none', { by: device })), `${state} ${device.device}`).toEqual([]);
    }
  });

  it('G09 gets none when it is an answer for another device of ours, in every state', () => {
    for (const state of stateNames) {
      for (const type of ['SETUP', 'UPDATE'] as const) expect(inState[state]().feed(said(type, 'none', { by: b2, resp: true, to: a2 })), `${state} ${type}`).toEqual([]);
    }
  });

  it('G09 gets the CANCEL of our latest attempt when it is an answer for this device, or says not for whom', () => {
    for (const state of stateNames.filter((name) => name !== 'pendingOutgoing')) {
      for (const type of ['SETUP', 'UPDATE'] as const) {
        // That one may be an answer to the UPDATE that is out: it is ignored, as any that comes too late.
        if (type === 'UPDATE' && state === 'updateSent') continue;
        for (const to of [a1, undefined]) {
          const outputs = inState[state]().feed(said(type, 'none', { by: b2, resp: true, ...(to === undefined ? {} : { to }) }));
          expect(inBrief(outputs), `${state} ${type}`).toBe('CANCEL>b2');
        }
      }
    }
  });
});

describe('an answer of a peer that is in a call with us', () => {
  it('G07 is about that call, and never gets a CANCEL, in any state', () => {
    for (const state of stateNames) {
      const alice = inState[state]();
      if (alice.econn.memory.call?.peer === undefined || state === 'updateSent') continue;
      const { econn } = alice;
      for (const type of ['SETUP', 'UPDATE'] as const) expect(alice.feed(said(type, 'none', { resp: true, to: a1 })), `${state} ${type}`).toEqual([]);
      expect(alice.econn).toBe(econn);
    }
  });
});

describe('an UPDATE of a session that is over', () => {
  it('I10 gets a CANCEL in the session that its sender knows of us', () => {
    const alice = withAvs.established!();
    const { sessid } = alice.sent.find(({ type }) => type === 'SETUP')!;
    alice.feed({ type: 'destroy' });

    const outputs = alice.feed(said('UPDATE', 'live'));

    expect(Subject.sent(outputs)).toEqual([{ type: 'CANCEL', resp: false, sessid, src: a1, dest: b1, cause: 'ended' }]);
  });

  it('I10 gets none when it was the call of another device', () => {
    const alice = withAvs.established!();
    alice.feed({ type: 'destroy' });

    expect(alice.feed(said('UPDATE', 'live', { by: b2 }))).toEqual([]);
  });
});

function said(type: 'SETUP' | 'UPDATE' | 'CANCEL', sessid: string, { by = b1, resp = false, to, age = 0 }: { readonly by?: Device; readonly resp?: boolean; readonly to?: Device; readonly age?: number } = {}): Input {
  const description = type === 'CANCEL' ? {} : { sdp: `theirs, ${sessid}`, props: SILENT };
  return from(by, { type, resp, sessid, ...description, ...(to === undefined ? {} : { dest: to }) } as Message, age);
}

function fed(subject: Subject, ...inputs: readonly Input[]): Subject {
  subject.feed(...inputs);
  return subject;
}
