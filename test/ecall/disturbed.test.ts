import { describe, expect, it } from 'vitest';
import { seconds } from '../../src/base/units.ts';
import type { Call } from '../../src/ecall/index.ts';
import type { Arrival, Resident } from '../../src/testing/index.ts';
import { expectNothingLeft, moment, pair } from './pair.ts';

type Deed = readonly [who: 'alice' | 'bob', does: 'call' | 'answer' | 'reject' | 'renew' | 'end', pause?: 'at once'];

/** Calls as they usually go, with a moment between two deeds. */
const COURSES: { readonly [course: string]: readonly Deed[] } = {
  'answered, and ended by its caller': [['alice', 'call'], ['bob', 'answer'], ['alice', 'end']],
  'answered, and ended by its callee': [['alice', 'call'], ['bob', 'answer'], ['bob', 'end']],
  'given up while it rings': [['alice', 'call'], ['alice', 'end']],
  'given up while the answer is on its way': [['alice', 'call'], ['bob', 'answer', 'at once'], ['alice', 'end']],
  declined: [['alice', 'call'], ['bob', 'reject']],
  'renewed, and ended': [['alice', 'call'], ['bob', 'answer'], ['alice', 'renew'], ['bob', 'end']],
  'made by both at once, and ended by the winner': [['alice', 'call', 'at once'], ['bob', 'call'], ['bob', 'end']],
  'made by both at once, and ended by the loser': [['alice', 'call', 'at once'], ['bob', 'call'], ['alice', 'end']],
};

type Outcome = { readonly ends: readonly string[]; readonly arrivals: number };

/** Plays a course in which the `at`-th message to arrive meets this fate; what was held comes at the very end. */
async function play(course: readonly Deed[], at: number, fate: Arrival): Promise<Outcome> {
  const { town, alice, bob } = await pair();
  const calls: { readonly call: Call; readonly owner: string; ends: number }[] = [];
  const watch = (call: Call, { self }: Resident): void => {
    const lived = { call, owner: self.user, ends: 0 };
    calls.push(lived);
    call.on('ended', () => (lived.ends += 1));
  };
  for (const resident of [alice, bob]) resident.engine.on('incoming', (call) => watch(call, resident));
  let arrivals = 0;
  town.arrival = () => (arrivals++ === at ? fate : 'hear');

  for (const [who, does, pause] of course) {
    const [me, other] = who === 'alice' ? [alice, 'bob'] : [bob, 'alice'];
    if (does !== 'call') me.engine.calls[0]?.[does]();
    else if (me.engine.calls.length === 0) watch(me.call(other), me);
    if (pause === undefined) await moment(town);
  }
  town.release();
  await town.time.advance(seconds(150));
  for (const { engine } of [alice, bob]) for (const call of engine.calls) call.end();
  await town.time.settle();

  expectNothingLeft(town, alice, bob);
  expect(calls.map(({ ends }) => ends)).toEqual(calls.map(() => 1));
  const ends = await Promise.all(calls.map(async ({ call, owner }) => `${owner} ${(await call.whenEnded()).reason.type}`));
  return { ends: ends.sort(), arrivals };
}

describe.each(Object.entries(COURSES))('a call that is %s', (_name, course) => {
  it('G22 ends alike when any one of its messages comes twice', async () => {
    const clean = await play(course, -1, 'hear');

    for (let at = 0; at < clean.arrivals; at++) expect((await play(course, at, 'repeat')).ends, `message ${at}`).toEqual(clean.ends);
  });

  it('G22 ends, each side once and leaving nothing, when any one of its messages comes last or never', async () => {
    const clean = await play(course, -1, 'hear');

    for (let at = 0; at < clean.arrivals; at++) {
      for (const fate of ['hold', 'lose'] as const) await play(course, at, fate);
    }
  });
});
