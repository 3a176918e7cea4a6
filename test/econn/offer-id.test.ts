import { describe, expect, it } from 'vitest';
import { covers, drawIncarnation, isBeyond, openEconn, reincarnate, sameOffer } from '../../src/econn/index.ts';
import { laterIncarnation } from '../../src/econn/offer-id.ts';
import { isFresh, MAX_ENDED_SESSIONS, MAX_MARKS, openLedger, ourEndedSession, isEndedSession, raiseMark, rememberEnded } from '../../src/econn/ledger.ts';
import { a1, a2, b1, b2, LATER_LIFE, LIFE, offer } from './cast.ts';

describe('the life of a device’s counter', () => {
  const at = (time: number, ...bytes: readonly number[]): string => drawIncarnation(time, Uint8Array.from(bytes));

  it('L07 is nine digits of time and five random bytes, as text', () => {
    expect(at(1_700_000_000_000, 0, 35, 36, 255, 9)).toBe(`${(1_700_000_000_000).toString(36).padStart(9, '0')}-000z107309`);
    expect(at(0, 1, 2, 3, 4, 5)).toBe('000000000-0102030405');
  });

  it('L07 takes no more than five of the random bytes', () => {
    expect(at(5, 1, 2, 3, 4, 5, 6, 7)).toBe(at(5, 1, 2, 3, 4, 5));
  });

  it('L07 is greater the later it was drawn, by whole milliseconds', () => {
    const times = [-7, 0, 1, 35, 36, 1_699_999_999_999, 1_700_000_000_000.9, 36 ** 9 - 1];
    const drawn = times.map((time) => at(time, 0, 0, 0, 0, 0));

    expect([...drawn].sort()).toEqual(drawn);
    expect(drawn.map((text) => text.length)).toEqual(drawn.map(() => 20));
    expect(drawn[0]).toBe(drawn[1]);
    expect(drawn[6]).toBe(at(1_700_000_000_000, 0, 0, 0, 0, 0));
  });

  it('L07 comes after the one that is known, though the clock was set back or stood still', () => {
    const known = at(1000, 1, 1, 1, 1, 1);

    expect(laterIncarnation(at(2000, 0, 0, 0, 0, 0), known)).toBe(at(2000, 0, 0, 0, 0, 0));
    expect(laterIncarnation(at(500, 9, 9, 9, 9, 9), known)).toBe(at(1001, 9, 9, 9, 9, 9));
    expect(laterIncarnation(known, known)).toBe(at(1001, 1, 1, 1, 1, 1));
    expect(laterIncarnation('000000000-x', 'zz-not a time')).toBe('000000100-x');
  });

  it('L07 begins anew where what is known is no time at all', () => {
    expect(laterIncarnation('!', '~~~')).toBe('000000000');
  });

  it('L07 is another one, from nought, for an ECONN that comes back from something old', () => {
    const econn = openEconn({ self: a1, peerUser: 'bob', incarnation: LATER_LIFE });

    expect(reincarnate(econn, LIFE).memory.ledger.own).toEqual({ incarnation: '000000003-00', counter: 0 });
    expect(reincarnate({ ...econn, memory: { ...econn.memory, ledger: { ...econn.memory.ledger, own: { incarnation: LIFE, counter: 7 } } } }, LATER_LIFE).memory.ledger.own).toEqual({ incarnation: LATER_LIFE, counter: 0 });
  });
});

describe('the offers of one device', () => {
  it('are ordered by life first, then by number', () => {
    expect(isBeyond(offer(a1, 2), offer(a1, 1))).toBe(true);
    expect(isBeyond(offer(a1, 1), offer(a1, 1))).toBe(false);
    expect(isBeyond(offer(a1, 1, LATER_LIFE), offer(a1, 9))).toBe(true);
    expect(isBeyond(offer(a1, 9), offer(a1, 1, LATER_LIFE))).toBe(false);
    expect(covers(offer(a1, 1), offer(a1, 1))).toBe(true);
    expect(covers(offer(a1, 1), offer(a1, 2))).toBe(false);
  });

  it('are the same only in all of their parts, ids in any case', () => {
    const one = offer(a1, 1);
    expect(sameOffer(one, { ...one, user: 'ALICE', device: 'A1' })).toBe(true);
    for (const other of [offer(a1, 2), offer(a2, 1), offer(a1, 1, LATER_LIFE), { ...one, user: 'bob' }]) expect(sameOffer(one, other)).toBe(false);
  });
});

describe('what is remembered of offers', () => {
  const empty = openLedger(a1, LIFE);

  it('is one mark for each device, which never falls, and the ledger itself when it is no news', () => {
    const raised = raiseMark(raiseMark(empty, b1, offer(b1, 5)), b2, offer(b2, 1));

    expect(raiseMark(raised, b1, offer(b1, 5))).toBe(raised);
    expect(raiseMark(raised, b1, offer(b1, 4))).toBe(raised);
    expect(raiseMark(raised, b1, offer(b1, 6)).marks).toEqual([{ device: b2, incarnation: LIFE, counter: 1 }, { device: b1, incarnation: LIFE, counter: 6 }]);
    expect(isFresh(raised, offer(b1, 5))).toBe(false);
    expect(isFresh(raised, offer(b1, 6))).toBe(true);
    expect(isFresh(raised, offer(b2, 5))).toBe(true);
  });

  it('is forgotten of the device that spoke longest ago when there are too many', () => {
    let ledger = empty;
    for (let number = 0; number <= MAX_MARKS; number++) ledger = raiseMark(ledger, { user: 'bob', device: `d${String(number)}` }, offer(b1, 1));

    expect(ledger.marks).toHaveLength(MAX_MARKS);
    expect(isFresh(ledger, offer({ user: 'bob', device: 'd0' }, 1))).toBe(true);
    expect(isFresh(ledger, offer({ user: 'bob', device: 'd1' }, 1))).toBe(false);
  });

  it('is sixteen ended sessions, the oldest forgotten first', () => {
    let ledger = empty;
    for (let number = 0; number <= MAX_ENDED_SESSIONS; number++) ledger = rememberEnded(ledger, { device: b1, theirs: `s${String(number)}` });

    expect(ledger.endedSessions).toHaveLength(MAX_ENDED_SESSIONS);
    expect(isEndedSession(ledger, b1, 's0')).toBe(false);
    expect(isEndedSession(ledger, b1, 's1')).toBe(true);
    expect(isEndedSession(ledger, b2, 's1')).toBe(false);
  });

  it('is which of our own attempts a device may still answer: the latest with it, or with nobody yet', () => {
    const ledger = [{ device: b1, ours: 'with b1' }, { ours: 'with nobody' }, { device: b2, ours: 'with b2' }, { device: b2, theirs: 'no part of ours' }].reduce(rememberEnded, empty);

    expect(ourEndedSession(ledger, b2)).toBe('with b2');
    expect(ourEndedSession(ledger, b1)).toBe('with nobody');
    expect(ourEndedSession(ledger, a2)).toBe('with nobody');
    expect(ourEndedSession(rememberEnded(empty, { device: b1, ours: 'with b1' }), b2)).toBeUndefined();
  });

  it('is of a session that nobody of theirs took, whoever of them names it', () => {
    const ledger = rememberEnded(empty, { theirs: 'abcd' });

    expect(isEndedSession(ledger, b1, 'ABCD')).toBe(true);
    expect(isEndedSession(ledger, b1, 'abce')).toBe(false);
    expect(isEndedSession(rememberEnded(empty, { device: b1, ours: 'abcd' }), b1, 'abcd')).toBe(false);
  });
});
