import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CallEngine } from '../../../src/ecall/engine.ts';
import { FileStore, FileStoreError } from '../../../src/ecall/file/file-store.ts';
import { FakeMediaEngine } from '../../../src/mediaflow/fake/fake-media-engine.ts';
import { FakeNetwork } from '../../../src/mediaflow/fake/fake-network.ts';
import { SeededEntropy } from '../../../src/base/seeded-entropy.ts';
import { ms, seconds } from '../../../src/base/units.ts';
import { Town } from '../../../src/testing/town.ts';
import { VirtualTime } from '../../../src/testing/virtual-time.ts';
import type { BackendChannel } from '../../../src/transport/index.ts';
import { spoilJson } from '../mutate/json.ts';
import { demand, type Target } from '../target.ts';

/** The file of a headless peer after a crash of its machine: whatever is in it, the peer starts and can call. */
export const target: Target = {
  name: 'engine-saved',
  what: 'files of stored calls, and an engine that starts from them',
  mutator: spoilJson,
  longest: 20_000,
  prepare: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'callcore-fuzz-'));
    const path = join(folder, 'calls.json');
    const seeds = await honest();
    let started = 0;
    return {
      seeds,
      feed: (input) => {
        writeFileSync(path, input);
        let store: FileStore;
        try {
          store = new FileStore(path);
        } catch (problem) {
          if (problem instanceof FileStoreError) return;
          throw problem;
        }
        const time = new VirtualTime();
        const entropy = new SeededEntropy(1);
        const engine = new CallEngine({ channel: deaf(time), media: new FakeMediaEngine({ clock: time, network: new FakeNetwork(time), place: 'here' }), clock: time, entropy, saved: store.load() ?? { version: 1, conversations: [] } });
        const call = engine.call({ conversation: 'another', user: 'carol' });
        demand(call.state === 'calling', 'a call can be made');
        for (const one of engine.calls) one.end();
        demand(engine.save().conversations.length >= 1, 'the engine can be saved');
        started += 1;
      },
      check: () => demand(started > 0, 'some files are taken'),
      close: () => rmSync(folder, { recursive: true }),
    };
  },
};

function deaf(time: VirtualTime): BackendChannel {
  return {
    self: { user: 'alice', device: 'a1' }, protection: 'plaintext', send: () => new Promise(() => undefined), onMessage: () => undefined, backendNow: () => time.wallNow(), close: async () => undefined,
  };
}

/** What an engine stores while it calls, rings, talks and is done. */
async function honest(): Promise<Uint8Array[]> {
  const town = new Town();
  const [alice, bob] = [await town.resident('alice', 'a1'), await town.resident('bob', 'b1')];
  const seeds: unknown[] = [];
  const note = (): void => void seeds.push(alice.engine.save());
  alice.call('bob');
  await town.time.advance(seconds(2));
  note();
  bob.ringing.answer();
  await town.time.advance(seconds(2));
  note();
  bob.ringing.end();
  await town.time.advance(seconds(9));
  bob.call('alice');
  await town.time.advance(seconds(1));
  note();
  alice.ringing.reject();
  await town.time.advance(ms(10));
  note();
  return seeds.map((seed) => new TextEncoder().encode(JSON.stringify(seed)));
}
