import { ms } from '../../src/base/units.ts';
import { silence, type AudioSource } from '../../src/mediaflow/index.ts';
import { Town } from '../../src/testing/index.ts';
import type { TraceBundle } from '../../src/trace/index.ts';
import { SeededEntropy } from '../../src/base/seeded-entropy.ts';

/** Messages take a while, some come twice, as on a telephone network. */
function townOf(seed: number): Town {
  const town = new Town({ seed, traced: {}, weather: { loss: 0, duplication: 0.1, delay: [ms(30), ms(160)], reordering: 0.2 } });
  town.network.latency = ms(25);
  return town;
}

const BEHAVIOUR = { behaviour: { gather: ms(120), channelOpensAfter: ms(160) } };

/** With sound, so that nobody misses it. */
function sound(town: Town): { readonly media: { readonly audio: AudioSource } } {
  return { media: { audio: silence({ clock: town.time }) } };
}

/** Alice calls Bob, who has two devices; the network between them breaks for nine seconds. */
export async function reconnect(): Promise<TraceBundle> {
  const town = townOf(3);
  const alice = await town.resident('alice', 'phone', BEHAVIOUR);
  const bob = await town.resident('bob', 'laptop', BEHAVIOUR);
  await town.resident('bob', 'tablet', BEHAVIOUR);
  const call = alice.call('bob', sound(town));
  await town.time.advance(ms(2400));
  bob.ringing.answer(sound(town));
  await town.time.advance(ms(2000));
  call.setMuted(true);
  await town.time.advance(ms(4000));
  town.cut(alice, bob);
  await town.time.advance(ms(9000));
  town.heal(alice, bob);
  await town.time.advance(ms(4000));
  call.end();
  await town.time.settle();
  return town.book!.bundle('Reconnect: the network breaks for nine seconds', 'c');
}

/** Both call in the same moment. */
export async function glare(): Promise<TraceBundle> {
  const town = townOf(5);
  const alice = await town.resident('alice', 'phone', BEHAVIOUR);
  const bob = await town.resident('bob', 'laptop', BEHAVIOUR);
  const call = alice.call('bob', sound(town));
  await town.time.advance(ms(40));
  bob.call('alice', sound(town));
  await town.time.advance(ms(1500));
  await town.time.advance(ms(3000));
  call.end();
  await town.time.settle();
  return town.book!.bundle('Glare: both call in the same moment', 'c');
}

/** Three devices and some hundred events each, for pages that must stay readable. */
export async function busy(): Promise<TraceBundle> {
  const town = townOf(9);
  const chance = new SeededEntropy(9);
  const alice = await town.resident('alice', 'phone', BEHAVIOUR);
  const bob = await town.resident('bob', 'laptop', BEHAVIOUR);
  const tablet = await town.resident('bob', 'tablet', BEHAVIOUR);
  for (let round = 0; round < 26; round++) {
    const call = alice.engine.calls[0] ?? (chance.below(2) === 0 ? alice.call('bob', sound(town)) : (bob.engine.calls[0] ?? bob.call('alice', sound(town))));
    await town.time.advance(ms(200 + chance.below(900)));
    for (const one of [alice, bob, tablet]) if (chance.below(2) === 0) one.engine.calls.find(({ state }) => state === 'ringing')?.answer(sound(town));
    await town.time.advance(ms(700));
    call.setMuted(chance.below(2) === 0);
    if (chance.below(3) === 0) call.renew();
    await town.time.advance(ms(1200));
    if (chance.below(2) === 0) call.end();
    await town.time.advance(ms(300));
  }
  for (const one of [alice, bob, tablet]) for (const call of one.engine.calls) call.end();
  await town.time.settle();
  return town.book!.bundle('Twenty-six rounds between three devices', 'c');
}
