import { describe, expect, it } from 'vitest';
import { a1, b1, offer } from './cast.ts';
import { circumstances } from './circumstances.ts';
import { inBrief } from './in-brief.ts';
import { cancel, from, hangup, update, updateAnswer } from './letters.ts';
import { inState, liveCall, ours, theirs } from './states.ts';
import { answer, end, newOffer, opened, renew, Subject } from './subject.ts';
import { connected } from './two-econns.ts';

describe('a network that changes', () => {
  it('I01 takes one UPDATE and one answer, and both are on the new flow', () => {
    const call = connected();
    const before = call.posted.length;

    call.feed(a1, renew, newOffer);
    call.settle();
    call.feed(b1, answer);
    call.settle();
    call.feed(a1, opened);
    call.feed(b1, opened);
    call.settle();

    expect(call.posted.slice(before).filter(({ via }) => via === 'backend').map(({ message }) => [message.type, message.resp])).toEqual([['UPDATE', false], ['UPDATE', true]]);
    for (const device of [a1, b1]) {
      expect(call.at(device).state).toBe('established');
      expect(call.at(device).told.map(({ type }) => type).filter((type) => type === 'connected' || type === 'renewed' || type === 'incoming')).toEqual(device === a1 ? ['connected', 'renewed'] : ['incoming', 'connected', 'renewed']);
    }
  });

  it('I05 makes the offer anew while it is being made: only the last one goes out', () => {
    const alice = inState.established();

    alice.feed(renew, renew, renew, newOffer, newOffer);

    expect(alice.sent.filter(({ type }) => type === 'UPDATE')).toHaveLength(1);
    expect(alice.state).toBe('updateSent');
  });

  it('D14 both notice at once: one UPDATE is used, the winner’s', () => {
    const call = connected();

    call.feed(a1, renew, newOffer);
    call.feed(b1, renew, newOffer);
    call.deliver(({ to }) => to === a1);
    call.deliver(({ to }) => to === b1);
    expect([call.at(a1).state, call.at(b1).state]).toEqual(['updateReceived', 'updateSent']);
    call.feed(a1, answer);
    call.settle();
    call.feed(a1, opened);
    call.feed(b1, opened);
    call.settle();

    expect([call.at(a1).state, call.at(b1).state]).toEqual(['established', 'established']);
    expect(call.at(b1).told.filter(({ type }) => type === 'update-answered')).toHaveLength(1);
    expect(call.at(a1).told.filter(({ type }) => type === 'update-answered')).toHaveLength(0);
  });
});

describe('an UPDATE glare in which the winner notices another network', () => {
  it('D14 keeps the winner’s right while it makes its offer anew: the loser’s offer is not taken as well', () => {
    const call = connected();
    call.feed(a1, renew, newOffer);
    call.feed(b1, renew, newOffer, renew);

    call.settle();
    expect([call.at(a1).state, call.at(b1).state]).toEqual(['updateReceived', 'updateSent']);
    call.feed(a1, answer);
    call.settle();
    call.feed(b1, newOffer);
    call.settle();
    call.feed(a1, answer);
    call.settle();

    expect(call.at(b1).told.filter(({ type }) => type === 'update-answered')).toHaveLength(1);
    call.feed(a1, opened);
    call.feed(b1, opened);
    expect([call.at(a1).state, call.at(b1).state]).toEqual(['established', 'established']);
  });

  it('D14 takes the peer’s UPDATE when none of ours is out: before the offer is made, and after it was answered', () => {
    for (const inputs of [[renew], [renew, newOffer, from(b1, updateAnswer(ours, offer(a1, 3)))]]) {
      const alice = inState.established();
      alice.feed(...inputs);

      alice.feed(from({ user: 'BOB', device: 'b1' }, update(ours, offer(b1, 6))));

      expect(alice.state).toBe('updateReceived');
    }
  });
});

describe('an UPDATE that is lost', () => {
  it('I03 goes out again after two, four and eight seconds, the same each time', () => {
    const alice = inState.updateSent();
    const [first] = alice.sent.slice(-1);
    const waits = [alice.timers.get('update')];

    for (let time = 0; time < 3; time++) {
      expect(Subject.sent(alice.expire('update'))).toEqual([first]);
      waits.push(alice.timers.get('update'));
    }

    expect(waits).toEqual([2000, 4000, 8000, 8000]);
    expect(alice.timers.get('reconnect')).toBe(30_000);
  });

  it('I03 ends the call as lost after thirty seconds when the old channel is dead', () => {
    const alice = inState.established();
    alice.feed({ type: 'channel-closed' }, newOffer);

    const outputs = alice.expire('reconnect');

    expect(inBrief(outputs)).toBe('CANCEL>b1 closed:lost');
    expect(alice.timers.size).toBe(0);
  });

  it('I06 leaves the call on the old channel after thirty seconds when that lives', () => {
    const alice = inState.updateSent();

    expect(inBrief(alice.expire('reconnect'))).toBe('renewal-failed');
    expect(alice.state).toBe('established');
    expect([...alice.timers.keys()]).toContain('ping');
    expect([...alice.timers.keys()]).not.toContain('reconnect');
  });

  it('I04 gets the very same answer when it comes again because the answer was lost', () => {
    const alice = inState.updateReceived();
    const [first] = Subject.sent(alice.feed(answer));

    expect(Subject.sent(alice.feed(from(b1, update(theirs, offer(b1, 6)))))).toEqual([first]);
    alice.feed(opened);
    expect(alice.state).toBe('established');
    expect(Subject.sent(alice.feed(from(b1, update(theirs, offer(b1, 6)))))).toEqual([first]);
    expect(alice.state).toBe('established');
  });

  it('I04 is answered once, though the flow is asked twice', () => {
    const alice = inState.updateReceived();
    alice.feed(answer);

    expect(alice.feed(answer)).toEqual([]);
  });
});

describe('a call that ends while its connection is being replaced', () => {
  for (const state of ['updateSent', 'updateReceived'] as const) {
    it(`I07 I08 is ended by us on the old channel and over the backend: ${state}`, () => {
      const alice = inState[state]();

      expect(inBrief(alice.feed(end))).toBe('HANGUP CANCEL>b1 ending');
      expect(alice.state).toBe('hangupSent');
    });

    it(`I09 is ended by the peer on the old channel: ${state}`, () => {
      const alice = inState[state]();

      alice.feed(from(b1, hangup(liveCall[state])), { type: 'drained' });

      expect(alice.told.at(-1)).toMatchObject({ type: 'closed', reason: { type: 'ended-by-peer' } });
    });

    it(`I09 is ended by the peer over the backend: ${state}`, () => {
      const alice = inState[state]();

      expect(inBrief(alice.feed(from(b1, cancel(liveCall[state]))))).toBe('closed:ended-by-peer');
    });
  }
});

describe('an UPDATE of a call that we do not know', () => {
  it('I10 gets a CANCEL for that call, and opens none', () => {
    for (const state of ['idle', 'pendingOutgoing', 'pendingIncoming', 'conflict'] as const) {
      const alice = inState[state]();
      const { econn } = alice;

      const outputs = alice.feed(from(b1, update(offer(a1, 1), offer(b1, 8))));

      expect(Subject.sent(outputs)).toMatchObject([{ type: 'CANCEL', call: offer(a1, 1) }]);
      expect(alice.econn).toBe(econn);
    }
  });

  it('I15 ends the call at the peer, which has not heard that we lost it', () => {
    const call = connected();
    call.feed(b1, { type: 'restarted' });
    call.lose();

    call.feed(a1, renew, newOffer);
    call.settle();

    expect(call.at(a1).state).toBe('idle');
    expect(call.at(a1).told.at(-1)).toMatchObject({ type: 'closed', reason: { type: 'ended-by-peer' } });
  });

  it('I10 is no UPDATE of ours that somebody answers late: the call goes on', () => {
    const alice = inState.established();
    const { econn } = alice;

    expect(alice.feed(from(b1, updateAnswer(ours, offer(a1, 3))))).toEqual([]);
    expect(alice.econn).toBe(econn);
  });
});

describe('flows that fail as soon as they are made', () => {
  it.each(Object.keys(circumstances))('I03 are made no faster than deadlines expire: %s', (name) => {
    const device = circumstances[name]!();
    const before = device.told.length;

    for (let time = 0; time < 10; time++) device.feed({ type: 'flow-failed', failure: 'no-path' });

    expect(device.told.slice(before).filter(({ type }) => type === 'offer-wanted' || type === 'answer-wanted').length).toBeLessThanOrEqual(1);
  });

  it('I03 are made two seconds apart, and the thirty seconds that the call may take to come back run on', () => {
    const alice = inState.established();
    alice.feed({ type: 'channel-closed' });

    for (let time = 0; time < 5; time++) {
      expect(inBrief(alice.feed({ type: 'flow-failed', failure: 'no-path' }))).toBe('renewing');
      expect(alice.timers).toEqual(new Map([['reconnect', 30_000], ['update', 2000]]));
      expect(inBrief(alice.expire('update'))).toBe('offer-wanted');
    }

    expect(inBrief(alice.expire('reconnect'))).toBe('CANCEL>b1 closed:lost');
  });

  it('I14 are not waited for when the network is back', () => {
    const alice = inState.established();
    alice.feed({ type: 'channel-closed' }, { type: 'flow-failed', failure: 'no-path' });

    expect(inBrief(alice.feed(renew))).toBe('renewing offer-wanted');
    expect([...alice.timers.keys()]).toEqual(['reconnect']);
  });
});

describe('a link that is lost', () => {
  it('I12 is waited for two seconds, and no more is done when it comes back', () => {
    const alice = inState.established();

    alice.feed({ type: 'link-lost' });
    expect(alice.timers.get('disconnect')).toBe(2000);
    alice.feed({ type: 'link-restored' });

    expect(alice.timers.has('disconnect')).toBe(false);
    expect(alice.sent.map(({ type }) => type)).not.toContain('UPDATE');
  });

  it('H09 is renewed when it does not come back', () => {
    const alice = inState.established();
    alice.feed({ type: 'link-lost' });

    expect(inBrief(alice.expire('disconnect'))).toBe('renewing offer-wanted');
    expect(alice.state).toBe('updateSent');
  });

  it('H09 is renewed at once when the channel closes by itself', () => {
    expect(inBrief(inState.established().feed({ type: 'channel-closed' }))).toBe('renewing offer-wanted');
  });

  it('I13 leaves no timer behind when it recovers', () => {
    const alice = inState.established();
    alice.feed({ type: 'link-lost' }, { type: 'link-restored' }, { type: 'link-lost' }, { type: 'channel-closed' }, newOffer, from(b1, updateAnswer(ours, offer(a1, 3))), opened);

    expect(alice.state).toBe('established');
    expect([...alice.timers.keys()].sort()).toEqual(['ping', 'props']);
  });
});

describe('a peer that falls silent', () => {
  it('H12 is probed, and the call is renewed within six seconds', () => {
    const alice = inState.established();
    let waited = 0;
    const said: string[] = [];
    while (alice.state === 'established') {
      waited += alice.timers.get('ping') ?? Infinity;
      said.push(inBrief(alice.expire('ping')));
    }

    expect(said).toEqual(['PING', 'PING', 'renewing offer-wanted']);
    expect(waited).toBeLessThanOrEqual(6000);
    expect(waited + alice.timers.get('reconnect')!).toBeLessThanOrEqual(36_000);
  });

  it('H12 is not silent when anything is heard of it', () => {
    const alice = inState.established();

    for (let time = 0; time < 10; time++) {
      alice.expire('ping');
      alice.feed({ type: 'heard' });
    }

    expect(alice.state).toBe('established');
  });
});
