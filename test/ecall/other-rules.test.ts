import { describe, expect, it } from 'vitest';
import { otherRules } from '../../src/ecall/policy.ts';
import { Town } from '../../src/testing/index.ts';
import { handleUnder } from '../../tools/explore/rule-variants.ts';
import { moment } from './pair.ts';

describe('a device that plays by other rules', () => {
  it.each([
    ['has no ghost ring', {}, []],
    ['without marks has one', { [otherRules]: handleUnder('no 2: no marks') }, ['ringing']],
  ])('G01 when CANCEL overtakes its SETUP %s', async (_name, policy, rings) => {
    const town = new Town();
    const alice = await town.resident('alice', 'a1', { policy });
    const bob = await town.resident('bob', 'b1', { policy });
    town.arrival = ({ message }) => (message.type === 'SETUP' ? 'hold' : 'hear');
    const call = alice.call('bob');
    await moment(town);
    call.end();
    await moment(town);
    town.release();
    await moment(town);

    expect(bob.engine.calls.map(({ state }) => state)).toEqual(rings);
  });
});
