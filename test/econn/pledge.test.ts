import { describe, expect, it } from 'vitest';
import type { Message, Pledge } from '../../src/econn/index.ts';
import { a1, b1, offer } from './cast.ts';
import { from, propsync, setup, setupAnswer } from './letters.ts';
import { answer, newOffer, opened, renew, start, Subject } from './subject.ts';

// What the short authentication string is made of goes out piece by piece: the caller commits, the callee
// shows its nonce, the caller shows what it had committed to.

const pledge: Pledge = { nonce: 'our-nonce', commit: 'our-commit' };

describe('a pledge', () => {
  it('K08 of the caller is a commitment in the SETUP, and its nonce only on the channel', () => {
    const alice = Subject.alice();
    alice.feed({ ...start, pledge } as typeof start);
    expect(alice.sent[0]).toMatchObject({ type: 'SETUP', commit: 'our-commit' });
    expect(JSON.stringify(alice.outputs)).not.toContain('our-nonce');

    alice.feed(from(b1, { ...setupAnswer(offer(a1, 1)), nonce: 'their-nonce' } as Message), opened);

    expect(alice.told[0]).toMatchObject({ type: 'answered', nonce: 'their-nonce' });
    expect(alice.sent.at(-1)).toMatchObject({ type: 'PROPSYNC', nonce: 'our-nonce' });
    alice.feed(from(b1, propsync(offer(a1, 1), 1)));
    expect(alice.sent.at(-1)).toMatchObject({ type: 'PROPSYNC', resp: true, nonce: 'our-nonce' });
  });

  it('K08 of the callee is its nonce in the answer, and nothing on the channel', () => {
    const alice = ringing();
    expect(alice.told[0]).toMatchObject({ type: 'incoming', commit: 'their-commit' });

    alice.feed({ ...answer, pledge } as typeof answer, opened);

    expect(alice.sent[0]).toMatchObject({ type: 'SETUP', resp: true, nonce: 'our-nonce' });
    expect(JSON.stringify(alice.sent)).not.toContain('our-commit');
    expect(alice.sent.at(-1)).not.toHaveProperty('nonce');
  });

  it('K08 is shown once: the first nonce that the caller says counts, and nothing shows it to the caller', () => {
    const alice = ringing();
    alice.feed({ ...answer, pledge } as typeof answer, opened);
    for (const nonce of ['first', 'first', 'second']) alice.feed(from(b1, { ...propsync(offer(b1, 1), 1), nonce } as Message));
    expect(alice.told.filter(({ type }) => type === 'revealed')).toEqual([{ type: 'revealed', nonce: 'first' }]);

    const caller = Subject.alice();
    caller.feed(start, from(b1, setupAnswer(offer(a1, 1))), opened, from(b1, { ...propsync(offer(a1, 1), 1), nonce: 'theirs' } as Message));
    expect(caller.told.filter(({ type }) => type === 'revealed')).toEqual([]);
  });

  it('K08 of a glare’s loser is the winner’s: its commitment is told', () => {
    const alice = Subject.alice();

    alice.feed(start, from(b1, { ...setup(offer(b1, 1)), commit: 'their-commit' } as Message));

    expect(alice.told[0]).toMatchObject({ type: 'glare-lost', commit: 'their-commit' });
  });

  it('K08 that nobody made leaves no trace in any message or event', () => {
    const alice = Subject.alice();
    alice.feed(start, from(b1, setupAnswer(offer(a1, 1))), opened, renew, newOffer);
    const bob = Subject.bob();
    bob.feed(from(a1, setup(offer(a1, 1))), answer, opened);

    for (const told of [...alice.sent, ...bob.sent, ...alice.told, ...bob.told]) {
      expect(told).not.toHaveProperty('nonce');
      expect(told).not.toHaveProperty('commit');
    }
  });
});

function ringing(): Subject {
  const alice = Subject.alice();
  alice.feed(from(b1, { ...setup(offer(b1, 1)), commit: 'their-commit' } as Message));
  return alice;
}
