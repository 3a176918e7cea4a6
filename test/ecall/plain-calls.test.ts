import { describe, expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import { Town } from '../../src/testing/index.ts';
import { talking } from './pair.ts';
import { ringing } from './pair.ts';

describe('a plain call', () => {
  it('B01 B02 rings once, is answered, connects on both sides, and leaves no set-up timer', async () => {
    const town = new Town();
    const alice = await town.resident('alice', 'a1');
    const bob = await town.resident('bob', 'b1');
    const states: string[] = [];

    const call = alice.call('bob');
    call.on('state', (state) => states.push(state));
    await town.time.advance(ms(100));
    expect(bob.rang).toHaveLength(1);
    bob.ringing.answer();
    await town.time.advance(ms(100));

    expect(call.state).toBe('connected');
    expect(bob.ringing.state).toBe('connected');
    expect(states).toEqual(['connecting', 'connected']);
    expect([call.direction, bob.ringing.direction]).toEqual(['outgoing', 'incoming']);
    expect(town.words).toEqual(['SETUP', 'SETUP(r)']);
    expect(alice.rang).toHaveLength(0);
    expect([call.peer, bob.ringing.peer]).toEqual([{ device: bob.self, protocol: 'callcore-1' }, { device: alice.self, protocol: 'callcore-1' }]);

    await town.time.advance(seconds(120));
    expect([call.state, bob.ringing.state]).toEqual(['connected', 'connected']);
  });

  it('B01 is connecting on both sides, and sends no more, while no channel opens', async () => {
    const { town, call, answered } = await ringing({ behaviour: { channelOpensAfter: 'never' } });

    answered.answer();
    await town.time.advance(seconds(10));

    expect([call.state, answered.state]).toEqual(['connecting', 'connecting']);
    expect(town.words).toEqual(['SETUP', 'SETUP(r)']);
  });

  it('B03 ends with one HANGUP on the channel, nothing over the backend, and equal durations', async () => {
    const { town, alice, bob, call, answered } = await talking();
    await town.time.advance(seconds(60));

    call.end();
    await town.time.advance(seconds(5));

    const ours = await call.whenEnded();
    const theirs = await answered.whenEnded();
    expect(ours.reason).toEqual({ type: 'ended-locally' });
    expect(theirs.reason).toEqual({ type: 'ended-by-peer' });
    expect(Math.abs(ours.metrics.duration - theirs.metrics.duration)).toBeLessThanOrEqual(5);
    expect(town.words).toEqual(['SETUP', 'SETUP(r)']);
    expect(town.time.pending).toBe(0);
    expect(alice.media.flows).toHaveLength(0);
    expect(bob.media.flows).toHaveLength(0);
  });
});
