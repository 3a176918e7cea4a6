import { describe, expect, it } from 'vitest';
import { causeOf, expiryReason } from '../../src/econn/close-reason.ts';
import { DEFAULT_TIMEOUTS, type CancelCause, type CloseReason, type TimerName } from '../../src/econn/index.ts';
import { b1 } from './cast.ts';
import { inBrief } from './in-brief.ts';
import { cancel, from } from './letters.ts';
import { inState, theirs } from './states.ts';
import { end, Subject } from './subject.ts';

describe('why a call is over', () => {
  it('is told to the peer in its five words', () => {
    const told: { readonly [R in CloseReason['type']]: CancelCause } = {
      'ended-locally': 'ended', 'rejected-locally': 'ended', 'answered-elsewhere': 'elsewhere', 'rejected-elsewhere': 'ended', 'ended-by-peer': 'ended', 'cancelled-by-peer': 'ended',
      'rejected-by-peer': 'ended', busy: 'ended', 'replaced-by-peer': 'ended', 'failed-at-peer': 'ended', 'timed-out': 'timeout', lost: 'timeout', restarted: 'restarted',
      'backend-failed': 'error', unreachable: 'error', 'media-failed': 'error', 'protocol-violated': 'error',
    };

    expect(Object.fromEntries(Object.keys(told).map((type) => [type, causeOf({ type } as CloseReason)]))).toEqual(told);
  });

  it('is by whose deadline, when one ended it', () => {
    const waited: { readonly [T in TimerName]: CloseReason } = {
      setup: { type: 'timed-out', waitingFor: 'answer' }, channel: { type: 'timed-out', waitingFor: 'channel' }, hangup: { type: 'timed-out', waitingFor: 'hangup-ack' }, hangupAck: { type: 'timed-out', waitingFor: 'hangup-ack' }, decline: { type: 'timed-out', waitingFor: 'hangup-ack' },
      reconnect: { type: 'lost' }, update: { type: 'lost' }, ping: { type: 'lost' }, props: { type: 'lost' }, disconnect: { type: 'lost' },
    };

    expect(Object.fromEntries(Object.keys(waited).map((timer) => [timer, expiryReason(timer as TimerName)]))).toEqual(waited);
  });

  it('B08 is what the CANCEL of a call that rings says, and only one taken elsewhere was not missed', () => {
    const ends = ([undefined, 'ended', 'timeout', 'restarted', 'error', 'elsewhere'] as const).map((cause) => {
      const { cause: _cause, ...bare } = cancel(theirs) as ReturnType<typeof cancel> & { type: 'CANCEL' };
      return [String(cause), inBrief(inState.pendingIncoming().feed(from(b1, cause === undefined ? bare : { ...bare, cause })))];
    });

    expect(Object.fromEntries(ends)).toEqual({
      undefined: 'closed:cancelled-by-peer:missed', ended: 'closed:cancelled-by-peer:missed', timeout: 'closed:cancelled-by-peer:missed', restarted: 'closed:cancelled-by-peer:missed',
      error: 'closed:failed-at-peer:missed', elsewhere: 'closed:answered-elsewhere',
    });
  });

  it('is decided when the ending begins, and told so when it is done', () => {
    const alice = inState.established();
    alice.feed({ type: 'end', because: { type: 'media-failed', failure: 'peer-not-authentic' } });

    expect(Subject.sent(alice.expire('hangupAck'))).toMatchObject([{ type: 'CANCEL', cause: 'error' }]);
    expect(Subject.told(alice.expire('hangup'))).toMatchObject([{ type: 'closed', reason: { type: 'media-failed', failure: 'peer-not-authentic' } }]);
  });
});

describe('the deadlines', () => {
  it('are those of the protocol', () => {
    expect(DEFAULT_TIMEOUTS).toEqual({ setup: 60_000, shortestRing: 1000, channel: 15_000, update: [2000, 4000, 8000], reconnect: 30_000, hangupAck: 1000, hangup: 5000, decline: [1000, 2000], ping: 1500, pings: 3, props: 400, disconnect: 2000 });
    expect(Object.isFrozen(DEFAULT_TIMEOUTS)).toBe(true);
  });

  it('C01 of an attempt that was withdrawn are gone', () => {
    const alice = inState.pendingOutgoing();
    alice.feed(end);
    expect(alice.timers.size).toBe(0);
  });
});
