import { seconds } from '../../../src/base/units.ts';
import { readBundle, redactBundle, replayBundle, TraceFormatError, UnknownRulesError } from '../../../src/trace/index.ts';
import { Town } from '../../../src/testing/town.ts';
import { spoilJson } from '../mutate/json.ts';
import { demand, type Target } from '../target.ts';

/** A trace that somebody sent us to look at. */
export const target: Target = {
  name: 'trace',
  what: 'trace files: read, replayed, redacted',
  mutator: spoilJson,
  longest: 24_000,
  prepare: async () => {
    const seeds = await honest();
    const utf8 = new TextDecoder();
    return {
      seeds,
      feed: (input) => {
        try {
          const bundle = readBundle(utf8.decode(input));
          replayBundle(bundle);
          demand(replayBundle(redactBundle(bundle)).difference === undefined, 'what was redacted replays');
        } catch (problem) {
          if (!(problem instanceof TraceFormatError || problem instanceof UnknownRulesError)) throw problem;
        }
      },
      check: () => {
        demand(replayBundle(readBundle(utf8.decode(seeds[0]))).difference === undefined, 'an honest trace replays');
      },
    };
  },
};

async function honest(): Promise<Uint8Array[]> {
  const town = new Town();
  const [alice, bob] = [await town.resident('alice', 'a1'), await town.resident('bob', 'b1')];
  const call = alice.call('bob');
  await town.time.advance(seconds(1));
  bob.ringing.answer();
  await town.time.advance(seconds(3));
  bob.ringing.end();
  await town.time.advance(seconds(9));
  const declined = alice.call('bob');
  await town.time.advance(seconds(1));
  bob.ringing.reject();
  await town.time.advance(seconds(9));
  return [call, bob.rang[0]!, declined].map((one) => new TextEncoder().encode(JSON.stringify(one.trace())));
}
