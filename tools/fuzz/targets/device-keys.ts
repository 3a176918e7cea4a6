import { SeededEntropy } from '../../../src/base/seeded-entropy.ts';
import { ms } from '../../../src/base/units.ts';
import { VirtualTime } from '../../../src/testing/virtual-time.ts';
import { createDeviceKeys, restoreDeviceKeys, SavedKeysError } from '../../../src/transport/device-keys.ts';
import { spoilBytes } from '../mutate/bytes.ts';
import { demand, type Target } from '../target.ts';

/** What an app stored of its keys, after its disk or somebody else had a hand in it. */
export const target: Target = {
  name: 'device-keys',
  what: 'saved device keys',
  mutator: spoilBytes,
  longest: 2_000,
  prepare: async () => {
    const clock = new VirtualTime();
    const keys = await createDeviceKeys({ clock, entropy: new SeededEntropy(7) });
    const one = keys.save();
    clock.oversleep(ms(9 * 86_400_000));
    keys.maintain(clock.wallNow());
    const restored = async (bytes: Uint8Array): Promise<Awaited<ReturnType<typeof restoreDeviceKeys>> | undefined> => {
      try {
        return await restoreDeviceKeys(bytes);
      } catch (problem) {
        if (problem instanceof SavedKeysError) return undefined;
        throw problem;
      }
    };
    return {
      seeds: [one, keys.save()],
      feed: async (input) => {
        const found = await restored(input);
        if (found === undefined) return;
        demand(Buffer.compare(found.save(), input) === 0, 'what was restored saves to the same bytes');
        found.maintain(clock.wallNow());
        found.close();
      },
      check: async () => demand((await restored(one))?.bundle !== undefined, 'honest keys are restored'),
    };
  },
};
