import { describe, expect, it } from 'vitest';
import { seconds } from '../../src/base/units.ts';
import type { Message, TellCaller } from '../../src/econn/index.ts';
import { Town, wordFor, type Resident } from '../../src/testing/index.ts';
import { a1, b1, offer } from '../econn/cast.ts';
import { cancel, setup, setupAnswer, withoutIds } from '../econn/letters.ts';
import { Hand } from './hand.ts';
import { expectNothingLeft, howEnded, moment } from './pair.ts';

// Beside devices that write no offer ids: AVS.

describe('a call from a device that writes no offer ids', () => {
  it('B07 is declined so that it hears of it, when the policy asks for that: an answer, and CANCEL at 0, 1 and 3 s', async () => {
    const { town, avs, bob } = await rungBy({ tellCaller: 'always' });
    const tablet = await town.resident('bob', 'b2');

    bob.ringing.reject();
    await moment(town);
    expect(bob.ringing.state).toBe('ending');
    expect(avs.heard.map(wordFor)).toEqual(['SETUP(r)', 'CANCEL']);
    await town.time.advance(seconds(1));
    expect(avs.heard).toHaveLength(3);
    await town.time.settle();

    expect(avs.heard.map(wordFor)).toEqual(['SETUP(r)', 'CANCEL', 'CANCEL', 'CANCEL']);
    expect(new Set(avs.heard.map(({ sessid }) => sessid)).size).toBe(1);
    expect(town.posted.filter(({ to }) => to.type === 'users').map(({ message }) => message.type)).toEqual(['REJECT']);
    expect(await howEnded(bob.ringing)).toBe('rejected-locally');
    expect(bob.missed).toEqual([]);
    expectNothingLeft(town, bob, tablet);
  });

  it('B07 is declined in silence by default, as Wire does', async () => {
    const { town, avs, bob } = await rungBy({});

    bob.ringing.reject();
    await town.time.settle();

    expect(avs.heard).toEqual([]);
    expectNothingLeft(town, bob);
  });

  it('B07 cannot be taken any more once it is declined, and the next call rings', async () => {
    const { town, avs, bob } = await rungBy({ tellCaller: 'always' });
    const [declined] = bob.rang;
    declined!.reject();
    declined!.answer();
    await moment(town);
    expect(avs.heard.map(wordFor)).toEqual(['SETUP(r)', 'CANCEL']);

    await avs.say(b1, { ...withoutIds(setup(offer(a1, 1))), sessid: 'next' });
    await moment(town);

    expect(bob.rang.map(({ state }) => state)).toEqual(['ended', 'ringing']);
  });
});

describe('a call to a device that writes no offer ids', () => {
  it('G01 ends at once when its answer was overtaken by its CANCEL, and nothing was missed', async () => {
    const town = new Town();
    const bob = await town.resident('bob', 'b1');
    const avs = await Hand.of(town, a1);
    const call = bob.call('alice');
    await moment(town);

    const answered: Message = { ...withoutIds(setupAnswer(offer(b1, 1))), sessid: 'theirs', dest: b1 };
    await avs.say(b1, { ...withoutIds(cancel(offer(b1, 1))), sessid: 'theirs', dest: b1 }, answered);
    await moment(town);

    expect(await howEnded(call)).toBe('cancelled-by-peer');
    expect(bob.missed).toEqual([]);
    await town.time.settle();
    expect(town.time.now()).toBeLessThan(1000);
    expectNothingLeft(town, bob);
  });
});

/** Alice's device, which writes no offer ids, calls Bob. */
async function rungBy(policy: { readonly tellCaller?: TellCaller }): Promise<{ readonly town: Town; readonly avs: Hand; readonly bob: Resident }> {
  const town = new Town();
  const avs = await Hand.of(town, a1);
  const bob = await town.resident('bob', 'b1', { policy });
  await avs.say(b1, { ...withoutIds(setup(offer(a1, 1))), sessid: 'sess' });
  await moment(town);
  return { town, avs, bob };
}
