import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import type { Call } from '../../src/ecall/index.ts';
import type { LocalMedia } from '../../src/mediaflow/index.ts';
import { wordFor } from '../../src/testing/index.ts';
import { expectNothingLeft, howEnded, moment, pair, ringing, talking } from './pair.ts';

describe('two hundred calls one after another in one conversation', () => {
  it('B12 each leave nothing behind, however they end', async () => {
    const { town, alice, bob } = await pair();
    const app = new AbortController();
    const endings: ((call: Call, theirs: Call) => Promise<void> | void)[] = [
      (call) => call.end(),
      (_call, theirs) => theirs.reject(),
      () => town.time.advance(seconds(60)),
      async (call, theirs) => {
        theirs.answer();
        await moment(town);
        call.end();
      },
      async (_call, theirs) => {
        theirs.answer();
        await moment(town);
        theirs.end();
      },
      async (call, theirs) => {
        theirs.answer();
        await moment(town);
        call.renew();
        await moment(town);
        theirs.end();
      },
      (call, theirs) => {
        theirs.answer();
        call.end();
      },
    ];
    const reasons = new Set<string>();

    for (let number = 0; number < 200; number++) {
      const [caller, callee] = number % 2 === 0 ? [alice, bob] : [bob, alice];
      const call = caller.call(callee.self.user, { signal: app.signal });
      await moment(town);
      const theirs = callee.ringing;
      await endings[number % endings.length]?.(call, theirs);
      await town.time.settle();

      expect([call.state, theirs.state]).toEqual(['ended', 'ended']);
      expectNothingLeft(town, alice, bob);
      expect(getEventListeners(app.signal, 'abort')).toHaveLength(0);
      reasons.add(await howEnded(call));
    }
    expect([alice.rang.length, bob.rang.length]).toEqual([100, 100]);
    expect([...reasons].sort()).toEqual(['ended-by-peer', 'ended-locally', 'rejected-by-peer', 'timed-out']);
  });

  it('B12 each send only what was given to them', async () => {
    const { town, alice, bob } = await pair();
    let started = 0;
    const microphone: LocalMedia = {
      audio: {
        start: () => {
          started += 1;
          return () => {};
        },
      },
    };
    alice.call('bob');
    await moment(town);
    bob.ringing.answer({ media: microphone, muted: true });
    await moment(town);
    expect(started).toBe(1);
    bob.ringing.end();
    await town.time.settle();

    alice.call('bob');
    await moment(town);
    bob.ringing.answer();
    await moment(town);

    expect(started).toBe(1);
    expect(bob.ringing.props.muted).toBe(false);
  });
});

describe('a caller whose process dies', () => {
  it('B15 while it rings: who was called dismisses it, calls back, and nothing of the old attempt disturbs', async () => {
    const { town, alice, bob, answered } = await ringing();
    const phone = await town.resident('alice', 'a2');
    const saved = alice.crash();
    answered.reject();
    await moment(town);

    const back = bob.call('alice');
    await moment(town);
    expect(phone.ringing.state).toBe('ringing');
    const again = await town.resident('alice', 'a1', { saved });
    await moment(town);

    expect(again.ringing.state).toBe('ringing');
    expect(back.state).toBe('calling');
    expect(town.posted.filter(({ from, message }) => from.device === 'a1' && message.type === 'CANCEL')).toHaveLength(1);
    expect(town.words).not.toContain('SETUP(r)');
    expect(town.words.filter((word) => word === 'SETUP')).toHaveLength(2);
    again.ringing.answer();
    await moment(town);
    expect([back.state, again.ringing.state]).toEqual(['connected', 'connected']);
    expect(await howEnded(phone.ringing)).toBe('answered-elsewhere');
  });

  it('F04 in a connected call, and who calls again, is answered without a ring, as the person had it', async () => {
    const { town, alice, bob, answered } = await talking();
    answered.setMuted(true);
    await moment(town);
    alice.crash();
    const again = await town.resident('alice', 'a1');

    const call = again.call('bob');
    await moment(town);

    expect(await howEnded(answered)).toBe('replaced-by-peer');
    expect([call.state, bob.ringing.state]).toEqual(['connected', 'connected']);
    expect(bob.rang).toHaveLength(2);
    expect(bob.ringing.props.muted).toBe(true);
    expect(call.peerProps.muted).toBe(true);
    expect(bob.missed).toEqual([]);
  });

  it('F04 and calls again, is answered as the person had it also when the app answers every call that comes', async () => {
    const { town, alice, bob, answered } = await talking();
    answered.setMuted(true);
    bob.engine.on('incoming', (call) => call.answer());
    await moment(town);
    alice.crash();
    const again = await town.resident('alice', 'a1');

    const call = again.call('bob');
    await moment(town);

    expect([call.state, bob.ringing.state]).toEqual(['connected', 'connected']);
    expect([bob.ringing.props.muted, call.peerProps.muted]).toEqual([true, true]);
  });

  it('I15 and comes back without its memory, tells the peer so when asked', async () => {
    const { town, alice, answered } = await talking();
    alice.crash();
    await town.resident('alice', 'a1');
    await town.time.advance(ms(1));

    await town.time.advance(seconds(7));

    expect(await howEnded(answered)).toBe('ended-by-peer');
    expect(town.posted.slice(2).map(({ message }) => wordFor(message))).toEqual(['UPDATE', 'CANCEL']);
  });
});
