import { describe, expect, it } from 'vitest';
import { seconds } from '../../src/base/units.ts';
import type { Log } from '../../src/base/log.ts';
import type { Call } from '../../src/ecall/index.ts';
import { Town } from '../../src/testing/index.ts';
import { count, expectNothingLeft, howEnded, moment, pair, talking } from './pair.ts';

/** A log that keeps what was reported as an error. */
function errors(): Log & { readonly reported: string[] } {
  const reported: string[] = [];
  const quiet = (): void => {};
  return { reported, debug: quiet, info: quiet, warn: quiet, error: (text) => void reported.push(text) };
}

describe('an app that acts inside the events it is told', () => {
  it('O01 answers, mutes and hangs up from listeners, in that order', async () => {
    const { town, alice, bob } = await pair();
    const order: string[] = [];
    bob.engine.on('incoming', (call) => {
      order.push('incoming');
      call.on('state', (state) => order.push(state));
      call.on('connected', () => {
        call.setMuted(true);
        call.end();
        order.push('ended it');
      });
      call.answer();
      order.push('answered it');
    });

    const call = alice.call('bob');
    await town.time.settle();

    expect(order).toEqual(['incoming', 'answered it', 'connecting', 'connected', 'ended it', 'ending', 'ended']);
    expect(await howEnded(call)).toBe('ended-by-peer');
    expectNothingLeft(town, alice, bob);
  });

  it('O01 calls again from the listener that hears of the end', async () => {
    const { town, alice, bob } = await pair();
    const first = alice.call('bob');
    let second: Call | undefined;
    first.on('ended', () => {
      second = alice.call('bob');
    });
    await moment(town);

    bob.ringing.reject();
    await moment(town);

    expect(first.state).toBe('ended');
    expect(second?.state).toBe('calling');
    expect(bob.rang).toHaveLength(2);
    expect(bob.ringing.state).toBe('ringing');
    expect(second?.trace().entries[0]?.input.type).toBe('start');
    second?.end();
    await town.time.settle();
    expectNothingLeft(town, alice, bob);
  });

  it('O01 gets no call that nobody would end when it calls back somebody who has just called anew', async () => {
    const log = errors();
    const { town, alice, bob, answered } = await talking({}, { log, policy: { answerRecall: false } });
    answered.on('ended', () => bob.call('alice'));
    alice.crash();
    const again = await town.resident('alice', 'a1');

    again.call('bob');
    await moment(town);

    expect(log.reported).toEqual(['listener threw']);
    expect(bob.engine.calls.map(({ direction, state }) => `${direction} ${state}`)).toEqual(['incoming ringing']);
    await town.time.settle();
    expectNothingLeft(town, again, bob);
  });

  it('O02 may throw: it is reported once, and the call and the other listeners go on', async () => {
    const log = errors();
    const { town, alice, bob } = await pair({}, { log });
    let heard = 0;
    bob.engine.on('incoming', () => {
      throw new TypeError('a mistake of the app');
    });
    bob.engine.on('incoming', () => {
      heard += 1;
    });

    const call = alice.call('bob');
    await moment(town);
    bob.ringing.answer();
    await moment(town);

    expect(log.reported).toEqual(['listener threw']);
    expect(heard).toBe(1);
    expect(call.state).toBe('connected');
  });

  it('O02 is told of its own mistakes as it asked to be', async () => {
    const told: unknown[] = [];
    const { town, alice, bob } = await pair({}, { onListenerError: (problem) => told.push(problem) });
    bob.engine.on('incoming', () => {
      throw new TypeError('a mistake of the app');
    });

    alice.call('bob');
    await moment(town);

    expect(told).toEqual([new TypeError('a mistake of the app')]);
    expect(bob.ringing.state).toBe('ringing');
  });

  it('O02 hears nothing any more after it took its listener off', async () => {
    const { town, alice, bob } = await pair();
    let heard = 0;
    const off = bob.engine.on('incoming', () => {
      heard += 1;
    });
    off();

    alice.call('bob');
    await moment(town);

    expect(heard).toBe(0);
    expect(bob.rang).toHaveLength(1);
  });
});

describe('two engines of one user in one process', () => {
  it('O05 share nothing: each has calls, flows and timers of its own', async () => {
    const here = new Town();
    const there = new Town();
    const one = await here.resident('alice', 'a1');
    const other = await there.resident('alice', 'a1');
    await here.resident('bob', 'b1');
    const bob = await there.resident('bob', 'b1');

    const call = one.call('bob');
    await moment(here);
    await moment(there);

    expect(call.state).toBe('calling');
    expect([other.engine.calls, bob.rang, there.posted]).toEqual([[], [], []]);
    expect([other.engine.timers, there.time.pending, there.network.openFlows]).toEqual([0, 0, 0]);
  });

  it('O05 ring both, as two devices, and only one of them takes the call', async () => {
    const { town, alice, bob } = await pair();
    const tablet = await town.resident('bob', 'b2');
    const call = alice.call('bob');
    await moment(town);
    const ends = count(tablet.ringing, 'ended');

    bob.ringing.answer();
    await town.time.advance(seconds(1));

    expect([call.state, bob.ringing.state]).toEqual(['connected', 'connected']);
    expect(await howEnded(tablet.ringing)).toBe('answered-elsewhere');
    expect(ends()).toBe(1);
    expect([tablet.missed, bob.missed]).toEqual([[], []]);
    expect(tablet.engine.timers).toBe(0);
    expect(tablet.media.created).toBe(0);
  });
});
