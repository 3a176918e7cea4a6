import { describe, expect, it } from 'vitest';
import { seconds } from '../../src/base/units.ts';
import type { AudioSource } from '../../src/mediaflow/index.ts';
import { count, expectNothingLeft, moment, pair } from './pair.ts';

/** A microphone that another program took. */
const BUSY: AudioSource = {
  start() {
    throw new Error('busy');
  },
};

describe('H15 a microphone that does not open when the call begins', () => {
  it('ends the call once at both ends, each with its metrics', async () => {
    const { town, alice, bob } = await pair();
    const call = alice.call('bob');
    await moment(town);
    const answered = bob.ringing;
    const ends = [count(call, 'ended'), count(answered, 'ended')];
    answered.answer({ media: { audio: BUSY } });
    await town.time.advance(seconds(120));

    expect(ends.map((times) => times())).toEqual([1, 1]);
    const [ours, theirs] = [await call.whenEnded(), await answered.whenEnded()];
    expect([ours, theirs].map(({ metrics }) => metrics.direction)).toEqual(['outgoing', 'incoming']);
    expect(theirs.reason).toEqual({ type: 'media-failed', failure: 'device' });
    expectNothingLeft(town, alice, bob);
  });
});
